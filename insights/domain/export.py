"""Numbers as rows for a spreadsheet. Codes and not words: for machines too."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from accounts.models import User
from insights.domain.cards import Card
from insights.domain.charts import Chart, first_cell
from insights.domain.lists import Line
from tickets.domain.fields.reading import fields_seen_by

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


def own_keys(user: User) -> list[str]:
    """Keys of the firm's own fields of tickets and of customers that the user may read: a column each, after
    CASE_COLUMNS."""
    fields = fields_seen_by(user).order_by("-about", "position", "pk")
    return list(dict.fromkeys(fields.values_list("key", flat=True)))


def own_cell(value: Any) -> Any:
    """Codes as they are kept; several are joined."""
    return (
        ", ".join(value)
        if isinstance(value, list)
        else str(value).lower()
        if isinstance(value, bool)
        else value
    )


def case_row(line: Line, keys: Sequence[str] = ()) -> list[Any]:
    """In the order of CASE_COLUMNS and `keys`; of a ticket the reader may not open only its day and durations."""
    ticket = line.ticket
    words: list[Any] = [""] * 4
    if ticket is not None:
        customer = ticket.customer.name if ticket.customer else ""
        words = [ticket.number, ticket.subject, customer, ticket.status]
    times = [line.day.isoformat() if line.day else "", line.reply, line.resolve]
    values = {}
    if ticket is not None:
        values = {**(ticket.customer.fields if ticket.customer else {}), **ticket.fields}
    own = [own_cell(values.get(key, "")) for key in keys]
    return [*words, *("" if one is None else one for one in times), *own]


def chart_rows(chart: Chart) -> Iterator[list[Any]]:
    for name, cells in chart.rows:
        yield [first_cell(name), *("" if cell.value is None else cell.value for cell in cells)]
