"""As whom PostgreSQL runs: it refuses root, and a uid without a passwd entry."""

import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from carecenter.embedded import paths, processes
from carecenter.embedded.errors import CannotStart

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become others")
on_x86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="the filter knows x86-64 only")

UNNAMED = 54321
PR_SET_DUMPABLE = 4
WITHOUT_NAMESPACES = ["/usr/bin/env", "python3", "tests/embedded/no_namespaces.py"]
ASK = """
import sys; from pathlib import Path; from carecenter.embedded import errors, processes
try: found = processes.database_identity(Path(sys.argv[1]), Path("/bin/sh")); print(found.mapped, found.uid)
except errors.CannotStart as error: print(error)
"""


def identity(folder: Path, *before: str) -> str:
    """What a process started by `before` finds for this folder."""
    command = [*before, sys.executable, "-c", ASK, str(folder)]
    env = os.environ | {"PYTHONPATH": str(paths.PROJECT_DIR)}
    found = subprocess.run(
        command, cwd=paths.PROJECT_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(f"/tmp/carecenter-test-{os.getpid()}")
    folder.mkdir(mode=0o711)
    folder.chmod(0o711)
    yield folder
    folder.rmdir()


@as_root
def test_root_is_nobody_in_a_namespace_of_its_own(tmp_path: Path) -> None:
    assert identity(tmp_path / "pg") == "65534 None"


@as_root
@on_x86
def test_root_becomes_nobody_where_namespaces_are_refused(open_folder: Path) -> None:
    assert identity(open_folder / "pg", *WITHOUT_NAMESPACES) == "None 65534"


@as_root
@on_x86
def test_root_is_refused_where_nobody_cannot_go(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert identity(tmp_path / "pg", *WITHOUT_NAMESPACES) == (
        "PostgreSQL cannot run as root; user namespaces are refused here, and the user nobody may not enter "
        f"{tmp_path} or /bin: start Carecenter as a named user."
    )


@as_root
def test_user_without_a_passwd_entry_is_mapped_to_a_named_one(open_folder: Path) -> None:
    child = os.fork()  # not exec: that user may not be able to enter the folder of this project
    if child == 0:
        code = 2
        try:
            os.setgroups([])
            os.setgid(UNNAMED)
            os.setuid(UNNAMED)
            ctypes.CDLL(None).prctl(
                PR_SET_DUMPABLE, 1
            )  # as after an exec: may write its own /proc/self/uid_map
            found = processes.database_identity(open_folder / "pg", Path("/bin/sh"))
            code = 0 if found == processes.Identity(mapped=paths.NOBODY) else 1
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@as_root
def test_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "pg"
    folder.mkdir()
    os.chown(folder, UNNAMED, UNNAMED)
    with pytest.raises(
        CannotStart, match=r"belongs to another user \(uid 54321\): start Carecenter as that user"
    ):
        processes.database_identity(folder, Path("/bin/sh"))
