"""The tiles of a dashboard as they are shown: each with its own filters, those with the same ones read once."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from accounts.models import User
from insights.domain import boards, cards, charts
from insights.domain.cuts import Cut
from insights.domain.direct import TooMany
from insights.domain.metrics import REGISTRY
from insights.domain.reading import Read, read
from insights.filters import KEPT, allowed, names_for, read_cut, span_of
from insights.models import Board


@dataclass(frozen=True)
class Shown:
    """`card` or `chart`; neither where there were too many cases to look up. `kept`: its filters, for links."""

    id: str
    name: Any
    place: int
    cut: Cut
    span: str
    said: list[str]  # its filters in words
    kept: list[tuple[str, str]]
    card: cards.Card | None = None
    chart: charts.Chart | None = None

    @property
    def is_wide(self) -> bool:
        return self.chart is not None


def shown(board: Board, user: User) -> list[Shown]:
    """As this person may see it. Four queries, and two for each set of filters."""
    names, _zones = names_for(user)
    reads: dict[Cut, Read | None] = {}
    found = []
    for place, tile in enumerate(board.tiles):
        if not boards.knows(tile["what"]):
            continue
        asked = QueryDict(tile["query"])
        cut = allowed(read_cut(asked, user), names)
        if cut not in reads:
            reads[cut] = read_or_none(cut)
        found.append(one(tile, place, cut, asked, reads[cut], names))
    return found


def read_or_none(cut: Cut) -> Read | None:
    try:
        return read(cut)
    except TooMany:
        return None


def one(
    tile: dict[str, Any], place: int, cut: Cut, asked: QueryDict, found: Read | None, names: dict[str, Any]
) -> Shown:
    kind, _sign, code = tile["what"].partition(":")
    card = chart = None
    if found is not None and kind == "metric":
        card = cards.cards(cut, found)[code]
    elif found is not None:
        chart = charts.CHARTS[code](cut, found)
    said = [
        names[name].get(str(value), "–")
        for name in ("brand", "team", "kind", "inbox", "agent")
        if (value := getattr(cut, name)) is not None
    ]
    return Shown(
        id=tile["id"],
        name=REGISTRY[code].name if kind == "metric" else chart.title if chart else code,
        place=place,
        cut=cut,
        span=span_of(asked),
        said=[*said, *([f"#{cut.tag}"] if cut.tag else [])],
        kept=[(name, value) for name in KEPT if (value := asked.get(name, ""))],
        card=card,
        chart=chart,
    )
