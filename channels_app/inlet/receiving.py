"""What the inlet answers: 250 for what is committed, 451 for "try again", 550 and 552 for what we never take."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, NamedTuple, TypeVar

from aiosmtpd.smtp import Envelope, Session
from django.conf import settings
from django.db import close_old_connections

from channels_app.domain.addresses import connections_for
from channels_app.domain.errors import EmptyInput, TooLarge
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import Connection
from channels_app.tasks import send_inbound

logger = logging.getLogger(__name__)

THREADS = 4
STORE_SECONDS = 25
LOOK_UP_SECONDS = 10
RECIPIENTS = 100
BROKER_PAUSE = 5.0
# After a message to the worker: under load the next one carries what came in this time, so that a handful of mails
# shares a transaction; a lone mail never waits.
GATHERING = 0.25
KNOWN_SECONDS = 1.0  # an address that is ours is not looked up again for so long
MOST_AT_ONCE = 50
TRY_AGAIN = "451 4.3.0 Not stored, try again later"
T = TypeVar("T")


class Receiver:
    """aiosmtpd's handler: every hook runs the database's part on a small pool of threads of its own."""

    def __init__(self, *, name: str) -> None:
        self.name = name
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self._courier = Courier()
        self._ours = Ours()

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self,
        server: Any,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if "\x00" in address or not address.isprintable():
            return "550 5.1.3 No such address"
        try:
            ours = await self._run(LOOK_UP_SECONDS, self._ours.among, [address])
        except Exception as error:  # noqa: BLE001 -- the process edge: the sender tries again
            logger.warning("recipient not looked up: %s", type(error).__name__)
            return TRY_AGAIN
        if not ours:
            return "550 5.1.1 No such inbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def take(self, session: Session, envelope: Envelope, mail: IO[bytes], size: int) -> str:
        """Store the mail and answer."""
        if size > settings.MAIL_SIZE_LIMIT:
            return f"552 5.3.4 Message exceeds {settings.MAIL_SIZE_LIMIT} bytes"
        facts = {
            "from": envelope.mail_from or "",
            "to": list(dict.fromkeys(envelope.rcpt_tos)),
            "peer": str(session.peer[0]) if session.peer else "",
        }
        try:
            stored = await self._run(STORE_SECONDS, store_mail, mail, facts, self._ours)
        except EmptyInput:
            return "554 5.6.0 Empty message"
        except TooLarge:
            return f"552 5.3.4 Message exceeds {settings.MAIL_SIZE_LIMIT} bytes"
        except Exception as error:  # noqa: BLE001 -- the process edge: the database away or slow, the disk full
            logger.warning("mail not stored: %s", type(error).__name__)
            return TRY_AGAIN
        if not stored:
            return "550 5.1.1 No such inbox here"
        self._courier.send(stored)
        return "250 2.0.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        """aiosmtpd's last resort; its own answer, 500, would make the sender give up."""
        logger.error("inlet: %s", type(error).__name__, exc_info=error)
        return TRY_AGAIN

    async def _run(self, seconds: float, verb: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await asyncio.wait_for(
            loop.run_in_executor(self._pool, with_connection, verb, *arguments), seconds
        )

    def close(self) -> None:
        """Let what is being stored be stored, then end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._courier.close()


def with_connection(verb: Callable[..., T], *arguments: Any) -> T:
    """Run a verb on this thread's connection, a new one if PostgreSQL was restarted meanwhile."""
    close_old_connections()
    return verb(*arguments)


class Ours:
    """Which addresses are ours. What was found is kept for a moment: a mail asks twice, and a sender has many mails.

    What was not found is asked again each time, so that a new inbox takes mail at once.
    """

    class One(NamedTuple):
        until: float
        connection: Connection

    def __init__(self) -> None:
        self._found: dict[str, Ours.One] = {}

    def among(self, addresses: Iterable[str]) -> dict[str, Connection]:
        """Of these addresses those that are ours, with their connections."""
        present, wanted = time.monotonic(), list(addresses)
        known = {address: one for address, one in self._found.items() if one.until > present}
        if unknown := [address for address in wanted if address not in known]:
            found = connections_for(unknown)
            known |= {address: Ours.One(present + KNOWN_SECONDS, one) for address, one in found.items()}
            self._found = known  # replaced, never changed: threads share it
        return {address: known[address].connection for address in wanted if address in known}


def store_mail(mail: IO[bytes], envelope: dict[str, Any], ours: Ours) -> list[int]:
    """One record for each of our inboxes the mail is for, in one transaction. Ids of the records."""
    mail.seek(0)
    raw = keep_bytes(mail)
    found = ours.among(envelope["to"])
    connections = {connection.pk: connection for connection in found.values()}
    return [record.pk for record in store_raw(connections.values(), raw, envelope=envelope)]


class Courier:
    """Tells the worker which records wait, from a thread of its own: a hung broker must not hold up an answer.

    While the broker is away nothing is told; the sweep finds the rows.
    """

    def __init__(self) -> None:
        self._ids: queue.Queue[list[int] | None] = queue.Queue(maxsize=10_000)
        self._silent_until = 0.0
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def send(self, record_ids: list[int]) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            self._ids.put_nowait(record_ids)
        except queue.Full:
            return

    def close(self) -> None:
        self._ids.put(None)
        self._thread.join(BROKER_PAUSE)

    def _run(self) -> None:
        while (record_ids := self._ids.get()) is not None:
            if not send_inbound([*record_ids, *self._others()]):
                self._silent_until = time.monotonic() + BROKER_PAUSE
            time.sleep(GATHERING)

    def _others(self) -> list[int]:
        """What has come meanwhile goes with it. The end of everything is put back."""
        found: list[int] = []
        while len(found) < MOST_AT_ONCE:
            try:
                ids = self._ids.get_nowait()
            except queue.Empty:
                break
            if ids is None:
                self._ids.put(None)
                break
            found += ids
        return found
