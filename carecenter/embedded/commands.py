"""The commands of bin/, and the keeper that they start."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from carecenter.embedded import environment, paths, processes, servers, supervisor, test_tools
from carecenter.embedded.errors import CannotStart, Stopped, explain
from carecenter.embedded.progress import Progress

PYTEST_WORKERS = 3  # on two cores: many tests wait for processes they started
TRY_AGAIN = 75  # sysexits: what a mail server's pipe must hear, or it would return the mail to its sender


def main(words: Sequence[str]) -> int:
    """Run one command; whatever refuses to work becomes one sentence and exit code 1 (a mail's pipe: 75)."""
    command, arguments = words[0], list(words[1:])
    progress = Progress()
    try:
        return {"run": run, "manage": manage, "test": test, "bench": bench, "keep": keep}[command](
            arguments, progress
        )
    except CannotStart as error:
        progress.abandon()
        progress.say(str(error))
    except OSError as error:
        progress.abandon()
        progress.say(explain(error))
    except (Stopped, KeyboardInterrupt):
        progress.abandon()
        progress.say("Stopped.")
        return 130
    return TRY_AGAIN if arguments[:1] == ["pipe_mail"] else 1


def run(arguments: list[str], progress: Progress) -> int:
    from carecenter.embedded import stack

    options = stack.parse_options(arguments)
    supervisor.raise_when_interrupted()
    stack.check_early(options)
    environment.prepare(progress)
    environment.enter(["run", *arguments])
    return stack.run(options, progress)


def manage(arguments: list[str], progress: Progress) -> int:
    supervisor.raise_when_interrupted()
    environment.prepare(progress)
    environment.enter(["manage", *arguments])
    data = paths.data_dir()
    with servers.borrowed_servers(data) as lock:
        command: list[str | Path] = [environment.PYTHON, paths.PROJECT_DIR / "manage.py", *arguments]
        # The command holds the servers too, should we be killed before it.
        child = processes.spawn_in_foreground(
            command, env=environment.child_environment(data), keep_open=(lock.descriptor,)
        )
        _pass_signals_on(child.pid)
        code = child.wait()
    return code if code >= 0 else 128 - code


def _pass_signals_on(pid: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to both of us
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: os.kill(pid, received))


def test(arguments: list[str], progress: Progress) -> int:
    supervisor.raise_when_interrupted()
    environment.prepare(progress, dev=True)
    environment.enter(["test", *arguments])
    test_tools.provide(progress, whole=not arguments)
    if not arguments:
        # In our order, not the files with many tests first: those that take long have few.
        arguments = ["-n", str(PYTEST_WORKERS), "--dist", "loadscope", "--no-loadscope-reorder"]
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each worker would rewrite every test itself
    # Marks under the failing part of a line need a parser that Python 3.11 must not use in two threads at once.
    os.environ["PYTHONNODEBUGRANGES"] = "1"
    _become_module("pytest", arguments)


def bench(arguments: list[str], progress: Progress) -> int:
    supervisor.raise_when_interrupted()
    environment.prepare(progress)
    environment.enter(["bench", *arguments])
    _become_module("bench", arguments)


def _become_module(name: str, arguments: list[str]) -> NoReturn:
    os.chdir(paths.PROJECT_DIR)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.execv(environment.PYTHON, [str(environment.PYTHON), "-m", name, *arguments])


def keep(arguments: list[str], _progress: Progress) -> int:
    parser = argparse.ArgumentParser(prog="keep")
    parser.add_argument("data", type=Path)
    parser.add_argument("--throwaway", action="store_true")
    options = parser.parse_args(arguments)
    return servers.keep(options.data, throwaway=options.throwaway)


if sys.version_info < (3, 11):  # noqa: UP036 -- bin/ looks, this is for those who call us by hand
    sys.exit("Carecenter needs Python 3.11 or newer.")
