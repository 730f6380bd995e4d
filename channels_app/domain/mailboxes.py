"""A watched mailbox as a row: its settings, who works on it, how far it was read, how it fares."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from carecenter.lib.sealing import unseal
from carecenter.lib.time import in_seconds, now
from channels_app.domain.errors import ChannelError
from channels_app.domain.intake import Raw, open_raw
from channels_app.domain.mailbox_troubles import Trouble
from channels_app.models import Connection, InboundRecord, Mailbox
from journal.actors import user_actor
from journal.domain.recording import record

# What says where the mailbox is: another place is another mailbox, read from its own beginning.
PLACE: Final = ("host", "username", "folder")
SETTINGS: Final = (
    *PLACE,
    "port",
    "security",
    "sign_in",
    "token_url",
    "client_id",
    "mark_seen",
    "import_days",
)
SECRETS: Final = ("imap_password", "imap_client_secret", "imap_refresh_token")
# The mail server's clock may be behind ours, and counts whole seconds: in doubt a mail is new, and not lost.
SKEW: Final = timedelta(minutes=5)


class LostClaim(ChannelError):
    """Another process has the mailbox now: nothing more may be noted about it here."""


@dataclass(frozen=True)
class Holding:
    """A mailbox that is ours for now; what is noted is noted only while it is."""

    mailbox: Mailbox
    holder: str

    def note(self, only: Q | None = None, **columns: Any) -> None:
        """Change the row. Raises LostClaim when it is not ours any more, or `only` does not hold."""
        mine = Mailbox.objects.filter(
            only or Q(), pk=self.mailbox.pk, holder=self.holder, revision=self.mailbox.revision
        )
        if not mine.update(**columns):
            raise LostClaim(str(self.mailbox.pk))


def save_settings(
    connection: Connection, wanted: Mapping[str, Any], secrets: Mapping[str, str], *, actor: User
) -> Mailbox:
    """Create or change the mailbox of a connection. Secrets that are empty stay as they are."""
    with transaction.atomic():
        locked = Connection.objects.select_for_update().get(pk=connection.pk)
        locked.seal(merged(locked, secrets))
        locked.save(update_fields=["sealed"])
        mailbox = Mailbox.objects.select_for_update().filter(connection=locked).first()
        values = {name: wanted[name] for name in SETTINGS}
        if mailbox is None:
            mailbox = Mailbox.objects.create(connection=locked, **values)
        else:
            change(mailbox, values)
        note_event(mailbox, name="mailbox.saved", actor=actor)
        return switch(mailbox, is_on=bool(wanted["is_on"]), actor=actor)


def change(mailbox: Mailbox, values: Mapping[str, Any]) -> None:
    """Other settings on a locked row. Another place is read from its beginning."""
    if any(getattr(mailbox, name) != values[name] for name in PLACE):
        values = {**values, **beginning(), "on_since": now() if mailbox.is_on else None}
    for name, value in values.items():
        setattr(mailbox, name, value)
    mailbox.revision += 1
    mailbox.error, mailbox.error_detail, mailbox.error_since = "", "", None
    mailbox.save(update_fields=[*values, "revision", "error", "error_detail", "error_since"])


def beginning() -> dict[str, Any]:
    """A mailbox of which nothing was read yet."""
    return {
        "uid_validity": None,
        "uid_next": 1,
        "started_at": None,
        "backlog": Mailbox.Backlog.NONE,
        "backlog_next": 1,
        "backlog_below": 1,
        "backlog_done": 0,
        "backlog_total": 0,
        "stuck_uid": 0,
        "stuck_tries": 0,
        "last_good_at": None,
        "last_mail_at": None,
        "lag_seconds": None,
        "fetched": 0,
    }


def merged(connection: Connection, secrets: Mapping[str, str]) -> dict[str, Any]:
    """The connection's secrets with the new ones. Raises sealing.Unreadable."""
    return {**unseal(connection.sealed), **{name: value for name, value in secrets.items() if value}}


