"""The supervisor on small children of every character."""

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from carecenter.embedded import processes, supervisor
from carecenter.embedded.errors import CannotStart
from tests.stacks import processes_of, wait_for

SLEEP = "import time; time.sleep(100)"


def spawn(code: str, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return processes.spawn([sys.executable, "-c", textwrap.dedent(code), str(log)], output=output)


def child(code: str, **options: object) -> supervisor.Child:
    return supervisor.Child("child", partial(spawn, code), options.pop("is_ready", lambda: True), **options)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watcher(tmp_path: Path, said: list[str]) -> Iterator[supervisor.Supervisor]:
    watcher = supervisor.Supervisor(tmp_path, say=said.append)
    watcher.log_dir.mkdir()
    yield watcher
    watcher.stop()
    assert processes_of(tmp_path) == {}


def tick_until(watcher: supervisor.Supervisor, condition: object, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        watcher.tick(pause=0.01)
    return True


def test_start_names_the_last_words_of_a_child_that_dies(watcher: supervisor.Supervisor) -> None:
    with pytest.raises(CannotStart) as error:
        watcher.start(
            [child("import sys; print('first'); sys.exit('no such table')", is_ready=lambda: False)]
        )
    assert str(error.value) == f"child could not start: no such table (see {watcher.log('child')})."


def test_start_gives_up_on_a_child_that_never_answers(watcher: supervisor.Supervisor) -> None:
    with pytest.raises(CannotStart, match=r"child did not answer within 0 s"):
        watcher.start([child(SLEEP, is_ready=lambda: False, ready_within=0.3)])


def test_start_tries_again_what_passes_by_itself(watcher: supervisor.Supervisor, tmp_path: Path) -> None:
    code = f"""
        import pathlib, sys, time
        tries = pathlib.Path({str(tmp_path / "tries")!r})
        with tries.open("a") as file: file.write("x")
        if len(tries.read_text()) < 3: sys.exit("busy")
        pathlib.Path({str(tmp_path / "ready")!r}).touch(); time.sleep(100)
    """
    watcher.start(
        [child(code, is_ready=(tmp_path / "ready").exists, retry=lambda log, _: "busy" in log.read_text())]
    )
    assert (tmp_path / "tries").read_text() == "xxx"


def test_crashing_child_is_restarted_after_growing_pauses(
    watcher: supervisor.Supervisor, said: list[str]
) -> None:
    watcher.start([child(SLEEP)])
    for _ in range(3):
        watcher.children[0].process.kill()
        assert tick_until(watcher, lambda: watcher.children[0].process.poll() is not None)
        assert tick_until(
            watcher, lambda: watcher.children[0].ready and watcher.children[0].process.poll() is None
        )
    assert [line for line in said if "again" in line] == [
        f"child was killed by SIGKILL; starting it again in {pause} s." for pause in (0.2, 0.4, 0.8)
    ]


def test_grandchildren_of_a_killed_child_end_with_it(watcher: supervisor.Supervisor, tmp_path: Path) -> None:
    code = f"""
        import subprocess, sys, time
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)", {str(tmp_path)!r}, "grandchild"])
        time.sleep(100)
    """
    watcher.start([child(code)])

    def grandchildren() -> set[int]:
        return {pid for pid, text in processes_of(tmp_path).items() if text.rstrip().endswith(" grandchild")}

    assert wait_for(grandchildren, 30)
    before = grandchildren()
    watcher.children[0].process.kill()
    assert tick_until(watcher, lambda: not before & grandchildren(), 30)


def test_stop_kills_who_does_not_listen_within_ten_seconds(
    watcher: supervisor.Supervisor, tmp_path: Path
) -> None:
    deaf = f"""
        import signal, time, pathlib
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        pathlib.Path({str(tmp_path / "deaf")!r}).touch(); time.sleep(100)
    """
    watcher.start([child(deaf, is_ready=(tmp_path / "deaf").exists)])
    begun = time.monotonic()
    watcher.stop()
    assert time.monotonic() - begun < 10
    assert processes_of(tmp_path) == {}


def test_long_logs_are_cut_and_one_old_copy_is_kept(
    watcher: supervisor.Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 10)
    watcher.log("web").write_text("more than ten bytes")
    watcher.tick(pause=0)
    assert watcher.log("web").read_text() == ""
    assert (watcher.log_dir / "web.log.1").read_text() == "more than ten bytes"


def test_failing_step_names_its_last_words(watcher: supervisor.Supervisor, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"^migrate failed: table is missing \(see "):
        watcher.run_step(
            [sys.executable, "-c", "raise SystemExit('table is missing')"], {}, tmp_path, "migrate"
        )
