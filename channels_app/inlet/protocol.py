"""aiosmtpd with a DATA of our own: by blocks instead of lines, onto disk instead of into memory, bounded in number.

aiosmtpd's own DATA reads line by line (a sixth of the speed), holds a mail in memory twice, and refuses a mail with a
line over its limit, which then is lost.
"""

import asyncio
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, syntax

from channels_app.inlet.dots import DotReader
from channels_app.inlet.receiving import TRY_AGAIN, Receiver

BLOCK = 2**20
IN_MEMORY = 256 * 1024 + 1
IDLE_SECONDS = 120


class Gate:
    """How many clients talk to us, and how many hand over a mail, at once."""

    def __init__(self, *, clients: int, mails: int) -> None:
        self.clients = clients
        self.mails = asyncio.Semaphore(mails)
        self.open = 0
        self.busy = 0  # mails between their first byte and our answer

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        self.busy += 1
        try:
            yield
        finally:
            self.busy -= 1


class InletProtocol(SMTP):
    """One client. The handler hooks are in `Receiver`."""

    line_length_limit = 2**17  # commands only; aiosmtpd calls the stream's buffer by this name

    def __init__(self, receiver: Receiver, gate: Gate, **options: Any) -> None:
        super().__init__(receiver, **options)
        self._receiver = receiver
        self._gate = gate

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Refuse the client that is one too many; STARTTLS comes here a second time for the same client."""
        if self._original_transport is None:
            self._gate.open += 1
            if self._gate.open > self._gate.clients and isinstance(transport, asyncio.WriteTransport):
                transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
                transport.close()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._gate.open -= 1
        super().connection_lost(error)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        if await self.check_helo_needed():
            return
        envelope, session = self.envelope, self.session
        if envelope is None or session is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        async with self._gate.mails, self._gate.at_work():
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as mail:
                await self.push("354 End data with <CR><LF>.<CR><LF>")
                try:
                    size = await self._read_mail(mail)
                except OSError:
                    size = -1
                answer = TRY_AGAIN if size < 0 else await self._receiver.take(session, envelope, mail, size)
            self._set_post_data_state()
            await self.push(answer)

    async def _read_mail(self, mail: Any) -> int:
        """Spool the mail up to the limit and return its size; it is read to its end whatever happens to the disk."""
        dots, size, limit, trouble = DotReader(), 0, self.data_size_limit or 0, None
        while not dots.ended:
            block = await self._reader.read(64 * BLOCK)
            if not block:
                raise asyncio.CancelledError  # the client is gone in the middle of its mail
            self._reset_timeout()
            piece = dots.feed(block)
            size += len(piece)
            if size <= limit and trouble is None:
                try:
                    mail.write(piece)
                except OSError as error:
                    trouble = error
        if dots.rest:
            # `read` took all there was, so what came behind the mail goes back to the head of the stream.
            self._reader.feed_data(dots.rest)
        if trouble is not None:
            raise trouble
        return size


def protocol_factory(
    receiver: Receiver, *, limit: int, gate: Gate, tls: ssl.SSLContext | None
) -> Callable[[], InletProtocol]:
    loop = asyncio.get_running_loop()

    def make() -> InletProtocol:
        return InletProtocol(
            receiver,
            gate,
            data_size_limit=limit,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname=receiver.name,
            ident="ESMTP",
            tls_context=tls,
            timeout=IDLE_SECONDS,
            auth_exclude_mechanism=("PLAIN", "LOGIN"),
            loop=loop,
        )

    return make
