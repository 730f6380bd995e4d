"""bin/run, really: started, hurt, stopped and started again on one data folder."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from carecenter.embedded import locks, paths, postgres
from tests.stacks import Stack, clean_environment, free_ports, processes_of, run_command, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder that has been started once, with a table that holds one committed row."""
    folder = tmp_path_factory.mktemp("stack") / "data"
    with Stack(folder, from_nothing=True) as stack:
        stack.start()
        with postgres.connect(folder, paths.DATABASE_NAME).cursor() as cursor:
            cursor.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('committed')")
        assert stack.stop() == 0
    assert processes_of(folder) == {}
    yield folder
    shutil.rmtree(folder.parent, ignore_errors=True)


@pytest.fixture(scope="module")
def one_stack(data: Path) -> Iterator[Stack]:
    """Each test takes it as the one before left it: to start a whole one takes seconds."""
    with Stack(data) as stack:
        yield stack


@pytest.fixture
def stack(one_stack: Stack) -> Stack:
    """It runs, whole."""
    if one_stack.process is None or one_stack.ended():
        one_stack.start()
    assert wait_for(one_stack.is_up, 20), one_stack.said()
    return one_stack


def cpu_seconds() -> float:
    """Processor time of all processes we started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def kept_word(data: Path) -> str:
    with postgres.connect(data, paths.DATABASE_NAME).cursor() as cursor:
        cursor.execute("SELECT word FROM kept")
        return cursor.fetchone()[0]


def test_start_again_is_quick_and_says_where(one_stack: Stack) -> None:
    begun = cpu_seconds()
    one_stack.start()
    assert f"Carecenter is ready: {one_stack.address}\n" in one_stack.said()
    assert "Tables" not in one_stack.said()
    assert one_stack.is_up()
    one_stack.stop()
    # Start and stop of everything: about 2 s on two idle cores, which a busy machine cannot be held to.
    assert cpu_seconds() - begun < 12


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stop_ends_everything_within_ten_seconds(stack: Stack, number: int) -> None:
    begun = time.monotonic()
    assert stack.stop(number) == 0
    assert time.monotonic() - begun < 10
    assert processes_of(stack.data) == {}


def test_killed_children_are_started_again(stack: Stack) -> None:
    for name in ("smtp", "valkey", "postgres", "worker", "web"):
        before = stack.kill(name)
        assert wait_for(lambda name=name, before=before: stack.pid(name) not in {0, before}, 5), name
        assert wait_for(lambda name=name: f"{name} is back." in stack.said(), 30), stack.said()
    assert wait_for(stack.is_up, 20)
    assert kept_word(stack.data) == "committed"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["dead", "hanging"])
def test_children_come_back_when_nobody_can_fork_them(stack: Stack, number: int) -> None:
    before = stack.kill("nursery", number)
    killed = stack.kill("web")
    assert wait_for(lambda: stack.pid("web") not in {0, killed} and stack.is_up(), 30), stack.said()
    assert stack.pid("nursery") != before
    assert (
        "Threads:\t1\n" in Path(f"/proc/{stack.pid('nursery')}/status").read_text()
    )  # others would not be forked


def test_killed_supervisor_leaves_nothing_and_next_start_recovers(stack: Stack) -> None:
    stack.stop(signal.SIGKILL)
    assert wait_for(lambda: processes_of(stack.data) == {}, 10), processes_of(stack.data)
    stack.start()
    assert kept_word(stack.data) == "committed"


def test_start_ends_what_a_killed_supervisor_left_behind(stack: Stack) -> None:
    """A child that hangs keeps its port: it is ended, and the port not called busy."""
    left = stack.kill("web", signal.SIGSTOP)
    stack.stop(signal.SIGKILL)  # the kernel may wake and end the hanging one too: then there is less to do
    stack.start()
    assert left not in processes_of(stack.data)
    assert stack.is_up()


@pytest.mark.parametrize("owner", ["stranger", "zombie", "nobody"])
def test_stale_pid_file_does_not_stop_a_start(stack: Stack, owner: str) -> None:
    """PostgreSQL alone refuses while any process has that pid, such as after a restart of a container."""
    for pid in processes_of(stack.data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    stack.process.wait(5)
    assert wait_for(lambda: processes_of(stack.data) == {}, 5)
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        if owner != "stranger":
            sleeper.kill()
        if owner == "zombie":
            os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
        if owner == "nobody":
            sleeper.wait()
        file = postgres.cluster(stack.data) / "postmaster.pid"
        lines = file.read_text().splitlines(keepends=True)
        file.write_text(f"{sleeper.pid}\n" + "".join(lines[1:]))
        stack.start()
        assert kept_word(stack.data) == "committed"
    finally:
        sleeper.kill()
        sleeper.wait()


def test_second_stack_on_one_data_folder_is_refused(stack: Stack) -> None:
    second = run_command("run", "--port", str(free_ports(1)[0]), "--data", stack.data)
    assert second.returncode == 1
    assert second.stderr == (
        f"Carecenter already runs on {stack.data} (process {stack.process.pid}): end it, or choose another --data.\n"
    )
    assert stack.is_up()


def test_busy_port_is_refused(stack: Stack, tmp_path: Path) -> None:
    other = tmp_path / "other"
    second = run_command("run", "--port", str(stack.port), "--data", other)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == (
        f"Port {stack.port} is in use: end the program that has it, or choose another with --port.\n"
    )
    third = run_command(
        "run", "--port", str(free_ports(1)[0]), "--smtp-port", str(stack.smtp_port), "--data", other
    )
    assert "another with --smtp-port" in third.stderr


def test_manage_uses_the_servers_of_a_running_stack(stack: Stack) -> None:
    before = stack.pid("postgres")
    code = "from django.conf import settings; print(settings.PUBLIC_BASE_URL)"
    found = run_command(
        "manage", "shell", "-v", "0", "-c", code, env=clean_environment(CARECENTER_DATA=str(stack.data))
    )
    assert (found.returncode, found.stdout.strip()) == (0, stack.address), found.stderr
    assert stack.pid("postgres") == before
    assert stack.is_up()


def test_two_stacks_run_side_by_side(stack: Stack, tmp_path: Path) -> None:
    with Stack(tmp_path / "other") as other:
        other.start()
        with postgres.connect(other.data, paths.DATABASE_NAME).cursor() as cursor:
            cursor.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('other')")
        assert (kept_word(stack.data), kept_word(other.data)) == ("committed", "other")
        assert other.stop() == 0
    assert stack.is_up()


def test_a_damaged_cluster_is_one_sentence(stack: Stack, data: Path, tmp_path: Path) -> None:
    stack.stop()
    damaged = tmp_path / "damaged"
    shutil.copytree(data, damaged)
    (damaged / "pg" / "global" / "pg_control").write_bytes(b"\0" * 8192)
    assert locks.holder(damaged) is None
    with Stack(damaged) as hurt:
        hurt.launch()
        assert hurt.process.wait(60) == 1
        last = hurt.said().splitlines()[-1]
        assert last.startswith(f"PostgreSQL could not start on {damaged}/pg: ")
        assert processes_of(damaged) == {}
