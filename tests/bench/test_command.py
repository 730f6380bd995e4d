"""The whole command at its smallest: every row there, as JSON and as a table."""

import json
from pathlib import Path

import pytest

from bench.stack import BenchError, Scratch, environment, fill, prepare
from tests import begun
from tests.stacks import run_command, started

ROWS = [
    "floor: empty view",
    "floor: row by primary key",
    "floor: list of 25 rows",
    "list, first page",
    "list, deep page",
    "list, first page, every brand",
    "search, rare pairs",
    "search, medium pairs",
    "search, frequent pairs",
    "search, single words",
    "search, close words",
    "list, waiting longest",
    "ticket, 4 messages",
    "ticket, 200 messages",
    "beside it, the customer",
    "beside it, the history",
    "beside it, articles",
    "numbers, 30 days",
    "numbers, 365 days",
    "help, while somebody types",
    "help, search page",
    "reply",
    "API create",
    "API list",
]
MAILS = ["SMTP, 4 KB", "SMTP, 4 KB, two workers", "SMTP, 5 MB", "pipe, 4 KB", "pipe, 5 MB"]


@pytest.mark.slow
def test_bench_prints_every_row(tmp_path: Path) -> None:
    out, kept = tmp_path / "figures.json", tmp_path / "kept"
    begun.copy(started(), kept)
    fill(Scratch(kept, 50, env=environment(kept, 50)), seed=1)
    words = [
        "--tickets",
        "50",
        "--requests",
        "3",
        "--mails",
        "6",
        "--pairs",
        "4",
        "--desks",
        "6",
        "--articles",
        "12",
    ]
    words += ["--json", out, "--keep", kept]
    done = run_command("bench", *map(str, words), timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(out.read_text())
    assert [row["name"] for row in found["rows"]] == ROWS
    assert all(row["p50_ms"] > 0 and row["p95_ms"] >= row["p50_ms"] for row in found["rows"])
    assert all(row["queries"] >= 2 for row in found["rows"])
    assert [row["name"] for row in found["mails"]] == MAILS
    assert set(found["idle_memory_mib"]) == {
        "postgres",
        "valkey",
        "web",
        "worker",
        "smtp",
        "nursery",
        "mailboxes",
        "supervisor",
    }
    assert (found["talk"]["lines"], found["talk"]["lost"], found["room"]["desks"]) == (8, 0, 6)
    assert all(row["name"] in done.stdout for row in found["rows"])


def test_bench_fills_an_empty_folder_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("bench.stack.manage", lambda _env, *words: said.append(" ".join(words[:3])))
    found = Scratch(tmp_path, 50)
    prepare(found, seed=1)
    assert said == ["migrate --noinput --skip-checks", "fill --tickets 50", "rebuild_facts"]
    assert found.stamp.read_text() == "50"
    prepare(found, seed=1)
    assert said[3:] == ["migrate --noinput --skip-checks"]
    with pytest.raises(BenchError, match="holds 50 tickets"):
        prepare(Scratch(tmp_path, 60), seed=1)


def test_bench_refuses_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "somebody").write_text("else")
    done = run_command("bench", "--tickets", "5", "--keep", str(tmp_path), timeout=60)
    assert done.returncode == 1
    assert "is not empty and no folder of a bench" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["somebody"]
