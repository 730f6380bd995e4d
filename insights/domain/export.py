"""Numbers as rows for a spreadsheet. Codes and not words: for machines too."""

from collections.abc import Iterator
from typing import Any, Final

from insights.domain.cards import Card
from insights.domain.charts import Chart, first_cell
from insights.domain.lists import Line

CARD_COLUMNS: Final = ("metric", "unit", "value", "low", "high", "hits", "n", "before", "n_before")


def card_row(card: Card) -> list[Any]:
    """In the order of CARD_COLUMNS; durations in seconds."""
    now, before = card.figure, card.before
    ends = [round(now.estimate.low, 2), round(now.estimate.high, 2)] if now.estimate else ["", ""]
    value, value_before = ("" if figure.value is None else round(figure.value, 2) for figure in (now, before))
    hits = "" if now.hits is None else now.hits
    return [card.metric.code, str(card.metric.unit), value, *ends, hits, now.n, value_before, before.n]


CASE_COLUMNS: Final = (
    "ticket",
    "subject",
    "customer",
    "status",
    "day",
    "first_answer_seconds",
    "solved_seconds",
)


def case_row(line: Line) -> list[Any]:
    """In the order of CASE_COLUMNS; of a ticket the reader may not open only its day and durations."""
    ticket = line.ticket
    words: list[Any] = [""] * 4
    if ticket is not None:
        customer = ticket.customer.name if ticket.customer else ""
        words = [ticket.number, ticket.subject, customer, ticket.status]
    times = [line.day.isoformat() if line.day else "", line.reply, line.resolve]
    return [*words, *("" if one is None else one for one in times)]


def chart_rows(chart: Chart) -> Iterator[list[Any]]:
    for name, cells in chart.rows:
        yield [first_cell(name), *("" if cell.value is None else cell.value for cell in cells)]
