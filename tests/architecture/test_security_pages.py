"""The pages on security stay true: every requirement of levels 1 and 2 once, and everything they name exists."""

import re
from collections import Counter

import pytest

from tests.architecture.source import ROOT

PAGES = sorted((ROOT / "docs/security").glob("*.md"))
# OWASP ASVS 5.0.0, levels 1 and 2: how many of each section, counted from 1. What is left out is level 3.
WANTED = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3,
    "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2,
    "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11,
    "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3,
    "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3,
    "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
    "3.7": 2,
}  # fmt: skip
FILE = r"(?:[\w.-]+/)*[\w.-]+\.(?:py|md|toml|txt|json|js|yml)|bin/\w+|Dockerfile|\.dockerignore"
NAMED = re.compile(rf"`({FILE})(?::(\w+))?`")


def rows():
    lines = [line for page in PAGES for line in page.read_text().splitlines()]
    cells = [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith("| ")
    ]
    return [cell for cell in cells if re.match(r"\d", cell[0])]


def numbers(text):
    """`1.4.1 – 1.4.3`, `6.1.1, 6.3.1` and `3.2.1`, one by one."""
    for part in text.split(", "):
        first, _, last = part.partition(" – ")
        section, _, start = first.rpartition(".")
        end = (last or first).rpartition(".")[2]
        yield from (f"{section}.{number}" for number in range(int(start), int(end) + 1))


def test_every_requirement_stands_there_once():
    wanted = Counter(f"{section}.{one}" for section, many in WANTED.items() for one in range(1, many + 1))

    assert Counter(number for row in rows() for number in numbers(row[0])) == wanted
    assert sum(wanted.values()) == 253


def test_every_row_is_judged_and_shown():
    states = {row[2] for row in rows()}
    bare = [row[0] for row in rows() if row[2] in ("yes", "partly", "other") and not NAMED.search(row[4])]

    assert states <= {"yes", "partly", "other", "gap", "n/a"}
    assert bare == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_everything_named_exists(page):
    wrong = []
    for path, name in NAMED.findall(page.read_text()):
        file = ROOT / path
        if not file.exists():
            wrong.append(path)
        elif name and not re.search(rf"\b(def|class) {name}\b|^{name}\b.*=", file.read_text(), re.MULTILINE):
            wrong.append(f"{path}:{name}")

    assert wrong == []
