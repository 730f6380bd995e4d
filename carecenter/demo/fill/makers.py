"""Processes that make lines while the database takes those before. They know no database."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Any

PROCESSES = 2
AHEAD = 4  # batches made before they are needed: bounds the memory


def makers() -> ProcessPoolExecutor:
    context = get_context("spawn")
    return ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=end_with, initargs=(os.getpid(),))


def end_with(parent: int) -> None:
    """A process that makes lines ends when the load is killed: it would wait for its next batch for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def in_order(pool: ProcessPoolExecutor, calls: Iterator[Any]) -> Iterator[dict[str, bytes]]:
    """Results in the order of the calls, never more than a few ahead."""
    waiting: list[Future[dict[str, bytes]]] = [pool.submit(*call) for call in islice(calls, AHEAD)]
    while waiting:
        made = waiting.pop(0).result()
        waiting += [pool.submit(*call) for call in islice(calls, 1)]
        yield made
