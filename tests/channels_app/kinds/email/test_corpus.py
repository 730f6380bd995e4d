"""How well mails of the wild are read: floors just below what was reached, on a corpus beside the repository."""

from __future__ import annotations

import importlib.util
import json
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest

from carecenter.lib.html import html_to_text
from channels_app.kinds.email.replies import find_reply
from tests.channels_app.kinds.email.corpus import predictions

FOLDER = Path(__file__).resolve().parents[5] / "shared" / "corpora"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the corpus is not beside the repository (../shared/corpora)"
)

FLOORS = {
    "no_crash": 1.0,
    "from": 0.98,
    "from_name": 0.97,
    "subject": 0.975,
    "text": 0.96,
    "attachments": 0.95,
    "in_reply_to": 1.0,
    "auto_recall": 0.9,
    "bounce_recall": 0.985,
    "bounce_hard_soft": 0.9,
    "bounce_dsn": 0.9,
    "reply_text": 0.95,
    "reply_first_fragment": 0.9,
}


def load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_mail", FOLDER / "score_mail.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_corpus_is_read_as_well_as_before() -> None:
    found = {prediction["file"]: prediction for prediction in predictions(FOLDER)}
    scores, _, confusion = load_scorer().score(found)
    reached = {name: right / total for name, (right, total) in scores.items()}

    assert {name: reached[name] for name, floor in FLOORS.items() if reached[name] < floor} == {}
    # Reports of complaints, of reading and of delivery are no work for people: seven that the corpus presumes normal.
    assert confusion[(False, True)] <= 7


@pytest.mark.parametrize("kind", ["text", "html"])
def test_inline_replies_are_found(kind: str) -> None:
    lines = (FOLDER / "mail/reply_inline_cases.jsonl").read_text().splitlines()
    cases = [case for case in map(json.loads, lines) if kind in case]
    right = sum(squeeze(reply_of(case)) == squeeze(wanted(case)) for case in cases)

    assert right / len(cases) >= 0.85


def reply_of(case: dict[str, str]) -> str:
    return find_reply(case.get("text", ""), case.get("html", ""))


def wanted(case: dict[str, str]) -> str:
    return case["reply_text"] if "reply_text" in case else html_to_text(case["reply_html"])


def squeeze(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
