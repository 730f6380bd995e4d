"""The process that fetches: looks which mailboxes are to be watched and keeps a thread for each."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, close_old_connections, connections

from carecenter.lib.ids import new_token
from channels_app.domain import mailboxes
from channels_app.domain.mailboxes import Wanted

if TYPE_CHECKING:
    from channels_app.fetching.watching import Watcher

logger = logging.getLogger(__name__)

# Threads, each with a database connection while it is not waiting. More mailboxes want a second process, which takes
# those that are free.
MOST = 30
LOOK_SECONDS = 10.0
END_SECONDS = 6.0


class Fetcher:
    """Any number may run, on any number of machines: a claim on the row says who has which mailbox."""

    def __init__(self) -> None:
        self.holder = f"{socket.gethostname()[:20]}:{os.getpid()}:{new_token()[:12]}"
        self.watchers: dict[int, Watcher] = {}

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; then what is being stored is stored, and the claims are let go."""
        while not stop.is_set():
            self.look()
            stop.wait(self.pause())
        self.end()

    def pause(self) -> float:
        return min(LOOK_SECONDS, settings.MAILBOX_LEASE_SECONDS / 4) if self.watchers else LOOK_SECONDS

    def look(self) -> None:
        """Start and end threads, renew the claims, lose patience. The database away: the next look is soon."""
        for watcher in self.watchers.values():
            watcher.check_patience()
        try:
            close_old_connections()
            wanted = mailboxes.wanted(self.holder)
            if self.watchers:
                mailboxes.renew(self.holder, seconds=settings.MAILBOX_LEASE_SECONDS)
        except Error as error:
            logger.warning("mailboxes cannot be read: %s", type(error).__name__)
            return
        finally:
            if not self.watchers:
                connections.close_all()
        self.begin_and_end(wanted)

    def begin_and_end(self, wanted: dict[int, Wanted]) -> None:
        for mailbox_id, watcher in list(self.watchers.items()):
            if not watcher.thread.is_alive():
                watcher.stop.close()
                del self.watchers[mailbox_id]
                self.let_go(mailbox_id)
            elif mailbox_id not in wanted or wanted[mailbox_id].revision != watcher.revision:
                watcher.end()
                watcher.check_patience()
        for mailbox_id, one in wanted.items():
            if one.is_free and mailbox_id not in self.watchers and len(self.watchers) < MOST:
                self.begin(mailbox_id, one.revision)

    def begin(self, mailbox_id: int, revision: int) -> None:
        from channels_app.fetching.watching import Watcher  # only where there is a mailbox

        self.watchers[mailbox_id] = Watcher(mailbox_id, revision, self.holder)
        self.watchers[mailbox_id].start()

    def end(self) -> None:
        for watcher in self.watchers.values():
            watcher.end()
        until = time.monotonic() + END_SECONDS
        for watcher in self.watchers.values():
            watcher.thread.join(max(0.0, until - time.monotonic()))
        self.let_go()

    def let_go(self, mailbox_id: int | None = None) -> None:
        """Of one, or of all; when the database is away the lease runs out by itself."""
        try:
            mailboxes.release(self.holder, mailbox_id)
        except Error:
            return
