import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def lines(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    return path


@pytest.fixture
def faqs(tmp_path: Path) -> Path:
    return lines(
        tmp_path / "faqs.jsonl",
        {"id": 1, "question": "How do I return an order?", "answers": ["Send it back."]},
        {"id": 2, "question": "When do I get my refund?", "answers": "After three days."},
    )


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return lines(
        tmp_path / "queries.jsonl",
        {"query": "return orders", "relevant": [1], "split": "dev"},
        {"query": "refund when", "relevant": [2]},
        {"query": "pancakes", "relevant": []},
    )


def run(faqs: Path, queries: Path, out: Path, **options: object) -> dict[str, float]:
    call_command(
        "evaluate_faq", faqs=faqs, queries=queries, out=out, stdout=StringIO(), stderr=StringIO(), **options
    )
    found: dict[str, float] = json.loads(out.read_text())
    return found


def test_command_writes_every_figure(db: None, faqs: Path, queries: Path, tmp_path: Path) -> None:
    found = run(faqs, queries, tmp_path / "out.json")
    assert list(found) == [
        "n",
        "hit@1",
        "hit@1_shown",
        "hit@1_or_missed",
        "hit@5",
        "mrr",
        "suggested_when_relevant",
        "suggested_when_none",
        "ms_p50",
        "ms_p95",
    ]
    assert (found["n"], found["hit@1"], found["suggested_when_none"]) == (3, 1.0, 0.0)


def test_questions_of_what_is_left_out_have_no_answer(
    db: None, faqs: Path, queries: Path, tmp_path: Path
) -> None:
    found = run(faqs, queries, tmp_path / "out.json", leave_out=2)
    assert (found["n"], found["hit@1"], found["mrr"]) == (3, 1.0, 1.0)


@pytest.mark.parametrize("content", ["{", "[1]", '{"id": 1}', '"x"'])
def test_file_that_cannot_be_read_is_told(db: None, queries: Path, tmp_path: Path, content: str) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text(content)
    with pytest.raises(CommandError):
        run(broken, queries, tmp_path / "out.json")
    with pytest.raises(CommandError):
        run(tmp_path / "absent.jsonl", queries, tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()
