"""The tiles of a dashboard as they are shown: each with its own filters, those with the same ones read once."""

from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import QueryDict

from accounts.models import User
from carecenter.lib.time import now
from insights.domain import boards, cards, charts, self_service
from insights.domain.cuts import Cut
from insights.domain.direct import TooMany
from insights.domain.metrics import REGISTRY
from insights.domain.reading import Read, read
from insights.domain.self_service import SELF_SERVICE
from insights.filters import KEPT, allowed, names_for, read_cut, span_of
from insights.models import Board

BESIDE: Final = {f"metric:{code}": code for code in SELF_SERVICE}
FILTERS: Final = ("brand", "team", "kind", "inbox", "agent", "tag")


@dataclass(frozen=True)
class Shown:
    """`card` or `chart`; neither where there were too many cases to look up. `kept`: its filters, for links.

    `is_lost`: what one of its filters names is gone, or is not for this person; nothing is counted then, since without
    the filter it would be another number.
    """

    id: str
    name: Any
    place: int
    cut: Cut
    span: str
    said: list[str]  # its filters in words
    kept: list[tuple[str, str]]
    card: cards.Card | None = None
    chart: charts.Chart | None = None
    is_lost: bool = False
    is_beside: bool = False  # of visitors: counted for whole brands, and with no list of cases behind it

    @property
    def is_wide(self) -> bool:
        return self.chart is not None


def shown(board: Board, user: User) -> list[Shown]:
    """As this person may see it. Four queries, and two for each set of filters; of visitors four more."""
    names, _zones = names_for(user)
    reads: dict[Cut, Read | None] = {}
    beside: dict[Cut, dict[str, cards.Card]] = {}
    found = []
    for place, tile in enumerate(board.tiles):
        if not boards.knows(tile["what"]):
            continue
        asked = QueryDict(tile["query"])
        cut = read_cut(asked, user)
        if loses_a_filter(cut, asked, names):
            found.append(lost(tile, place, cut, asked))
            continue
        if tile["what"] in BESIDE:
            if cut not in beside:
                beside[cut] = self_service.by_code(cut, now())
            card = beside[cut].get(BESIDE[tile["what"]])
            found.append(replace(one(tile, place, cut, asked, None, names), card=card, is_beside=True))
            continue
        if cut not in reads:
            reads[cut] = read_or_none(cut)
        found.append(one(tile, place, cut, asked, reads[cut], names))
    return found


def loses_a_filter(cut: Cut, asked: QueryDict, names: dict[str, dict[str, str]]) -> bool:
    """Would less be asked for than the tile says?"""
    unread = any(asked.get(name) and getattr(cut, name) is None for name in FILTERS)
    return unread or allowed(cut, names) != cut


def lost(tile: dict[str, Any], place: int, cut: Cut, asked: QueryDict) -> Shown:
    span = span_of(asked)
    return Shown(tile["id"], name_of(tile["what"]), place, cut, span, said=[], kept=[], is_lost=True)


def name_of(what: str) -> Any:
    kind, _sign, code = what.partition(":")
    return {**REGISTRY, **SELF_SERVICE}[code].name if kind == "metric" else charts.TITLES[code]


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
        name=name_of(tile["what"]),
        place=place,
        cut=cut,
        span=span_of(asked),
        said=[*said, *([f"#{cut.tag}"] if cut.tag else [])],
        kept=[(name, value) for name in KEPT if (value := asked.get(name, ""))],
        card=card,
        chart=chart,
    )
