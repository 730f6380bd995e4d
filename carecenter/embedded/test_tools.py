"""What the tests drive besides our own code: named when missing, and in CI, as root, installed by apt.

Where there is no Chromium without a window, one from npm is unpacked into var/cache, once; it needs no root.
"""

import io
import os
import platform
import shutil
import tarfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from carecenter.embedded import environment
from carecenter.embedded.chains import Chain, Step, run_chains
from carecenter.embedded.errors import CannotStart, explain, last_words
from carecenter.embedded.locks import FileLock
from carecenter.embedded.paths import PROJECT_DIR
from carecenter.embedded.processes import spawn
from carecenter.embedded.progress import Progress

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell")  # no window to draw: a third of the work
CHROMIUM_NAMES = (*SHELL_NAMES, "chromium", "google-chrome", "chromium-browser")
# What it is for: (programs of which one suffices, Debian's packages).
TOOLS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "browser tests": (CHROMIUM_NAMES, ("chromium-headless-shell", "fonts-liberation")),
    "sending mail through Postfix": (("postfix",), ("postfix",)),
    "scanning files with ClamAV": (("clamd",), ("clamav-daemon",)),
    "reading mail from Dovecot": (("dovecot",), ("dovecot-core", "dovecot-imapd", "dovecot-lmtpd")),
}
_POLICY = Path("/usr/sbin/policy-rc.d")  # exit code 101: packages start no service while they are installed

_CHROMIUM_LOCK = PROJECT_DIR / "tests" / "browser" / "chromium" / "package-lock.json"
_CHROMIUM_CACHE = PROJECT_DIR / "var" / "cache" / "chromium"
_FROM_NPM = "chromium-headless-shell"
# Its own folder stands in for a machine that has no fonts; the fonts of one that has them come first.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">.</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


def unpacked_chromium() -> Path:
    """Where the Chromium from npm lies once it is unpacked: a new lock file means a new folder."""
    return _CHROMIUM_CACHE / environment.hash_of([_CHROMIUM_LOCK])[:12] / _FROM_NPM


def find_chromium(
    env: Mapping[str, str] = os.environ,
    *,
    installed: Path = Path("/usr/bin/chromium"),
    unpacked: Path | None = None,
) -> Path | None:
    """$CHROMIUM_PATH, a headless shell: one on PATH or the one from npm; else Debian's Chromium, or one on PATH.

    CHROMIUM_PATH=npm asks for the one from npm.
    """
    chosen = env.get("CHROMIUM_PATH", "")
    from_npm = unpacked or unpacked_chromium()
    if chosen == "npm":
        return from_npm if from_npm.is_file() else None
    shells, others = (
        [Path(path) for name in names if (path := shutil.which(name, path=env.get("PATH", "")))]
        for names in (SHELL_NAMES, CHROMIUM_NAMES)
    )
    given = [*([Path(chosen)] if chosen else []), *shells, from_npm, installed, *others]
    return next((path for path in given if path.is_file()), None)


def chromium_options(program: Path) -> dict[str, Any]:
    """What Playwright's `launch` needs for this Chromium; the one from npm brings its own libraries and fonts."""
    # No test looks at a page for long: making its scripts quick costs a quarter of the work, and nothing comes of it.
    args = ["--no-sandbox", "--disable-gpu", "--js-flags=--no-opt --no-maglev"]
    if not program.with_name("fonts.conf").is_file():
        return {"executable_path": program, "args": args}
    own = {"LD_LIBRARY_PATH": str(program.parent), "FONTCONFIG_FILE": str(program.with_name("fonts.conf"))}
    args += ["--headless=shell", "--no-zygote"]
    return {"executable_path": program, "args": args, "env": dict(os.environ) | own}


def _is_there(programs: Sequence[str]) -> bool:
    if programs == CHROMIUM_NAMES:
        return find_chromium() is not None
    path = f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"
    return any(shutil.which(name, path=path) for name in programs)


def missing() -> dict[str, Sequence[str]]:
    """What cannot be tested here: its name, and the packages that would change that."""
    return {name: packages for name, (programs, packages) in TOOLS.items() if not _is_there(programs)}


def provide(progress: Progress, *, whole: bool = False) -> None:
    """Name what is missing; in CI, where the machine is ours and we are root, install it.

    For the `whole` suite a headless shell is fetched even where there is another Chromium: it is worth its minutes.
    """
    lacking = missing()
    if lacking and os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        progress.begin("System packages")
        _install([package for needed in lacking.values() for package in needed], progress)
        progress.end("System packages")
        lacking = missing()
    found = find_chromium()
    wanted = found is None or (
        whole and not os.environ.get("CHROMIUM_PATH") and found.name not in SHELL_NAMES
    )
    if wanted and platform.machine() == "x86_64":
        _unpack_chromium_once(progress)
        lacking = missing()
    for name, packages in lacking.items():
        consequence = "they fail" if os.environ.get("CI") else "those tests are skipped"
        progress.say(f"Missing for {name}: {' '.join(packages)} ({consequence}).")


def _unpack_chromium_once(progress: Progress) -> None:
    """Fetch the Chromium of tests/browser/chromium; why that failed is said, and is no reason not to test the rest."""
    target = unpacked_chromium().parent
    _CHROMIUM_CACHE.mkdir(parents=True, exist_ok=True)
    lock = FileLock(_CHROMIUM_CACHE.with_suffix(".lock"))
    try:
        lock.acquire(wait=True)
        if not target.exists():
            for left in _CHROMIUM_CACHE.iterdir():  # an older one, and what a killed set-up left behind
                shutil.rmtree(left)
            _fetch_chromium(_CHROMIUM_CACHE / "new", progress)
            (_CHROMIUM_CACHE / "new" / "unpacked").rename(target)
            shutil.rmtree(_CHROMIUM_CACHE / "new")
    except CannotStart as error:
        progress.abandon()
        progress.say(str(error))
    except OSError as error:
        progress.abandon()
        progress.say(explain(error))
    finally:
        lock.release()


def _fetch_chromium(folder: Path, progress: Progress) -> None:
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_CHROMIUM_LOCK.with_name(name), folder)
    path = f"{environment.VENV / 'bin'}:{os.environ.get('PATH', '')}:{SYSTEM_PATH}"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    npm: list[str | Path] = [shutil.which("npm", path=path) or "npm", "ci", "--prefix", folder, *options]
    log = PROJECT_DIR / "var" / "set-up"
    log.mkdir(parents=True, exist_ok=True)
    step = Step("Chromium for the tests", npm, path=path)
    run_chains([Chain([step])], progress, log, environment.step_environment())
    progress.begin("Unpacking Chromium")
    unpack_chromium(folder / "node_modules" / "@sparticuz" / "chromium" / "bin", folder / "unpacked")
    progress.end("Unpacking Chromium")


def unpack_chromium(packed: Path, folder: Path) -> None:
    """The program, and beside it the libraries, graphics and fonts it loads. Runs in .venv, which has brotli."""
    import brotli

    folder.mkdir()
    for name in ("al2023", "swiftshader", "fonts"):
        content = io.BytesIO(brotli.decompress((packed / f"{name}.tar.br").read_bytes()))
        with tarfile.open(fileobj=content) as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is not None:
                    (folder / Path(member.name).name).write_bytes(file.read())
    (folder / "fonts.conf").write_text(_FONTS)
    decoder = brotli.Decompressor()
    with (packed / "chromium.br").open("rb") as source, (folder / _FROM_NPM).open("wb") as program:
        while part := source.read(2**20):
            program.write(decoder.process(part))
    (folder / _FROM_NPM).chmod(0o755)


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
