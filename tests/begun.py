"""Two data folders that tests begin with, made once and kept for later runs: one with tables, one that was started.

To make them takes longer than most of what is tested with them. That it works from nothing has a test of its own.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from carecenter.embedded import environment, locks, paths

ROOT = paths.PROJECT_DIR
DAY = 86_400


def _code() -> str:
    """What the tables of a folder, and the folder itself, are made by."""
    files = sorted((ROOT / "carecenter" / "embedded").glob("*.py"))
    return environment.hash_of(
        [*files, ROOT / "carecenter" / "settings.py"], extra=environment.migrations_hash()
    )


def folder_with_tables(make: Callable[[Path], None] | None = None) -> Path | None:
    """All migrations have run there and nothing else. None when there is none and nobody says how to `make` it."""
    return _kept("tables", _code(), make)


def folder_once_started(make: Callable[[Path], None]) -> Path:
    """It was started `--empty` and has ended."""
    found = _kept("started", f"{_code()} {environment.static_hash()}", make)
    assert found
    return found


def _kept(name: str, made_from: str, make: Callable[[Path], None] | None) -> Path | None:
    cache = Path(os.environ["CARECENTER_TEST_ROOT"]).parent / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"{name}-{environment.hash_of([], extra=made_from)[:12]}"
    lock = locks.FileLock(cache / f"{name}.lock")
    try:
        lock.acquire(wait=True)  # the other worker may be making it
        if not target.exists():
            if make is None:
                return None
            _make(cache / f"{name}.new", target, make)
    finally:
        lock.release()
    return target


def _make(draft: Path, target: Path, make: Callable[[Path], None]) -> None:
    for old in target.parent.glob(f"{target.name.partition('-')[0]}-*"):
        if time.time() - old.stat().st_mtime > DAY:  # nobody copies it any more
            shutil.rmtree(old)
    shutil.rmtree(draft, ignore_errors=True)
    make(draft)
    shutil.rmtree(draft / "run-state", ignore_errors=True)
    draft.rename(target)
    os.utime(target)


def copy(folder: Path, target: Path) -> None:
    """With its owners: PostgreSQL's files may be another's than ours."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", folder, target], check=True)
