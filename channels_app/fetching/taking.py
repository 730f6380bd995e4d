"""What is new in a folder, stored mail by mail; the cursor moves behind what is stored and never before it."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings
from django.db import Error

from carecenter.lib.faults import point
from channels_app.domain import mailboxes
from channels_app.domain.errors import EmptyInput
from channels_app.domain.intake import INLINE_BYTES, Raw, keep_bytes, store_raw
from channels_app.domain.mailbox_troubles import Trouble
from channels_app.domain.mailboxes import Holding
from channels_app.fetching.session import Folder, Outline, Session

BATCH = 50  # mails whose outlines are asked for at once
IN_MEMORY = 2**20
# How often a mail is asked for in vain before what can be had of it is kept and the next one is fetched: when the
# server says no, and when the line breaks each time.
NOS, BREAKS = 3, 8
LIFE_SECONDS = 30.0

Hand = Callable[[list[int]], None]


@dataclass
class Taking:
    """One round of one mailbox. `hand` tells the worker of records; `until` sets when the watchdog loses patience."""

    session: Session
    holding: Holding
    hand: Hand
    until: Callable[[float], None]
    must_stop: Callable[[], bool]
    noted_life: float = field(default_factory=time.monotonic)
    waiting: list[int] | None = None  # what is left of the backlog, asked for once a session

    def enter(self) -> Folder:
        """Open the folder; what the row says of it is brought up to date."""
        mailbox = self.holding.mailbox
        folder = self.session.open_folder(mailbox.folder, read_only=not mailbox.mark_seen)
        if mailbox.uid_validity != folder.uid_validity:
            self.waiting = None
        self.holding = mailboxes.enter(
            self.holding, uid_validity=folder.uid_validity, uid_next=folder.uid_next
        )
        return folder

    def take_new(self, folder: Folder) -> int:
        """Everything that came since; how many mails."""
        self.holding = mailboxes.reload(self.holding)
        first = self.holding.mailbox.uid_next
        if folder.mails == 0 or folder.uid_next <= first:
            return 0
        self.until(120)
        uids = self.session.uids(first, "*")
        for start in range(0, len(uids), BATCH):
            self.take_batch(uids[start : start + BATCH], self.keep_new)
        return len(uids)

    def take_backlog(self) -> bool:
        """A batch of what lay there before; whether there is more."""
        mailbox = self.holding.mailbox
        if not mailbox.backlog:
            return False
        if self.waiting is None:
            self.until(120)
            last = mailbox.backlog_below - 1
            since = mailboxes.reads_from(mailbox)
            found = self.session.uids(mailbox.backlog_next, last, since=since) if last > 0 else []
            self.waiting = [uid for uid in found if uid <= last]
            mailboxes.note_backlog_size(self.holding, len(self.waiting))
        batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
        if batch:
            self.take_batch(batch, self.keep_old)
        if not self.waiting and not self.must_stop():
            self.holding = mailboxes.end_backlog(self.holding)
            return False
        return True

    def take_batch(self, uids: Sequence[int], keep: Callable[[int, Outline | None], None]) -> None:
        self.until(120)
        outlines = self.session.outlines(uids)
        for uid in uids:
            if self.must_stop():
                return
            if uid not in outlines and self.session.uids(uid, uid):
                raise Trouble("fetch_refused", "no size of a mail that is there")
            keep(uid, outlines.get(uid))

    def keep_new(self, uid: int, outline: Outline | None) -> None:
        stored = self.store(outline, {}) if outline is not None else []
        point("before_cursor")
        mailboxes.move_cursor(self.holding, uid, arrived_at=outline.arrived_at if outline else None)
        self.hand(stored)
        if outline is not None and self.holding.mailbox.mark_seen:
            self.session.mark_seen(uid)

    def keep_old(self, uid: int, outline: Outline | None) -> None:
        """What came before we began is history, or is left alone when nothing was to be imported."""
        mailbox, stored = self.holding.mailbox, list[int]()
        if outline is not None:
            is_history = mailboxes.is_history(mailbox, outline.arrived_at)
            if not is_history or mailbox.import_days:
                mark = {"history": outline.arrived_at.isoformat()} if is_history else {}
                stored = self.store(outline, mark, again=True)
        mailboxes.move_backlog(self.holding, uid)
        self.hand(stored)

    def store(self, outline: Outline, mark: dict[str, str], *, again: bool = False) -> list[int]:
        """The mail as a committed record; what cannot be had of it is said in the record. Ids of the records."""
        # So slow a line carries a mail yet: 16 KiB a second.
        self.until(60 + outline.size / 16_384)
        try:
            return self.store_whole(outline, mark, again=again)
        except Trouble as trouble:
            if trouble.code not in {"fetch_refused", "cut", "silent", "odd_answer", "too_much"}:
                raise
            if trouble.code == "fetch_refused" and not self.session.uids(outline.uid, outline.uid):
                return []  # deleted meanwhile
            tries = mailboxes.note_stuck(self.holding, outline.uid)
            if tries < (NOS if trouble.code == "fetch_refused" else BREAKS):
                raise
        return self.keep(self.header_only(outline), outline, {**mark, "unfetched": "yes"})

    def store_whole(self, outline: Outline, mark: dict[str, str], *, again: bool) -> list[int]:
        limit = settings.MAIL_SIZE_LIMIT
        stuck = self.holding.mailbox
        if stuck.stuck_uid == outline.uid and stuck.stuck_tries >= BREAKS:
            return self.keep(self.header_only(outline), outline, {**mark, "unfetched": "yes"})
        if outline.size > limit:
            return self.keep(self.header_only(outline), outline, {**mark, "cut": "yes"})
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            if not self.session.copy_mail(outline, file, limit, self.note_life):
                return self.keep(self.header_only(outline), outline, {**mark, "cut": "yes"})
            file.seek(0)
            raw = keep_whole(file)
        if raw is None or (again and mailboxes.find_same(self.holding.mailbox.connection, raw)):
            return []
        return self.keep(raw, outline, mark)

    def header_only(self, outline: Outline) -> Raw:
        """The header of a mail that is not taken whole; its size is the whole one's."""
        try:
            header = self.session.header(outline.uid)[:INLINE_BYTES]
        except Trouble as trouble:
            if trouble.code != "fetch_refused":
                raise
            header = b""
        content = header or b"Subject: (the mail server gives out nothing of this mail)\r\n\r\n"
        size = max(outline.size, len(content))
        return Raw(sha256=hashlib.sha256(content).hexdigest(), size=size, content=content)

    def keep(self, raw: Raw, outline: Outline, mark: dict[str, str]) -> list[int]:
        mailbox = self.holding.mailbox
        envelope: dict[str, Any] = {"from": "", "to": [], "peer": mailbox.host, **mark}
        key = mailboxes.key_of(mailbox, outline.uid)
        try:
            records = store_raw([mailbox.connection], raw, external_id=key, envelope=envelope)
        except (Error, OSError) as error:
            raise Trouble("our_side", type(error).__name__) from error
        return [record.pk for record in records]

    def note_life(self) -> None:
        """A large mail over a slow line is no silence."""
        if time.monotonic() - self.noted_life > LIFE_SECONDS:
            mailboxes.note_life(self.holding)
            self.noted_life = time.monotonic()


def keep_whole(file: IO[bytes]) -> Raw | None:
    """None for a mail without a single letter: there is nothing to store."""
    try:
        return keep_bytes(file)
    except EmptyInput:
        return None
    except (Error, OSError) as error:
        raise Trouble("our_side", type(error).__name__) from error
