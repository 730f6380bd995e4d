"""The fetcher: a process of its own, so that a slow mail server holds up nobody else."""

import os
import signal
import threading
from typing import Any

from carecenter.lib.commands import QuickCommand
from channels_app.fetching.process import Fetcher


class Command(QuickCommand):
    help = "Watch the mailboxes that are switched on, and fetch what arrives in them."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Fetcher().run(stop)
        os._exit(0)  # threads that still wait for a silent server hold nobody up
