"""Reading what people type: any text can be read, and what is known is read right."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.domain.search.language import OPERATORS, RANGES, Query, Range, Term, read

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def query(text: str) -> Query:
    return read(text, now=NOW, zone=BERLIN)


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type,misc]


pieces = st.one_of(
    st.text(max_size=12),
    st.sampled_from([f"{name}:" for name in (*OPERATORS, *RANGES, "sort", "foo", "http")]),
    st.sampled_from(
        ['"', "-", "OR", "|", "#", " ", "2026-02-30", "9999", "0000-00", "3d", "..", "me", "\x00", "99999y"]
    ),
)


@given(st.lists(pieces, max_size=20).map("".join))
def test_any_text_is_read(text: str) -> None:
    found = query(text)
    assert len(found.terms) <= 24
    assert all(group for group in found.groups)
    assert all(term.value for term in found.terms)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("refund late", [[Term("word", "refund")], [Term("word", "late")]]),
        ("refund OR return late", [[Term("word", "refund"), Term("word", "return")], [Term("word", "late")]]),
        ('"not received" -tag:vip', [[Term("phrase", "not received")], [Term("tag", "vip", negated=True)]]),
        ('from:"Dana Duarte"', [[Term("from", "Dana Duarte")]]),
        ("Status:On-Hold priority:URGENT", [[Term("status", "on_hold")], [Term("priority", "4")]]),
        ("#1204", [[Term("number", "1204")]]),
        ("+49 170 1234567", [[Term("phone", "+49 170 1234567")]]),
        (
            "kind:email has:file is:waiting",
            [[Term("kind", "email")], [Term("has", "file")], [Term("is", "waiting")]],
        ),
        ("https://shop.example/x", [[Term("word", "https //shop.example/x")]]),
        ("OR", []),
        ("- --", []),
    ],
)
def test_terms(text: str, groups: list[list[Term]]) -> None:
    found = query(text)
    assert found.groups == groups
    assert found.hints == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before:2026-03-01", Range("last_at", None, at(2026, 3, 1))),
        ("after:yesterday", Range("last_at", at(2026, 3, 2))),
        ("created:2026-02", Range("created_at", at(2026, 2, 1), at(2026, 3, 1))),
        ("created:2025", Range("created_at", at(2025, 1, 1), at(2026, 1, 1))),
        ("created:2026-02-01..2026-02-03", Range("created_at", at(2026, 2, 1), at(2026, 2, 4))),
        ("older:3d", Range("last_at", None, NOW - dt.timedelta(days=3))),
        ("newer:12h", Range("last_at", NOW - dt.timedelta(hours=12))),
    ],
)
def test_ranges(text: str, expected: Range) -> None:
    assert query(text).ranges == [expected]


@pytest.mark.parametrize(
    ("text", "hint", "term"),
    [
        ("colour:red", "“colour:” is no operator", Term("word", "colour red")),
        ("status:asleep", "“status:” does not know “asleep”. Try new, open", Term("word", "asleep")),
        ("kind:pigeon", "“kind:” does not know “pigeon”", Term("word", "pigeon")),
    ],
)
def test_what_is_not_known_is_searched_and_said(text: str, hint: str, term: Term) -> None:
    found = query(text)
    assert found.terms == [term]
    assert len(found.hints) == 1
    assert hint in found.hints[0]


def test_a_date_that_is_none_is_said() -> None:
    assert "“before:” does not know “2026-02-30”" in query("before:2026-02-30 x").hints[0]
    assert query("sort:oldest x").oldest_first
