"""Which requests of pages are being answered in this process, to wait for their end.

A page that is closed leaves some behind. What they write after a test's rows have gone stands in the next test's way.
"""

import threading
import time
from typing import Any

from django.core.signals import request_finished, request_started

from carecenter.lib.sockets import READERS

PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.05
_answering: set[int] = set()  # threads; pages are never answered by the test's own


def _began(**_: Any) -> None:
    if threading.current_thread() is not threading.main_thread():
        _answering.add(threading.get_ident())


def _ended(**_: Any) -> None:
    _answering.discard(threading.get_ident())


request_started.connect(_began, weak=False)
request_finished.connect(_ended, weak=False)


def wait() -> None:
    """Until nothing has been under way for a moment, neither pages nor what sockets read and write."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    still = 0
    while still < 2 and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
        still = 0 if _answering or READERS._work_queue.qsize() else still + 1
    _answering.clear()
