"""Mails to customers about their own pages: sent from rows, in the brand's name, tried again when that fails.

The addresses in them start with our own settings: a forged Host header must not aim a link. A crash between sending
and storing sends a mail twice; a code that was sent twice is good as the later mail has it.
"""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Brand
from carecenter.lib import mailer
from carecenter.lib.languages import speak
from carecenter.lib.time import in_seconds, now
from customers.domain.identify import find_identity
from customers.models import Identity
from journal.actors import SYSTEM
from journal.domain.recording import record
from knowledge_base.domain.logos import sign_in_mails
from portal.addresses import whole
from portal.domain import codes
from portal.domain.looks import look_of
from portal.domain.reports import counted
from portal.domain.sessions import EMAIL
from portal.models import DataRequest, PortalMail, SignInCode

LEASE_SECONDS = 60
PAUSES = (10, 60, 300, 900, 3600, 3600)
LATE = timedelta(minutes=10)  # a code that could not leave by then helps nobody
FAILURES = (OSError, smtplib.SMTPException)


def page_of(brand: Brand, page: str, **values: str) -> str:
    """The whole address of `my:page`."""
    return whole(brand, reverse(f"my:{page}", kwargs={"brand": brand.slug, **values}))


def due_codes() -> list[int]:
    waiting = SignInCode.objects.filter(state=SignInCode.State.QUEUED, next_try_at__lte=now())
    return list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:100])


def due_mails() -> list[int]:
    waiting = PortalMail.objects.filter(state=PortalMail.State.QUEUED, next_try_at__lte=now())
    return list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:100])


def send_code(code_id: int) -> bool:
    """Claim one code, make it and mail it, when somebody is known by the address. False when nothing left."""
    claim = SignInCode.objects.filter(pk=code_id, state=SignInCode.State.QUEUED, next_try_at__lte=now())
    if not claim.update(next_try_at=in_seconds(LEASE_SECONDS), tries=F("tries") + 1):
        return False
    row = SignInCode.objects.select_related("brand__pool").get(pk=code_id)
    identity = find_identity(row.brand.pool, EMAIL, row.address)
    if identity is None or row.created_at < now() - LATE:
        SignInCode.objects.filter(pk=row.pk).update(state=SignInCode.State.IGNORED)
        return False
    code, token = codes.make_secrets(row)
    try:
        mailer.send(write_code(row, identity, code, token))
    except FAILURES:
        is_last = row.tries > len(PAUSES)
        SignInCode.objects.filter(pk=row.pk).update(
            state=SignInCode.State.FAILED if is_last else SignInCode.State.QUEUED,
            next_try_at=in_seconds(PAUSES[min(row.tries, len(PAUSES)) - 1]),
        )
        return False
    with transaction.atomic():
        SignInCode.objects.filter(pk=row.pk).update(state=SignInCode.State.SENT)
        record("portal.code_sent", actor=SYSTEM, brand_id=row.brand_id, customer_id=identity.customer_id)
    return True


def write_code(row: SignInCode, identity: Identity, code: str, token: str) -> mailer.Letter:
    """Where the address was only claimed, the name is perhaps somebody else's."""
    is_theirs = identity.evidence == Identity.Evidence.VERIFIED
    with translation.override(language_for(row.brand, row.language)):
        shown = f"{code[:3]} {code[3:]}"
        context = {
            "name": identity.customer.name if is_theirs else "",
            "code": shown,
            "link": page_of(row.brand, "link_in", token=token),
            "minutes": codes.VALID_SECONDS // 60,
        }
        subject = _("%(code)s is your code for %(brand)s") % {"code": shown, "brand": row.brand.name}
        return compose("code", row.brand, context, subject=subject, to=row.address)


def language_for(brand: Brand, wanted: str) -> str:
    return speak(wanted or brand.language, speak(brand.language, settings.LANGUAGE_CODE))


def compose(template: str, brand: Brand, context: dict[str, Any], *, subject: str, to: str) -> mailer.Letter:
    """In the brand's name, from the address of the installation."""
    look = look_of(brand)
    context |= {"brand": brand, "sign": sign_in_mails(brand), "from_name": brand.name}
    context |= {"colour": look.colour, "on_colour": look.on_colour}
    message = mailer.compose(f"portal/mail/{template}", context, subject=subject, to=to)
    message.from_email = formataddr((brand.name, parseaddr(message.from_email)[1]))
    return message


def queue_mail(request: DataRequest, kind: PortalMail.Kind) -> PortalMail | None:
    """One of each kind for a request, to its address. None when there is no address."""
    if not request.address:
        return None
    made = PortalMail.objects.get_or_create(request=request, kind=kind, defaults={"address": request.address})
    return made[0]


def send_mail(mail_id: int) -> bool:
    """Claim one, send it, store what came of it, and forget the address."""
    claim = PortalMail.objects.filter(pk=mail_id, state=PortalMail.State.QUEUED, next_try_at__lte=now())
    if not claim.update(next_try_at=in_seconds(LEASE_SECONDS), tries=F("tries") + 1):
        return False
    mail = PortalMail.objects.select_related("request__brand", "request__customer").get(pk=mail_id)
    try:
        mailer.send(WRITERS[PortalMail.Kind(mail.kind)](mail))
    except FAILURES as error:
        note_failure(mail, error)
        return False
    PortalMail.objects.filter(pk=mail_id).update(state=PortalMail.State.SENT, error="", address="")
    return True


def note_failure(mail: PortalMail, error: Exception) -> None:
    """Only the kind of error is kept: what servers say holds addresses."""
    is_last = mail.tries > len(PAUSES)
    left = PortalMail.State.FAILED if is_last else PortalMail.State.QUEUED
    PortalMail.objects.filter(pk=mail.pk).update(
        state=left,
        next_try_at=in_seconds(PAUSES[min(mail.tries, len(PAUSES)) - 1]),
        error=f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip(),
        **({"address": ""} if is_last else {}),
    )


def write_about(template: str, subject: Any) -> Callable[[PortalMail], mailer.Letter]:
    """A mail about a request; `subject` is a function, so that it is said in the language of the moment."""

    def write(mail: PortalMail) -> mailer.Letter:
        request = mail.request
        with translation.override(language_for(request.brand, request.language)):
            context = {
                "request": request,
                "link": page_of(request.brand, "privacy"),
                "firm": request.brand.name,
                "lines": counted(request.counts),
            }
            words = subject() % {"brand": request.brand.name}
            return compose(template, request.brand, context, subject=words, to=mail.address)

    return write


WRITERS: dict[PortalMail.Kind, Callable[[PortalMail], mailer.Letter]] = {
    PortalMail.Kind.DATA_READY: write_about("data_ready", lambda: _("Your data from %(brand)s is ready")),
    PortalMail.Kind.ERASURE_ASKED: write_about(
        "erasure_asked", lambda: _("%(brand)s is going to erase your data")
    ),
    PortalMail.Kind.ERASURE_CANCELLED: write_about(
        "erasure_cancelled", lambda: _("Your data at %(brand)s stays")
    ),
    PortalMail.Kind.ERASED: write_about("erased", lambda: _("Your data at %(brand)s is erased")),
}


def forget_old() -> int:
    """Rows that were settled long ago."""
    old = PortalMail.objects.exclude(state=PortalMail.State.QUEUED)
    ids = old.filter(created_at__lt=now() - timedelta(days=30)).order_by("pk").values_list("pk", flat=True)
    return PortalMail.objects.filter(pk__in=list(ids[:1000])).delete()[0]