def switch(mailbox: Mailbox, *, is_on: bool, actor: User) -> Mailbox:
    """Begin or end watching. The position stays, so that nothing is missed in between."""
    if mailbox.is_on == is_on:
        return mailbox
    with transaction.atomic():
        mailbox.is_on, mailbox.on_since = is_on, now() if is_on else None
        mailbox.error, mailbox.error_detail, mailbox.error_since = "", "", None
        mailbox.alarm_since = mailbox.alarm_since if is_on else None
        mailbox.revision += 1
        fields = ["is_on", "on_since", "error", "error_detail", "error_since", "alarm_since", "revision"]
        mailbox.save(update_fields=fields)
        note_event(mailbox, name="mailbox.switched_on" if is_on else "mailbox.switched_off", actor=actor)
    return mailbox


def note_event(mailbox: Mailbox, *, name: str, actor: User) -> None:
    brand_id = mailbox.connection.inbox.brand_id
    record(name, actor=user_actor(actor.pk), brand_id=brand_id, subject=f"mailbox:{mailbox.pk}")


@dataclass(frozen=True)
class Wanted:
    """A mailbox that is to be watched. `is_free` unless another process works on it."""

    revision: int
    is_free: bool


def wanted(holder: str) -> dict[int, Wanted]:
    """Mailboxes that are to be watched, as one who might take them sees them: one query."""
    rows = Mailbox.objects.watched().order_by("pk").values_list("pk", "revision", "holder", "held_until")
    present = now()
    return {
        pk: Wanted(revision, owner in ("", holder) or until is None or until < present)
        for pk, revision, owner, until in rows
    }


def claim(mailbox_id: int, holder: str, *, seconds: float) -> Holding | None:
    """Take a mailbox that nobody works on, by a conditional UPDATE; None while another does."""
    free = Q(holder="") | Q(holder=holder) | Q(held_until__isnull=True) | Q(held_until__lt=now())
    free_ones = Mailbox.objects.watched().filter(free, pk=mailbox_id)
    if not free_ones.update(holder=holder, held_until=in_seconds(seconds)):
        return None
    mailbox = Mailbox.objects.select_related("connection__inbox").get(pk=mailbox_id)
    return Holding(mailbox, holder)


def renew(holder: str, *, seconds: float) -> set[int]:
    """Keep everything this process holds, in one UPDATE; ids of what it does hold."""
    mine = Mailbox.objects.filter(holder=holder)
    mine.update(held_until=in_seconds(seconds))
    return set(mine.values_list("pk", flat=True))


def release(holder: str, mailbox_id: int | None = None) -> None:
    """Let go, so that another may take it at once."""
    mine = Mailbox.objects.filter(holder=holder)
    if mailbox_id is not None:
        mine = mine.filter(pk=mailbox_id)
    mine.update(holder="", held_until=None)


def enter(holding: Holding, *, uid_validity: int, uid_next: int) -> Holding:
    """The folder was opened: at the first time, or under new numbers, what lies there becomes the backlog.

    Under new numbers all is read again from when we began; the same bytes and the same Message-ID are one mail.
    """
    mailbox = holding.mailbox
    if mailbox.uid_validity == uid_validity:
        return holding
    is_first = mailbox.uid_validity is None
    columns: dict[str, Any] = {
        "uid_validity": uid_validity,
        "uid_next": uid_next,
        # What came since somebody switched it on is new, however long the server was not to be reached.
        "started_at": (mailbox.on_since or now()) if is_first else mailbox.started_at,
        "backlog": Mailbox.Backlog.IMPORT if is_first else Mailbox.Backlog.RESCAN,
        "backlog_next": 1,
        "backlog_below": uid_next,
        "backlog_done": 0,
        "backlog_total": 0,
        "stuck_uid": 0,
        "stuck_tries": 0,
    }
    holding.note(Q(uid_validity=mailbox.uid_validity), **columns)
    return reload(holding)


def reload(holding: Holding) -> Holding:
    mailbox = Mailbox.objects.select_related("connection__inbox").get(pk=holding.mailbox.pk)
    if mailbox.revision != holding.mailbox.revision or mailbox.holder != holding.holder:
        raise LostClaim(str(mailbox.pk))
    return Holding(mailbox, holding.holder)


def reads_from(mailbox: Mailbox) -> datetime | None:
    """From when on what the backlog holds is read."""
    if mailbox.started_at is None:
        return None
    return mailbox.started_at - timedelta(days=mailbox.import_days) - SKEW


