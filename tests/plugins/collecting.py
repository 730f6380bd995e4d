"""Collects with less work: every worker begins elsewhere, and nothing is searched for garbage meanwhile.

pytest writes down each test module as it has rewritten it. Workers that go the same way at the same time would all
rewrite all of them; from different beginnings each finds most of them done.
"""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest

OFTEN, SELDOM = (
    20_000,
    50,
)  # allocations until the young are searched; how many such searches until older ones


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Nearly everything that is made here stays to the end: it is not looked at again."""
    begin_elsewhere(session.config)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(OFTEN, SELDOM, SELDOM)
        gc.enable()


def begin_elsewhere(config: pytest.Config) -> None:
    """Ask a worker's own share of the folders first, when all are asked for."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker or config.args != config.getini("testpaths"):
        return
    parts = sorted(str(path) for top in config.args for path in parts_of(config.rootpath / top))
    begin = len(parts) * int(worker.removeprefix("gw")) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    config.args = parts[begin:] + parts[:begin]


def parts_of(folder: Path) -> list[Path]:
    """What holds tests in it: its folders, and test files of its own."""
    folders = [path for path in folder.iterdir() if path.is_dir() and any(path.rglob("test_*.py"))]
    return folders + list(folder.glob("test_*.py"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The same order in all workers, wherever they began."""
    items.sort(key=lambda item: item.path)
