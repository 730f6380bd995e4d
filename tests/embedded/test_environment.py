"""The set-up of a copy of the project, on a small copy that needs no network."""

import shutil
import subprocess
from pathlib import Path

import pytest

from carecenter.embedded import paths
from tests.stacks import clean_environment

pytestmark = pytest.mark.slow

# Without embedded servers bin/manage is the set-up and manage.py, nothing else.
NO_SERVERS = {"DATABASE_URL": "postgresql://127.0.0.1/none", "REDIS_URL": "redis://127.0.0.1/0"}
NO_INDEX = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1", "PIP_CONFIG_FILE": "/dev/null"}


def small_copy(root: Path) -> Path:
    """A project that needs only pip, which is there, and whose manage.py says what it got."""
    (root / "carecenter").mkdir(parents=True)
    for name in ("bin", "carecenter/embedded", "carecenter/__init__.py"):
        source, target = paths.PROJECT_DIR / name, root / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    (root / "requirements.txt").write_text("pip\n")
    (root / "constraints.txt").write_text("")
    (root / "manage.py").write_text("import sys; print('manage', *sys.argv[1:])\n")
    return root


def manage(root: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [root / "bin" / "manage", *words], env=clean_environment(**NO_SERVERS, **env),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return small_copy(tmp_path / "project")


Set = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Set:
    """A copy, and what its first command said: to set one up takes longer than all that is asked of it."""
    root = small_copy(tmp_path_factory.mktemp("set-up") / "project")
    return root, manage(root, "check", "--all")


def test_set_up_happens_once(set_up: Set) -> None:
    copy, first = set_up
    assert (first.returncode, first.stdout) == (0, "manage check --all\n"), first.stderr
    assert "Virtual environment" in first.stderr
    again = manage(copy)
    assert (again.stdout, again.stderr) == ("manage\n", "")


def test_changed_requirement_that_cannot_be_fetched_is_one_sentence(set_up: Set) -> None:
    copy, _ = set_up
    (copy / "requirements.txt").write_text("there-is-no-such-package==1.0\n")
    found = manage(copy, **NO_INDEX)
    assert (found.returncode, found.stdout) == (1, "")
    log = copy / "var" / "set-up" / "python-packages.log"
    assert found.stderr.splitlines()[-1] == (
        f"Python packages could not be fetched: there is no connection to the package index (see {log})."
    )
    (copy / "requirements.txt").write_text("pip\n")
    assert manage(copy).stdout == "manage\n"


def test_set_up_follows_a_moved_copy(set_up: Set) -> None:
    copy, _ = set_up
    moved = copy.rename(copy.with_name("moved"))
    after = manage(moved)
    assert (after.returncode, after.stdout) == (0, "manage\n"), after.stderr
    assert "Virtual environment" in after.stderr
    moved.rename(copy)


@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        ((), "Carecenter needs Python 3.11 or newer, and there is no python3 on this machine"),
        (
            ("python3",),
            "Carecenter needs Python 3.11 or newer with its venv module; Python 3.9.2 on this machine",
        ),
    ],
)
def test_missing_python_is_one_sentence(copy: Path, programs: tuple[str, ...], sentence: str) -> None:
    folder = copy.with_name("path")
    folder.mkdir()
    for name in ("bash", "dirname", "readlink", "env"):
        (folder / name).symlink_to(shutil.which(name))
    for name in programs:
        old = folder / name
        old.write_text('#!/bin/bash\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0; exit 1\n')
        old.chmod(0o755)
    found = manage(copy, PATH=str(folder))
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith(sentence)
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", [".venv", "node_modules"])
def test_link_to_another_copy_is_refused_and_left_alone(copy: Path, tmp_path: Path, name: str) -> None:
    """To clear it would clear somebody else's packages."""
    others = tmp_path / "others"
    (others / "bin").mkdir(parents=True)
    (copy / name).symlink_to(others)
    command = [copy / "bin" / "manage", "check"]
    done = subprocess.run(
        command, env=clean_environment(**NO_SERVERS), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert f"{copy / name} is a link to another copy" in done.stderr
    assert (others / "bin").is_dir()
