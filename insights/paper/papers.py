"""From a dashboard to what stands on its paper: for who asks, as they may see it, in the language and by the clock
that are active.
"""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.time import now
from insights.domain import building, cards, charts, self_service
from insights.domain.cuts import Cut
from insights.domain.metrics import Section
from insights.domain.reading import Read
from insights.filters import Choices, names_for
from insights.models import Board, Progress
from insights.paper.content import (
    Number,
    Paper,
    Part,
    Picture,
    before_words,
    fresh_words,
    names_words,
    number_of,
    period_words,
    said_number,
)  # fmt: skip
from insights.templatetags.insight_words import span_words
from insights.tiles import Shown, shown


def of_numbers(cut: Cut, offered: Choices, found: Read) -> Paper:
    """The page of numbers, with what stands beside it: what customers said, and found by themselves."""
    made = cards.cards(cut, found)
    parts = [
        Part(
            str(section.label),
            [number_of(one, cut) for one in made.values() if one.metric.section == section],
        )
        for section in Section
    ]
    said = [said_number(one) for one in cards.said(cut)]
    beside = [number_of(one, cut) for one in self_service.cards(cut, now())]
    parts[1:1] = [Part(_("What customers said"), said), Part(str(Section.SELF_SERVICE.label), beside)]
    parts.append(Part("", pictures=[Picture(one) for one in charts.charts(cut, found)]))
    brands = [offered.names["brand"][str(cut.brand)]] if cut.brand else list(offered.names["brand"].values())
    facts = [
        (_("Brand"), names_words(brands)),
        (_("Period"), period_words(cut)),
        (_("Compared with"), before_words(cut)),
        *filters(offered),
        *([(_("Tag"), cut.tag)] if cut.tag else []),
        *about(cut.user, offered.zones),
    ]
    kept = [one for one in parts if one.numbers or one.pictures]
    return Paper(_("Numbers"), period_words(cut), get_language() or "", facts, kept)


def filters(offered: Choices) -> list[tuple[str, str]]:
    """What is chosen beside the brand, by its name."""
    return [
        (str(label), str(option.label))
        for name, label, _every, options in offered.selects
        for option in options
        if option.is_chosen and name != "brand"
    ]


def about(user: User, zones: list[str]) -> list[tuple[str, str]]:
    """By which clock, how fresh, and whose eyes it is for."""
    progress = Progress.objects.filter(pk=1).first()
    is_counting = progress is not None and building.share_done(progress) is not None
    return [
        (_("Zone"), names_words(zones)),
        (_("As of"), fresh_words(progress, is_counting=is_counting)),
        (_("As seen by"), user.name),
    ]


def of_board(board: Board, user: User) -> Paper:
    """Tiles in their order: numbers that follow one another in rows, pictures below each other."""
    names, zones = names_for(user)
    parts: list[Part] = []
    for tile in shown(board, user):
        words = said_of(tile)
        if tile.chart is not None:
            parts.append(Part("", pictures=[Picture(tile.chart, words)]))
            continue
        number = number_of(tile.card, tile.cut, words) if tile.card else missing(tile)
        if not parts or not parts[-1].numbers:
            parts.append(Part(""))
        parts[-1].numbers.append(number)
    facts = [
        (_("Brand"), names_words(list(names["brand"].values()))),
        *about(user, sorted(set(zones.values()))),
    ]
    return Paper(board.name, user.name, get_language() or "", facts, parts)


def said_of(tile: Shown) -> str:
    """For which days it is and of what."""
    return " · ".join([f"{span_words(tile.span)} ({period_words(tile.cut)})", *tile.said])


def missing(tile: Shown) -> Number:
    if tile.is_lost:
        why = _("What this tile counts is not there any more, or not yours.")
    elif tile.is_beside:
        why = _("Visitors are counted for whole brands: without a team, channel, inbox, person or tag.")
    else:
        why = _("too many cases to look up; choose fewer days.")
    return Number(name=str(tile.name), value="–", about=why, is_small=True)
