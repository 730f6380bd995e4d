"""The command itself. `bin/bench` sets the environment up and runs `python -m bench`."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import chats, sockets
from bench.mails import KIB, by_pipe, by_smtp
from bench.measure import Meter
from bench.pages import pages
from bench.processes import pss_mib
from bench.report import Report
from bench.stack import ROOT, BenchError, Scratch, running, scratch, second_worker

SETTLE_SECONDS = 5
LARGE = 5_000 * KIB


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench", description="Measure a scratch Carecenter on this machine."
    )
    parser.add_argument("--tickets", type=int, required=True, help="how many the scratch database holds")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    parser.add_argument("--keep", type=Path, help="keep the filled folder here: a second run is quick")
    parser.add_argument("--seed", type=int, default=1, help="of the fill (1)")
    parser.add_argument("--requests", type=int, default=150, help="for each row of the table (150)")
    parser.add_argument(
        "--mails", type=int, default=400, help="small ones by SMTP; the other mail rows follow (400)"
    )
    parser.add_argument(
        "--pairs", type=int, default=200, help="visitors and agents in chats (200), 0 for none"
    )
    parser.add_argument("--desks", type=int, default=500, help="desks on the socket (500), 0 for none")
    parser.add_argument("--articles", type=int, default=0, help="in a help centre that is searched (0)")
    found = parser.parse_args(words)
    if min(found.tickets, found.requests, found.mails) < 1:
        parser.error("numbers must be positive")
    return found


def facts_of(found: Scratch, module: str, *words: str) -> dict[str, Any]:
    command = [str(ROOT / ".venv/bin/python"), "-m", module, *words]
    done = subprocess.run(command, cwd=ROOT, env=found.env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"The scratch database could not be prepared: {done.stderr.strip()[-500:]}")
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def memory(found: Scratch) -> dict[str, float]:
    """By process, its children with it; the supervisor is the parent of all."""
    roots = found.roots()
    sizes = {name: pss_mib([pid]) for name, pid in roots.items()}
    supervisor = parent_of(next(iter(roots.values())))
    return sizes | {"supervisor": pss_mib([supervisor]) - sum(sizes.values())}


def parent_of(pid: int) -> int:
    from bench.processes import stat_of

    return int(stat_of(pid)[1])


def measure(found: Scratch, options: argparse.Namespace, say: Callable[[str], None]) -> Report:
    report = Report(options.tickets, found.fill_seconds)
    time.sleep(SETTLE_SECONDS)
    report.idle_memory_mib = memory(found)
    facts = facts_of(found, "bench.prepare")
    if options.articles:
        say(f"{options.articles} articles")
        facts |= facts_of(found, "bench.articles", str(options.articles))
    for figure in pages(Meter(found), facts, count=options.requests):
        say(figure.name)
        report.rows.append(figure)
    few = max(1, options.mails // 40)
    say("SMTP, 4 KB")
    report.mails.append(by_smtp(found, "SMTP, 4 KB", count=options.mails, size=4 * KIB))
    with second_worker(found):
        say("SMTP, 4 KB, two workers")
        report.mails.append(by_smtp(found, "SMTP, 4 KB, two workers", count=options.mails, size=4 * KIB))
    for name, way, count, size in (
        ("SMTP, 5 MB", by_smtp, few, LARGE),
        ("pipe, 4 KB", by_pipe, few, 4 * KIB),
        ("pipe, 5 MB", by_pipe, few, LARGE),
    ):
        say(name)
        report.mails.append(way(found, name, count=count, size=size))
    report.busy_memory_mib = memory(found)
    if options.pairs:
        say("chats")
        report.talk = chats.measure(found, pairs=options.pairs)
    if options.desks:
        say("sockets")
        report.room = sockets.measure(found, desks=options.desks)
    return report


def main(words: list[str]) -> int:
    options = parse(words)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201

    try:
        with scratch(options.tickets, options.keep, options.seed) as found, running(found):
            report = measure(found, options, say)
    except BenchError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    print(report.text())  # noqa: T201
    if options.json:
        report.write(options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