def is_history(mailbox: Mailbox, arrived_at: datetime) -> bool:
    """Did a mail of the backlog come before we began? Nobody is to answer it. Servers tell whole seconds."""
    if mailbox.started_at is None:
        return False
    skew = timedelta(minutes=1) if mailbox.backlog == Mailbox.Backlog.IMPORT else SKEW
    return arrived_at < mailbox.started_at.replace(microsecond=0) - skew


def key_of(mailbox: Mailbox, uid: int) -> str:
    """What a mail's record is called: stable under restarts, and different in another place."""
    place = hashlib.sha256("\0".join(str(getattr(mailbox, name)) for name in PLACE).encode()).hexdigest()[:12]
    return f"imap:{place}:{mailbox.uid_validity}:{uid}"


def move_cursor(holding: Holding, uid: int, *, arrived_at: datetime | None) -> None:
    """Behind a mail that is stored, or gone. Raises LostClaim."""
    columns: dict[str, Any] = {"uid_next": uid + 1, "stuck_uid": 0, "stuck_tries": 0}
    if arrived_at is not None:
        lag = max(0, int((now() - arrived_at).total_seconds()))
        columns |= {"fetched": F("fetched") + 1, "last_mail_at": now(), "lag_seconds": lag}
    holding.note(Q(uid_validity=holding.mailbox.uid_validity, uid_next__lte=uid), **columns)


def move_backlog(holding: Holding, uid: int) -> None:
    """As the cursor, for what lay there before."""
    still = Q(uid_validity=holding.mailbox.uid_validity, backlog_next__lte=uid, backlog_below__gt=uid)
    columns: dict[str, Any] = {"backlog_next": uid + 1, "backlog_done": F("backlog_done") + 1}
    holding.note(still, stuck_uid=0, stuck_tries=0, **columns)


def note_backlog_size(holding: Holding, left: int) -> None:
    """What is still to be read, counted once a session."""
    holding.note(backlog_total=F("backlog_done") + left)


def end_backlog(holding: Holding) -> Holding:
    still = Q(uid_validity=holding.mailbox.uid_validity)
    holding.note(still, backlog=Mailbox.Backlog.NONE, backlog_next=F("backlog_below"))
    return reload(holding)


def note_good(holding: Holding, *, can_idle: bool) -> None:
    """All the server has is stored: the trouble, if there was any, is over."""
    holding.note(last_good_at=now(), can_idle=can_idle, error="", error_detail="", error_since=None)


def note_life(holding: Holding) -> None:
    """The server gives what it is asked for, only there is much of it."""
    holding.note(last_good_at=now())


def note_trouble(mailbox_id: int, holder: str, trouble: Trouble) -> None:
    """Something is wrong, since now if nothing was before."""
    mine = Mailbox.objects.filter(pk=mailbox_id, holder=holder)
    mine.update(error=trouble.code, error_detail=trouble.detail)
    mine.filter(error_since__isnull=True).update(error_since=now())


def note_stuck(holding: Holding, uid: int) -> int:
    """One more try at a mail that the server does not give out; how many there were."""
    mailbox = holding.mailbox
    tries = mailbox.stuck_tries + 1 if mailbox.stuck_uid == uid else 1
    holding.note(stuck_uid=uid, stuck_tries=tries)
    mailbox.stuck_uid, mailbox.stuck_tries = uid, tries
    return tries


def find_same(connection: Connection, raw: Raw) -> InboundRecord | None:
    """A record of this connection with the same bytes. For what is read again, where seconds do not count."""
    candidates = InboundRecord.objects.filter(connection=connection, size=raw.size).order_by("pk")
    for record_ in candidates.select_related("blob")[:100]:
        if record_.blob is not None:
            same = record_.blob.sha256 == raw.sha256
        else:
            with open_raw(record_) as source:
                same = hashlib.sha256(source.read()).hexdigest() == raw.sha256
        if same:
            return record_
    return None


def keep_refresh_token(connection_id: int, token: str) -> None:
    """The service gave a new one: the old may not work again."""
    with transaction.atomic():
        connection = Connection.objects.select_for_update().get(pk=connection_id)
        connection.seal(merged(connection, {"imap_refresh_token": token}))
        connection.save(update_fields=["sealed"])
