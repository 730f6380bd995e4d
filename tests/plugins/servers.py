"""Gives every pytest process, and so every worker of pytest-xdist, a PostgreSQL and a Valkey of its own.

They live in a folder that is removed when this process ends, even by kill -9. Loaded by `-p`, before any conftest, so
that the settings see the folder.
"""

import atexit
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from carecenter.embedded import paths, servers
from carecenter.embedded.errors import CannotStart
from tests import begun, stacks

_stack = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    options = early_config.known_args_namespace
    if not worker and (getattr(options, "numprocesses", None) or options.help or options.version):
        return  # the workers have their own
    if not worker or "CARECENTER_TEST_ROOT" not in os.environ:
        os.environ["CARECENTER_TEST_ROOT"] = str(paths.data_dir() / "test")
    root = Path(os.environ["CARECENTER_TEST_ROOT"])
    root.mkdir(parents=True, exist_ok=True)
    servers.remove_abandoned([folder for folder in root.iterdir() if folder.is_dir()])
    data = Path(tempfile.mkdtemp(prefix=worker or "run", dir=root))
    os.environ["CARECENTER_DATA"] = str(data)
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    # A part of the suite is quicker with tables made by Django than with a folder made first.
    if tables := begun.folder_with_tables(stacks.with_tables if worker else None):
        begun.copy(tables / "pg", data / "pg")
    try:
        _stack.enter_context(servers.borrowed_servers(data, throwaway=True))
    except CannotStart as error:
        raise pytest.UsageError(str(error)) from error
    atexit.register(_stack.close)


def pytest_unconfigure() -> None:
    _stack.close()
