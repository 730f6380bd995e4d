"""A workbook for a spreadsheet. A text is written as a text, whatever it begins with: nothing in it is a formula."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

LONGEST_NAME: Final = 31
LONGEST_TEXT: Final = 32_767
UNFIT: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
# What XML cannot hold.
UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: Sequence[Any]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """Each with a head that stays in sight. Numbers are numbers, nothing is an empty cell, the rest is text."""
    import xlsxwriter  # 16 MiB that an idle process need not hold

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, OPTIONS)
    head = book.add_format({"bold": True})
    text = book.add_format({"quote_prefix": True})  # it stays a text when somebody edits the cell
    taken: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(sheet_name(sheet.name, taken))
        page.freeze_panes(1, 0)
        page.set_column(0, max(0, len(sheet.columns) - 1), 16)
        for column, name in enumerate(sheet.columns):
            page.write_string(0, column, fitting(str(name)), head)
        for place, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    page.write_number(place, column, value)
                elif value not in ("", None):
                    page.write_string(place, column, fitting(str(value)), text)
    book.close()
    return buffer.getvalue()


def fitting(text: str) -> str:
    return UNWRITABLE.sub("", text)[:LONGEST_TEXT]


def sheet_name(name: str, taken: set[str]) -> str:
    """As a spreadsheet takes it, once each."""
    wanted = UNFIT.sub(" ", name).strip()[:LONGEST_NAME] or "Sheet"
    found, number = wanted, 2
    while found.casefold() in taken:
        found = f"{wanted[: LONGEST_NAME - 4]} {number}"
        number += 1
    taken.add(found.casefold())
    return found
