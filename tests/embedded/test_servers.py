"""Servers that are borrowed: by bin/manage, by tests, by whoever dies with them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from carecenter.embedded import locks, paths, postgres, servers, valkey
from carecenter.embedded.errors import CannotStart
from tests.stacks import clean_environment, processes_of, run_command, wait_for

BORROW = """
import sys; from pathlib import Path; from carecenter.embedded import servers
with servers.borrowed_servers(Path(sys.argv[1]), throwaway=sys.argv[2] == "throwaway"):
    print("up", flush=True); sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def borrower(data: Path, kind: str = "kept") -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", BORROW, str(data), kind],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=paths.PROJECT_DIR, env=clean_environment(),
    )  # fmt: skip
    assert process.stdout.readline() == "up\n"
    return process


def test_borrowed_servers_answer_and_end(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with servers.borrowed_servers(data):
        with postgres.connect(data, paths.DATABASE_NAME).cursor() as cursor:
            cursor.execute("SELECT lower('ÉÄП')")
            assert cursor.fetchone() == ("éäп",)
        assert valkey.answers(data)
        assert locks.holder(data).role == "keep"
    assert locks.holder(data) is None
    assert processes_of(data) == {}


def test_trigrams_know_other_alphabets(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with (
        servers.borrowed_servers(data, throwaway=True),
        postgres.connect(data, paths.DATABASE_NAME).cursor() as cursor,
    ):
        cursor.execute("CREATE EXTENSION pg_trgm")
        for word in ("École", "Привет", "日本語"):
            cursor.execute("SELECT array_length(show_trgm(%s), 1) > 0", [word])
            assert cursor.fetchone() == (True,), word


def test_last_borrower_out_stops_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first, second = borrower(data), borrower(data)
    pid = locks.children(data)["postgres"]
    first.communicate("")
    assert locks.children(data)["postgres"] == pid
    second.communicate("")
    assert processes_of(data) == {}
    assert (data / "pg").exists()


def test_killed_borrower_leaves_neither_process_nor_throwaway_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = borrower(data, "throwaway")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert wait_for(lambda: not data.exists() and processes_of(data) == {}, 10), processes_of(data)


def test_long_path_keeps_its_sockets_elsewhere(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30) / "data"
    with servers.borrowed_servers(data, throwaway=True):
        assert not paths.socket_dir(data).is_relative_to(tmp_path)
        assert valkey.answers(data)
    assert wait_for(lambda: not paths.socket_dir(data).exists(), 5)


def test_manage_passes_output_and_exit_code_on(tmp_path: Path) -> None:
    env = clean_environment(CARECENTER_DATA=str(tmp_path / "data"))
    code = "import sys; print(sys.stdin.read()); sys.exit(75)"
    found = run_command("manage", "shell", "-v", "0", "-c", code, env=env, input="a mail")
    assert (found.returncode, found.stdout) == (75, "a mail\n"), found.stderr
    assert processes_of(tmp_path / "data") == {}


def test_manage_refuses_a_file_as_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = run_command("manage", "check", env=clean_environment(CARECENTER_DATA=str(tmp_path / "file")))
    assert found.returncode == 1
    assert found.stderr.startswith("The data folder is damaged or not a folder")
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (None, "The data folder is damaged: {0}/pg/PG_VERSION is missing. Restore a backup or move it away."),
        ("17", "{0}/pg was made by PostgreSQL 17, and this is 18: dump and restore it."),
    ],
)
def test_foreign_cluster_is_refused(tmp_path: Path, version: str | None, sentence: str) -> None:
    (tmp_path / "pg").mkdir()
    if version:
        (tmp_path / "pg" / "PG_VERSION").write_text(f"{version}\n")
    with pytest.raises(CannotStart) as error, servers.borrowed_servers(tmp_path):
        pass
    assert str(error.value) == sentence.format(tmp_path)


def test_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "NEEDED_BYTES", 2**62)
    with pytest.raises(CannotStart, match="The disk is full"):
        servers.prepare_folder(tmp_path)


def test_remove_abandoned_takes_only_what_nobody_uses(tmp_path: Path) -> None:
    used, left, fresh = tmp_path / "used", tmp_path / "left", tmp_path / "fresh"
    process = borrower(used, "throwaway")
    for folder in (left, fresh):
        (folder / "pg").mkdir(parents=True)
    for folder in (used, left):
        os.utime(folder, (0, 0))
    servers.remove_abandoned([used, left, fresh])
    assert (used.exists(), left.exists(), fresh.exists()) == (True, False, True)
    process.communicate("")
