"""Verbs that run at the same moment, as two workers would."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection as database


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Run the verbs at the same moment, each on a database connection of its own; their results."""
    barrier = threading.Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return verb()
        finally:
            database.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))
