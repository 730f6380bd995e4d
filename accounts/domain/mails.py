"""Mails about accounts: queued as rows with the verb that wants them, sent later, tried again when that fails."""

import datetime
import smtplib
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.domain import events
from accounts.domain.links import NAMES, Kind, link_for, seconds_valid
from accounts.models import AccountMail, User
from carecenter.lib import mailer
from carecenter.lib.time import in_seconds, now
from journal.actors import SYSTEM
from journal.domain.recording import record

State = AccountMail.State
LEASE_SECONDS = 60
# Pauses between tries in seconds; after the last the mail has failed. The link inside is made anew each time.
PAUSES = (10, 60, 300, 900, 3600, 3600)
# One reset mail an address in this time: a form that anybody may send must not flood a mailbox.
QUIET_SECONDS = 60
KEPT_DAYS = 30
# Mails to an address that is not the person's own: all others go to the one that is stored, never to one as typed.
ELSEWHERE = (Kind.NEW_ADDRESS, Kind.ADDRESS_LEFT)


def queue(kind: Kind, address: str, *, user: User | None = None) -> AccountMail | None:
    """A mail to be sent after the commit, to `user` where the address is not theirs. None when just asked for."""
    address = address.strip().lower()
    with transaction.atomic():
        since = now() - datetime.timedelta(seconds=QUIET_SECONDS)
        recent = AccountMail.objects.filter(kind=kind, address=address, created_at__gt=since)
        if kind in (Kind.RESET, Kind.NEW_ADDRESS) and recent.exists():
            return None
        mail = AccountMail.objects.create(kind=kind, address=address, user=user)
        record(events.MAIL_QUEUED, actor=SYSTEM, subject=f"account_mail:{mail.pk}", kind=kind)
    return mail


def due() -> list[int]:
    """Mails whose time has come, a hundred at most."""
    waiting = AccountMail.objects.filter(state=State.QUEUED, next_try_at__lte=now())
    return list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:100])


def deliver(mail_id: int) -> bool:
    """Claim one mail, send it, store what came of it. False when it was not ours or did not work.

    A crash between sending and storing sends it again after the lease: twice is better than never here.
    """
    claim = AccountMail.objects.filter(pk=mail_id, state=State.QUEUED, next_try_at__lte=now())
    if not claim.update(next_try_at=in_seconds(LEASE_SECONDS), tries=F("tries") + 1):
        return False
    mail = AccountMail.objects.get(pk=mail_id)
    whose = Q(pk=mail.user_id) if mail.user_id else Q(email=mail.address)
    user = User.objects.filter(whose, is_active=True).first()
    if user is None or (mail.kind == Kind.RESET and signs_in_elsewhere(user)):
        AccountMail.objects.filter(pk=mail_id).update(state=State.IGNORED, address="")
        return False
    letter = write(mail, user)
    message_id = str(letter.extra_headers["Message-ID"]).strip("<>")
    AccountMail.objects.filter(pk=mail_id).update(
        message_id=message_id
    )  # a report may be faster than our note
    try:
        mailer.send(letter)
    except (OSError, smtplib.SMTPException) as error:
        note_failure(mail, error)
        return False
    AccountMail.objects.filter(pk=mail_id, state=State.QUEUED).update(state=State.SENT, error="")
    return True


def drop_changes(users: QuerySet[User]) -> None:
    """New addresses that still wait for their mail: its link would be made from the state after a rescue."""
    waiting = AccountMail.objects.filter(kind=Kind.NEW_ADDRESS, state=State.QUEUED)
    waiting.filter(user__in=users.values("pk")).update(state=State.IGNORED, address="")


def signs_in_elsewhere(user: User) -> bool:
    """By the organisation's own sign-in alone: there is no password to set."""
    return not user.has_usable_password() and user.oidc_identities.exists()


def note_returned(message_id: str) -> bool:
    """The mail with this id came back for good. False for an id that is none of ours."""
    ours = AccountMail.objects.filter(message_id=message_id[:200], state__in=(State.QUEUED, State.SENT))
    return bool(message_id and ours.update(state=State.BOUNCED))


def with_invitations(people: QuerySet[User]) -> QuerySet[User]:
    """With `invitation`: what became of the latest mail that invited them, None when it was long ago."""
    latest = AccountMail.objects.filter(kind=Kind.INVITATION, address=OuterRef("email")).order_by(
        "-created_at"
    )
    return people.annotate(invitation=Subquery(latest.values("state")[:1]))


def note_failure(mail: AccountMail, error: Exception) -> None:
    """Try again later, or give up. Only the kind of error is kept: what servers say holds addresses."""
    failed = mail.tries > len(PAUSES)
    AccountMail.objects.filter(pk=mail.pk, state=State.QUEUED).update(
        state=State.FAILED if failed else State.QUEUED,
        next_try_at=in_seconds(0 if failed else PAUSES[mail.tries - 1]),
        error=f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip(),
    )


def write(mail: AccountMail, user: User) -> mailer.Letter:
    """Text and HTML in the language of the person."""
    kind = Kind(mail.kind)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = {
            Kind.RESET: _("Set a new password"),
            Kind.INVITATION: _("You are invited to Carecenter"),
            Kind.FACTOR_RESET: _("Your second factor was taken away"),
            Kind.NEW_ADDRESS: _("Confirm your new e-mail address"),
            Kind.ADDRESS_LEFT: _("Your e-mail address was changed"),
        }[kind]
        context: dict[str, Any] = {"user": user}
        if kind in NAMES:
            hours = seconds_valid(kind) // 3600
            context |= {
                "link": link_for(user, kind, address=mail.address),
                "hours": hours,
                "days": hours // 24,
            }
        to = mail.address if kind in ELSEWHERE else user.email
        return mailer.compose(f"accounts/mail/{kind}", context, subject=subject, to=to)


def forget_old() -> int:
    """Drop rows that were settled long ago: they hold addresses. Returns how many."""
    before = now() - datetime.timedelta(days=KEPT_DAYS)
    old = AccountMail.objects.exclude(state=State.QUEUED).filter(created_at__lt=before).order_by("pk")
    dropped, _rows = AccountMail.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:1000])).delete()
    return dropped
