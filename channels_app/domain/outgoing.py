"""The server for outgoing mail, as an administrator sets it: saved, taken away, put back as it was."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.outgoing.models import ONLY, MailServer
from carecenter.lib.sealing import seal
from carecenter.lib.time import now
from channels_app.domain.errors import ChannelError
from journal.actors import user_actor
from journal.domain.recording import record

SETTINGS: Final = ("host", "port", "encryption", "username", "sender_name", "sender_address")
SUBJECT: Final = "outgoing_mail:1"


class ChangedSince(ChannelError):
    """Somebody set something else meanwhile."""


def saved() -> MailServer | None:
    return MailServer.objects.filter(pk=ONLY).first()


def as_kept(row: MailServer | None) -> dict[str, Any] | None:
    """The row as plain values, its password still sealed."""
    return {name: getattr(row, name) for name in (*SETTINGS, "sealed")} if row else None


def locked() -> MailServer | None:
    return MailServer.objects.select_for_update().filter(pk=ONLY).first()


def set_server(wanted: Mapping[str, Any], password: str, *, actor: User) -> None:
    """Set it. An empty password stays as it is as long as there is a user name to go with it."""
    with transaction.atomic():
        row = locked()
        sealed = seal({"password": password}) if password else row.sealed if row else ""
        values = {name: wanted[name] for name in SETTINGS if name in wanted}
        write({**values, "sealed": sealed if values["username"] else ""}, actor=actor)


def remove(*, actor: User) -> None:
    """Mails are kept as files from here on."""
    with transaction.atomic():
        write(None, actor=actor)


def put_back(was: dict[str, Any] | None, left: dict[str, Any] | None, *, actor: User) -> None:
    """Raises ChangedSince when it is not any more as it was left."""
    with transaction.atomic():
        if as_kept(locked()) != left:
            raise ChangedSince(_("It was changed meanwhile."))
        write(was, actor=actor)


def write(values: dict[str, Any] | None, *, actor: User) -> None:
    if values is None:
        MailServer.objects.filter(pk=ONLY).delete()
    else:
        MailServer.objects.update_or_create(pk=ONLY, defaults={**values, "set_at": now()})
    record(
        "outgoing_mail.set" if values else "outgoing_mail.removed",
        actor=user_actor(actor.pk),
        subject=SUBJECT,
    )
