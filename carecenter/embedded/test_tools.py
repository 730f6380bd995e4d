"""What the tests drive besides our own code: named when missing, and in CI, as root, installed by apt."""

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from carecenter.embedded.errors import CannotStart, last_words
from carecenter.embedded.paths import PROJECT_DIR
from carecenter.embedded.processes import spawn
from carecenter.embedded.progress import Progress

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What it is for: (programs of which one suffices, Debian's packages).
TOOLS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "browser tests": (("chromium", "chromium-browser", "google-chrome"), ("chromium", "fonts-liberation")),
    "sending mail through Postfix": (("postfix",), ("postfix",)),
    "reading mail from Dovecot": (("dovecot",), ("dovecot-core", "dovecot-imapd", "dovecot-lmtpd")),
}
_POLICY = Path("/usr/sbin/policy-rc.d")  # exit code 101: packages start no service while they are installed


def _is_there(programs: Sequence[str]) -> bool:
    path = f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"
    chosen = os.environ.get("CHROMIUM_PATH") if "chromium" in programs else None
    return bool(chosen) or any(shutil.which(name, path=path) for name in programs)


def missing() -> dict[str, Sequence[str]]:
    """What cannot be tested here: its name, and the packages that would change that."""
    return {name: packages for name, (programs, packages) in TOOLS.items() if not _is_there(programs)}


def provide(progress: Progress) -> None:
    """Name what is missing; in CI, where the machine is ours and we are root, install it."""
    lacking = missing()
    if lacking and os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        progress.begin("System packages")
        _install([package for needed in lacking.values() for package in needed], progress)
        progress.end("System packages")
        lacking = missing()
    for name, packages in lacking.items():
        consequence = "they fail" if os.environ.get("CI") else "those tests are skipped"
        progress.say(f"Missing for {name}: {' '.join(packages)} ({consequence}).")


def _install(packages: Sequence[str], progress: Progress) -> None:
    log = PROJECT_DIR / "var" / "set-up" / "system-packages.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    commands = [["apt-get", "-q", "update"]]
    commands += [["apt-get", "-q", "-y", "--no-install-recommends", "install", *packages]]
    env = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive", "PATH": SYSTEM_PATH}
    guarded = not _POLICY.exists()
    if guarded:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        with log.open("wb") as output:
            for command in commands:
                child = spawn(command, output=output, env=env)
                while child.poll() is None:
                    progress.tick()
                    time.sleep(0.1)
                if child.returncode != 0 and "install" in command:
                    words = last_words(log, marks=("E:",))
                    raise CannotStart(f"The system packages could not be installed: {words} (see {log}).")
    finally:
        if guarded:
            _POLICY.unlink(missing_ok=True)
