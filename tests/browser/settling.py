"""When a page has come to rest: nothing is under way any more, and nothing began within a moment.

Chromium's own "networkidle" waits half a second each time, which is a third of what a page takes.
"""

import time
from typing import Any
from weakref import WeakKeyDictionary

import pytest

QUIET_MS = 120
STEP_MS = 20
PATIENCE_SECONDS = 30.0
_under_way: WeakKeyDictionary[Any, set[Any]] = WeakKeyDictionary()
_busy_at: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


def watch(page: Any) -> Any:
    """Count its requests from now on, before its first address; returns the page."""
    requests: set[Any] = set()
    _under_way[page] = requests
    _busy_at[page] = time.monotonic()

    def began(request: Any) -> None:
        requests.add(request)
        _busy_at[page] = time.monotonic()

    def ended(request: Any) -> None:
        requests.discard(request)
        _busy_at[page] = time.monotonic()

    page.on("request", began)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    return page


def settle(page: Any) -> None:
    page.wait_for_load_state("load")
    begun = time.monotonic()
    _busy_at[page] = max(_busy_at[page], begun)
    while _under_way[page] or (left := _busy_at[page] + QUIET_MS / 1000 - time.monotonic()) > 0:
        if time.monotonic() - begun > PATIENCE_SECONDS:
            pytest.fail(f"never so: at rest, {[request.url for request in _under_way[page]]}")
        page.wait_for_timeout(STEP_MS if _under_way[page] else max(1, left * 1000))
