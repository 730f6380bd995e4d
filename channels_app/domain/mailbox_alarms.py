"""Tell people that a mailbox is in trouble, once for each trouble, and that it works again.

Looked at from the worker, so that it is noticed too when the process that fetches is dead.
"""

import datetime
import smtplib
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import User
from accounts.permissions import INBOX_MANAGE
from carecenter.lib import mailer
from carecenter.lib.time import in_seconds, now
from channels_app.domain.mailbox_troubles import Meaning, meaning_of
from channels_app.models import Mailbox, MailboxAlarm
from channels_app.models.mailboxes import LATE
from journal.actors import SYSTEM
from journal.domain.recording import record

Kind = MailboxAlarm.Kind
State = MailboxAlarm.State
SILENCE: Final = "nobody_fetches"  # the code where nobody could even say what is wrong
LEASE_SECONDS = 60
PAUSES = (10, 60, 300, 900, 3600)  # between tries to send; after the last it has failed
AT_ONCE = 500
KEPT_DAYS = 90


def check_all() -> None:
    """Look at every mailbox that is watched, and note whom to tell what."""
    watched = Mailbox.objects.watched().select_related("connection__inbox__brand").order_by("pk")
    for mailbox in watched[:AT_ONCE]:
        if mailbox.alarm_since is None and is_due(mailbox):
            tell_broken(mailbox)
        elif mailbox.alarm_since is not None and is_well(mailbox):
            tell_works(mailbox)


def is_due(mailbox: Mailbox) -> bool:
    """What only a person can mend is told at once; the rest after some minutes in which it might have passed."""
    if mailbox.error_since is not None:
        return meaning_of(mailbox.error).needs_person or mailbox.error_since < now() - LATE or mailbox.is_late
    return mailbox.is_late


def is_well(mailbox: Mailbox) -> bool:
    good, told = mailbox.last_good_at, mailbox.alarm_since
    return mailbox.error_since is None and good is not None and told is not None and good > told


def trouble_of(mailbox: Mailbox) -> Meaning:
    """What to say of a mailbox in trouble."""
    return meaning_of(mailbox.error or SILENCE)


def tell_broken(mailbox: Mailbox) -> None:
    at = now()
    with transaction.atomic():
        if Mailbox.objects.filter(pk=mailbox.pk, alarm_since__isnull=True).update(alarm_since=at):
            queue(mailbox, Kind.BROKEN, at)


def tell_works(mailbox: Mailbox) -> None:
    with transaction.atomic():
        told = mailbox.alarm_since
        if told and Mailbox.objects.filter(pk=mailbox.pk, alarm_since=told).update(alarm_since=None):
            queue(mailbox, Kind.WORKS, told)


def queue(mailbox: Mailbox, kind: str, since: datetime.datetime) -> None:
    """A row for each person, with the state that says whom it was told: two at once make one."""
    detail = {"error": mailbox.error or SILENCE, "error_detail": mailbox.error_detail}
    rows = [
        MailboxAlarm(mailbox=mailbox, user=user, kind=kind, since=since, **detail) for user in people(mailbox)
    ]
    MailboxAlarm.objects.bulk_create(rows, ignore_conflicts=True)
    record(
        "mailbox.broken" if kind == Kind.BROKEN else "mailbox.works",
        actor=SYSTEM,
        brand_id=mailbox.connection.inbox.brand_id,
        subject=f"mailbox:{mailbox.pk}",
        reason=detail["error"] if kind == Kind.BROKEN else "",
    )


def people(mailbox: Mailbox) -> list[User]:
    """Who sets up this inbox."""
    inbox = mailbox.connection.inbox
    some = User.objects.filter(is_active=True, grants__role__permissions__contains=[INBOX_MANAGE]).distinct()
    where = {"brand_id": inbox.brand_id, "team_id": inbox.default_team_id}
    return [user for user in some.order_by("pk") if has(user, INBOX_MANAGE, **where)]


def due() -> list[int]:
    waiting = MailboxAlarm.objects.filter(state=State.QUEUED, next_try_at__lte=now())
    return list(waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:100])


def deliver(alarm_id: int) -> bool:
    """Claim one alarm, send it, store what came of it. After a crash in between it is sent again: twice is better."""
    waiting = MailboxAlarm.objects.filter(pk=alarm_id, state=State.QUEUED, next_try_at__lte=now())
    if not waiting.update(next_try_at=in_seconds(LEASE_SECONDS), tries=F("tries") + 1):
        return False
    related = ("user", "mailbox__connection__inbox__brand")
    alarm = MailboxAlarm.objects.select_related(*related).get(pk=alarm_id)
    if not alarm.user.is_active:
        MailboxAlarm.objects.filter(pk=alarm_id).update(state=State.IGNORED)
        return False
    try:
        mailer.send(write(alarm))
    except (OSError, smtplib.SMTPException):
        is_last = alarm.tries > len(PAUSES)
        MailboxAlarm.objects.filter(pk=alarm_id).update(
            state=State.FAILED if is_last else State.QUEUED,
            next_try_at=in_seconds(0 if is_last else PAUSES[alarm.tries - 1]),
        )
        return False
    MailboxAlarm.objects.filter(pk=alarm_id).update(state=State.SENT)
    return True


def write(alarm: MailboxAlarm) -> mailer.Letter:
    """Text and HTML in the language of the person."""
    inbox = alarm.mailbox.connection.inbox
    with translation.override(alarm.user.language or settings.LANGUAGE_CODE):
        is_broken = alarm.kind == Kind.BROKEN
        subject = (
            _("The mailbox of %(inbox)s is in trouble")
            if is_broken
            else _("The mailbox of %(inbox)s works again")
        )
        context = {
            "alarm": alarm,
            "inbox": inbox,
            "meaning": meaning_of(alarm.error),
            "link": settings.PUBLIC_BASE_URL.rstrip("/") + reverse("mailboxes:mailbox", args=[inbox.pk]),
        }
        template = "channels_app/mail/mailbox_broken" if is_broken else "channels_app/mail/mailbox_works"
        subject = " ".join((subject % {"inbox": inbox.name}).split())
        return mailer.compose(template, context, subject=subject, to=alarm.user.email)


def forget_old() -> None:
    before = now() - datetime.timedelta(days=KEPT_DAYS)
    old = MailboxAlarm.objects.exclude(state=State.QUEUED).filter(created_at__lt=before).order_by("pk")
    MailboxAlarm.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:1000])).delete()
