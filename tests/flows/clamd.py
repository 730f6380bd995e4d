"""A real clamd of the test's own, with a signature written by hand: those of ClamAV need the internet."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Self

import pytest

from carecenter.embedded import processes
from carecenter.embedded.test_tools import SYSTEM_PATH
from carecenter.lib.blobs.clamd import answers
from tests.stacks import wait_for

MALWARE = b"carecenter-malware-marker"
FINDING = "Carecenter.Test.UNOFFICIAL"
SETTINGS = """
Foreground yes
DatabaseDirectory {root}
LocalSocket {root}/clamd.sock
StreamMaxLength 1M
"""


def need_clamd() -> str:
    """Where it is. Skips, saying what is missing."""
    found = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}")
    if not found:
        pytest.skip("no clamd: on Debian, apt install clamav-daemon")
    return found


class Clamd:
    """Use as a context manager; `address` is what CARECENTER_CLAMD would say."""

    def __enter__(self) -> Self:
        program = need_clamd()
        # A short path of its own: a unix socket's has 108 signs.
        self.root = Path(tempfile.mkdtemp(prefix="cc-clamd-", dir="/tmp"))
        self.address = f"{self.root}/clamd.sock"
        (self.root / "test.ndb").write_text(f"Carecenter.Test:0:*:{MALWARE.hex()}\n")
        (self.root / "clamd.conf").write_text(SETTINGS.format(root=self.root))
        command = [program, "-c", str(self.root / "clamd.conf")]
        with (self.root / "output").open("wb") as output:
            self.child = processes.spawn(command, output=output, env=os.environ)
        assert wait_for(lambda: answers(self.address), 20), (self.root / "output").read_text()
        return self

    def __exit__(self, *_: object) -> None:
        processes.end(self.child, within=5)
        shutil.rmtree(self.root, ignore_errors=True)
