"""One mailbox, one thread: claim it, sign in, fetch, wait for more, and again for ever."""

from __future__ import annotations

import logging
import os
import random
import threading
import time

from django.conf import settings
from django.db import Error, close_old_connections, connections

from carecenter.lib.sealing import Unreadable
from channels_app.domain import mailboxes
from channels_app.domain.mailbox_troubles import Trouble
from channels_app.domain.mailboxes import Holding, LostClaim
from channels_app.fetching.session import Session, open_session
from channels_app.fetching.sign_in import Access, Token, access_of
from channels_app.fetching.taking import Taking
from channels_app.fetching.wire import Way
from channels_app.models import Mailbox
from channels_app.tasks import send_inbound

logger = logging.getLogger(__name__)

PAUSES = (5, 10, 20, 40, 60)
# What only a person can mend is not tried each minute: servers lock accounts for that.
LONG_PAUSES = (30, 60, 120, 180)
OPEN_SECONDS = 90.0
BROKER_PAUSE = 5.0


class Stop:
    """An event that also wakes who sleeps in `poll`: its descriptor can be read once it is set."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.descriptor, self._other = os.pipe()

    def set(self) -> None:
        if not self._event.is_set():
            self._event.set()
            os.write(self._other, b"x")

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        return self._event.wait(seconds)

    def close(self) -> None:
        os.close(self.descriptor)
        os.close(self._other)


class Watcher:
    """A thread for one mailbox at one revision of its settings. Holds no database connection while it waits."""

    def __init__(self, mailbox_id: int, revision: int, holder: str) -> None:
        self.mailbox_id = mailbox_id
        self.revision = revision
        self.holder = holder
        self.stop = Stop()
        self.deadline = float("inf")
        self.session: Session | None = None
        self.token: Token | None = None
        self.failures = 0
        self._silent_until = 0.0
        self.thread = threading.Thread(target=self.run, name=f"mailbox-{mailbox_id}", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def end(self) -> None:
        """Ask it to end; a mail that is being stored is stored first."""
        self.stop.set()

    def check_patience(self) -> None:
        """Called by the main thread: a server that drips a byte now and then must not hold us for ever."""
        session = self.session
        if session is not None and time.monotonic() > self.deadline:
            session.sever()

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                pause = self.one_session()
                connections.close_all()
                self.stop.wait(pause)
        finally:
            connections.close_all()

    def one_session(self) -> float:
        """From the claim to the end of the line; how long to wait before the next."""
        close_old_connections()
        try:
            holding = mailboxes.claim(self.mailbox_id, self.holder, seconds=settings.MAILBOX_LEASE_SECONDS)
            if holding is None:  # another was faster; the main thread looks again
                self.end()
                return 0.0
            self.revision = holding.mailbox.revision
            return self.work(holding)
        except LostClaim:
            return 1.0
        except Error as error:
            logger.warning("mailbox %s: %s", self.mailbox_id, type(error).__name__)
            return PAUSES[0]
        except Exception:  # the edge of the thread: it goes on the row and in the log
            logger.exception("mailbox %s", self.mailbox_id)
            return self.after_trouble(Trouble("odd_answer", "an error on our side, see the log"))

    def work(self, holding: Holding) -> float:
        try:
            self.converse(holding)
        except Trouble as trouble:
            if self.stop.is_set():
                return 0.0
            return self.after_trouble(trouble)
        finally:
            self.deadline = float("inf")
            session, self.session = self.session, None
            if session is not None:
                session.close()
        return 0.0

    def after_trouble(self, trouble: Trouble) -> float:
        """The trouble on the row, and the pause. The line is lost: whoever comes next begins anew."""
        needs_person = trouble.meaning.needs_person
        if trouble.code in {"sign_in_refused", "token_refused"}:
            self.token = None
        self.failures += 1
        logger.info("mailbox %s: %s", self.mailbox_id, trouble.code)
        try:
            close_old_connections()
            mailboxes.note_trouble(self.mailbox_id, self.holder, trouble)
        except Error:
            pass
        pauses = LONG_PAUSES if needs_person else PAUSES
        pause = pauses[min(self.failures, len(pauses)) - 1]
        return pause * random.uniform(0.8, 1.2)  # noqa: S311 -- only so that not all come at once

    def converse(self, holding: Holding) -> None:
        """Until we are to stop, the claim is lost or the line breaks."""
        self.until(OPEN_SECONDS)
        way, access = settings_of(holding.mailbox)
        session = open_session(way, access, self.token)
        self.session = session
        self.keep_token(session, holding)
        taking = Taking(session, holding, self.hand, self.until, self.stop.is_set)
        while not self.stop.is_set():
            close_old_connections()
            self.until(OPEN_SECONDS)
            folder = taking.enter()
            taking.take_new(folder)
            more = taking.take_backlog()
            if self.stop.is_set():
                return
            mailboxes.note_good(taking.holding, can_idle=session.can_idle)
            self.failures = 0
            if not more:
                connections.close_all()
                self.wait(session)

    def wait(self, session: Session) -> None:
        """For notice of new mail, or for the next time to ask."""
        seconds = float(settings.MAILBOX_POLL_SECONDS)
        self.until(seconds + OPEN_SECONDS)
        if session.can_idle:
            session.wait(seconds, self.stop.descriptor)
        else:
            self.stop.wait(seconds)

    def keep_token(self, session: Session, holding: Holding) -> None:
        is_new = session.token is not self.token
        self.token = session.token
        if is_new and self.token is not None and self.token.refresh_token:
            mailboxes.keep_refresh_token(holding.mailbox.connection_id, self.token.refresh_token)

    def until(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds

    def hand(self, record_ids: list[int]) -> None:
        """Tell the worker at once. A broker that is away is left alone for a while; the sweep finds the rows."""
        if not record_ids or time.monotonic() < self._silent_until:
            return
        if not send_inbound(record_ids):
            self._silent_until = time.monotonic() + BROKER_PAUSE


def settings_of(mailbox: Mailbox) -> tuple[Way, Access]:
    """Where to go and who we are there. Raises Trouble when the secrets cannot be read any more."""
    try:
        opened = mailbox.connection.opened()
    except Unreadable:
        raise Trouble("secrets_lost") from None
    return Way(mailbox.host, mailbox.port, mailbox.security), access_of(vars(mailbox), opened)
