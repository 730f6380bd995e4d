"""The SMTP inlet: a process of its own, so that large mails hold up no socket and no page."""

import asyncio
import os
import signal
import ssl
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from carecenter.lib.commands import QuickCommand
from channels_app.inlet.protocol import Gate, protocol_factory
from channels_app.inlet.receiving import Receiver

CLIENTS = 100
MAILS = 16
STOP_WITHIN_SECONDS = 4


class Command(QuickCommand):
    help = "Take mail for our inboxes by SMTP. Answers 250 only for what is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=2525)
        parser.add_argument("--name", default="carecenter", help="the name it greets with")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asyncio.run(serve(options["host"], options["port"], options["name"]))
        except OSError as error:
            reason = error.strerror or str(error)
            raise CommandError(f"Port {options['port']} cannot be opened: {reason}.") from error


async def serve(host: str, port: int, name: str) -> None:
    """Until SIGTERM or Ctrl-C. A mail that is being stored then is still answered."""
    receiver = Receiver(name=name)
    gate = Gate(clients=CLIENTS, mails=MAILS)
    factory = protocol_factory(receiver, limit=settings.MAIL_SIZE_LIMIT, gate=gate, tls=certificate())
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(factory, host, port)
    await stop.wait()
    server.close()  # and no waiting for clients that only keep their line open
    for _ in range(STOP_WITHIN_SECONDS * 20):
        if not gate.busy:
            break
        await asyncio.sleep(0.05)
    receiver.close()


def certificate() -> ssl.SSLContext | None:
    """For STARTTLS: the files named by CARECENTER_SMTP_CERT and CARECENTER_SMTP_KEY."""
    chain, key = os.environ.get("CARECENTER_SMTP_CERT"), os.environ.get("CARECENTER_SMTP_KEY")
    if not chain:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(chain, key or None)
    except (OSError, ssl.SSLError) as error:
        raise CommandError(f"The certificate {chain} cannot be used: {error}.") from error
    return context
