import csv
import io

import pytest

from carecenter.lib.spreadsheets import harmless
from feedback.domain.export import BYTE_ORDER_MARK, lines


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 151 1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =cmd|' /C calc'!A0",
        "＝1+1",
        "\u00a0=1",
    ],
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0"),
        ('x\n "=1', "x\n \"'=1"),
        ("a;\t@SUM(A1)", "a;\t'@SUM(A1)"),
    ],
)
def test_cell_that_another_separator_would_begin_is_harmless_too(text, shown):
    assert harmless(text) == shown


@pytest.mark.parametrize("value", ["Thank you", "5 = good", "", 5, -12.5, None])
def test_everything_else_stays_as_it_is(value):
    assert harmless(value) == value


def test_lines_can_be_read_again():
    rows = [['He said "no", twice;\nthen left', 3], ["=2+2", -1.5], ["ok\x00", ""]]
    text = "".join(lines(["comment", "score"], rows))
    assert text.startswith(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))
    assert read == [
        ["comment", "score"],
        ['He said "no", twice;\nthen left', "3"],
        ["'=2+2", "-1.5"],
        ["ok", ""],
    ]
