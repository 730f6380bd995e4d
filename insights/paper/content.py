"""What stands on paper, in words: made from the same cards and tables as the page. Knows nothing of PDF."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.domain import results
from feedback.templatetags import feedback_words
from insights.domain.cards import Card
from insights.domain.charts import Chart
from insights.domain.cuts import Cut
from insights.domain.metrics import Unit
from insights.models import Progress
from insights.templatetags.insight_words import (
    change_words,
    figure_words,
    listed_words,
    plain,
    range_words,
    target_words,
)

FEW_NAMES: Final = 6


@dataclass(frozen=True)
class Number:
    """One card. `tone`: green or red where the change is no chance. `about`: what it counts, where cards differ."""

    name: str
    value: str
    line: str = ""
    change: str = ""
    before: str = ""
    tone: str = ""
    about: str = ""
    is_small: bool = False


@dataclass(frozen=True)
class Picture:
    chart: Chart
    about: str = ""


@dataclass(frozen=True)
class Part:
    title: str
    numbers: list[Number] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


@dataclass(frozen=True)
class Paper:
    """`facts`: what is counted, for when, by which clock, how fresh; each with its name."""

    title: str
    about: str  # for the pages that follow
    language: str
    facts: list[tuple[str, str]]
    parts: list[Part]


def number_of(card: Card, cut: Cut, about: str = "") -> Number:
    figure, metric = card.figure, card.metric
    if figure.hits is not None and figure.n:
        line = listed_words(figure)
    elif figure.estimate:
        line = ngettext("%(n)s case", "%(n)s cases", figure.n) % {"n": plain(figure.n, 0)}
    else:
        line = date_format(cut.period.last, "DATE_FORMAT") if metric.at_end else ""
    extra = []
    if metric.unit == Unit.SECONDS:
        extra.append(_("Office hours") if cut.work else _("Calendar time"))
    if metric.code.startswith("level_"):
        extra.append(_("Target %(time)s") % {"time": target_words(cut.target)})
    ends = range_words(figure, metric)
    return Number(
        name=str(metric.name),
        value=figure_words(figure, metric),
        line=" · ".join(one for one in (line, ends, *extra) if one),
        change=change_of(
            change_words(card), is_sure=figure.estimate is None or bool(card.change and card.change.is_clear)
        ),
        before=_("Before: %(value)s") % {"value": figure_words(card.before, metric)} if card.change else "",
        tone=tone_of(card.change.is_clear, card.change.is_better) if card.change else "",
        about=about,
        is_small=figure.is_small,
    )


def said_number(card: results.Card) -> Number:
    """Of what customers said."""
    figure, change = card.figure, card.change
    count = ngettext("%(n)s answer", "%(n)s answers", figure.n) % {"n": plain(figure.n, 0)}
    ends = feedback_words.interval(figure) if figure.estimate else ""
    code = feedback_words.measure_code(figure.measure)
    is_sure = change is not None and change.is_clear and not figure.is_small
    return Number(
        name=" ".join(one for one in (str(feedback_words.measure_name(figure.measure)), str(code)) if one),
        value=feedback_words.figure_value(figure),
        line=" · ".join(one for one in (count, ends) if one),
        change=change_of(feedback_words.change_words(change, figure.unit) if change else "", is_sure=is_sure),
        tone=tone_of(is_sure, change.is_better) if change else "",
        is_small=figure.is_small,
    )


def change_of(words: str, *, is_sure: bool) -> str:
    if not words:
        return _("Nothing to compare with")
    return words if is_sure else f"{words} · {_('may be chance')}"


def tone_of(is_clear: bool, is_better: bool | None) -> str:
    if not is_clear or is_better is None:
        return ""
    return "green" if is_better else "red"


def period_words(cut: Cut) -> str:
    return between(cut.period.first, cut.period.last)


def before_words(cut: Cut) -> str:
    return between(cut.period.before.first, cut.period.before.last)


def between(first: Any, last: Any) -> str:
    return f"{date_format(first, 'DATE_FORMAT')} – {date_format(last, 'DATE_FORMAT')}"


def names_words(names: Sequence[str]) -> str:
    """So many of them, and how many more there are."""
    more = len(names) - FEW_NAMES
    shown = ", ".join(names[:FEW_NAMES]) or "–"
    return shown if more <= 0 else f"{shown} … (+{more})"


def fresh_words(progress: Progress | None, *, is_counting: bool) -> str:
    if is_counting:
        return _("Everything is being counted anew; until that is done the numbers may be too low.")
    if progress is None or progress.counted_at is None:
        return _("Counting has not begun.")
    return date_format(localtime(progress.counted_at), "DATETIME_FORMAT")
