"""Answers and figures as rows for a spreadsheet, and made harmless to it. Codes and not words: for machines too."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from carecenter.lib.spreadsheets import harmless
from feedback.domain.results import Row
from feedback.models import Answer

BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel takes UTF-8 for something else
ROWS_AT_ONCE: Final = 500
ANSWER_COLUMNS: Final = (
    "answered_at",
    "measure",
    "score",
    "comment",
    "angry",
    "way",
    "brand",
    "inbox",
    "team",
    "agent",
    "ticket",
    "survey",
    "language",
    "asked_at",
)
FIGURE_COLUMNS: Final = ("name", "measure", "unit", "value", "low", "high", "n", "asked", "answered")


def lines(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a CSV file, some hundred at a time; every text harmless."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(columns)
    for number, row in enumerate(rows, start=1):
        writer.writerow([harmless(value) for value in row])
        if number % ROWS_AT_ONCE == 0:
            yield taken(buffer)
    yield taken(buffer)


def taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def answer_row(answer: Answer, zone: dt.tzinfo) -> list[Any]:
    """In the order of ANSWER_COLUMNS; moments on the reader's clock."""
    asked = answer.invitation
    return [
        answer.answered_at.astimezone(zone).isoformat(timespec="seconds"),
        answer.measure,
        answer.score,
        answer.comment,
        "yes" if answer.is_angry else "no",
        answer.way,
        answer.brand.name,
        answer.inbox.name if answer.inbox else "",
        answer.team.name if answer.team else "",
        answer.agent.name if answer.agent else "",
        asked.ticket.number if asked.ticket else "",
        asked.survey.name,
        asked.language,
        asked.sent_at.astimezone(zone).isoformat(timespec="seconds") if asked.sent_at else "",
    ]


def figure_row(row: Row) -> list[Any]:
    """In the order of FIGURE_COLUMNS."""
    figure, estimate = row.figure, row.figure.estimate
    values = (
        [round(one, 2) for one in (estimate.value, estimate.low, estimate.high)] if estimate else ["", "", ""]
    )
    return [
        row.name,
        figure.measure,
        figure.unit,
        *values,
        figure.n,
        figure.rate.asked,
        figure.rate.answered,
    ]
