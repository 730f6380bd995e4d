"""How numbers are said. `{% load insight_words %}`."""

import datetime as dt
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from django import template
from django.utils.formats import date_format, number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from feedback.domain.periods import Span
from insights.domain.buckets import DAY, HOUR, MINUTE
from insights.domain.cards import Card
from insights.domain.charts import Cell, Chart
from insights.domain.metrics import REGISTRY, Definition, Figure, Unit
from insights.domain.present import Present
from insights.domain.self_service import SELF_SERVICE
from insights.models import Progress
from workforce.models import PresenceState

register = template.Library()
MINUS: Final = "\u2212"


@register.filter
def figure_words(figure: Figure, metric: Definition) -> str:
    """The figure as one reads it aloud; a dash for none."""
    return "–" if figure.value is None else amount(figure.value, metric.unit)


@register.filter
def range_words(figure: Figure, metric: Definition) -> str:
    """Like 79–92 %."""
    if figure.estimate is None:
        return ""
    low, high = (amount(end, metric.unit) for end in (figure.estimate.low, figure.estimate.high))
    if metric.unit == Unit.PERCENT:
        low = low.removesuffix("%").rstrip()
    return f"{low}–{high}"


def amount(value: float, unit: str) -> str:
    if unit == Unit.SECONDS:
        return duration_words(value)
    if unit == Unit.PERCENT:
        # Translators: a per cent sign behind a number; some languages put a thin space between them.
        return _("%(number)s%%") % {"number": plain(value, 0 if value >= 10 or value == 0 else 1)}
    return plain(value, 0)


@register.filter
def duration_words(seconds: float | None) -> str:
    """In the largest unit that is at least one: 45 s, 12 min, 3.4 h, 2.1 d."""
    if seconds is None:
        return "–"
    if round(seconds) < MINUTE:
        return _("%(number)s s") % {"number": plain(seconds, 0)}
    if round(seconds) < HOUR:
        return _("%(number)s min") % {"number": plain(seconds / MINUTE, 0)}
    if round(seconds) < 2 * DAY:
        return _("%(number)s h") % {"number": plain(seconds / HOUR, 0 if seconds >= 10 * HOUR else 1)}
    return _("%(number)s d") % {"number": plain(seconds / DAY, 0 if seconds >= 10 * DAY else 1)}


@register.filter
def waiting_words(found: Present) -> str:
    """For how long the longest has been waiting."""
    return duration_words((found.at - found.waiting_since).total_seconds()) if found.waiting_since else ""


@register.filter
def span_words(span: str) -> Any:
    return Span(span).label


@register.filter
def presence_words(state: str) -> Any:
    return PresenceState(state).label


@register.filter
def target_words(seconds: int | None) -> str:
    """A target in full words; the ones that may be chosen are whole."""
    if seconds is None:
        return _("longer")
    if seconds % DAY == 0:
        count = seconds // DAY
        return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    if seconds % HOUR == 0:
        count = seconds // HOUR
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    if seconds % MINUTE == 0:
        count = seconds // MINUTE
        return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
    return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}


@register.filter
def change_words(card: Card) -> str:
    """Like +4 points, or −12 %; empty where there is nothing to compare with."""
    if card.change is None or card.change.value is None:
        return ""
    value = card.change.value
    whole = round(abs(value))
    sign = "" if not whole else "+" if value > 0 else MINUS
    if card.metric.unit == Unit.PERCENT:
        return ngettext("%(size)s point", "%(size)s points", whole) % {"size": f"{sign}{whole}"}
    return _("%(number)s%%") % {"number": f"{sign}{plain(whole, 0)}"}


@register.filter
def listed_words(figure: Figure) -> str:
    """What the share is of: 12 of 80."""
    if figure.hits is None:
        return ""
    return _("%(hits)s of %(n)s") % {"hits": plain(figure.hits, 0), "n": plain(figure.n, 0)}


@register.filter
def cell_words(cell: Cell) -> str:
    if cell.value is None:
        return "–"
    return duration_words(cell.value) if cell.unit == "seconds" else plain(cell.value, 0)


@register.filter
def row_words(name: Any, unit: str) -> str:
    """What a row of a table is about: a day, a week by its Monday, a month, a duration, or words."""
    if isinstance(name, dt.date):
        return day_words(name, unit, get_language() or "")
    return target_words(name) if unit == "seconds" else str(name)


@lru_cache(maxsize=4096)
def day_words(day: dt.date, unit: str, _language: str) -> str:
    return date_format(day, {"day": _("j M"), "week": _("j M"), "month": _("M Y")}[unit])


@register.simple_tag(takes_context=True)
def kept_query(context: template.Context, **changed: Any) -> str:
    """The page's filters as a query string, with these changed; an empty one goes."""
    params = {**dict(context["kept"]), **{name: str(value) for name, value in changed.items()}}
    found = urlencode({name: value for name, value in params.items() if value})
    return f"?{found}" if found else ""


@register.simple_tag(takes_context=True)
def row_query(context: template.Context, value: str, name: str, **changed: Any) -> str:
    """The page's filters with this one set to this value."""
    return kept_query(context, **{name: value}, **changed)


def plain(value: float, places: int) -> str:
    return grouped(round(value, places) + 0.0, places, get_language() or "")


@lru_cache(maxsize=8192)
def grouped(value: float, places: int, _language: str) -> str:
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


# --- what is said very often on one page is written without the template language, which takes most of its time ---


@register.filter
def chart_body(chart: Chart) -> SafeString:
    """The rows of a picture's table: hundreds of cells."""
    rows = []
    for name, cells in chart.rows:
        said = "".join(
            f'<td data-value="{"" if cell.value is None else int(cell.value)}">{escape(cell_words(cell))}</td>'
            for cell in cells
        )
        rows.append(f'<tr><th scope="row">{escape(row_words(name, chart.unit))}</th>{said}</tr>')
    return mark_safe("".join(rows))  # numbers, and escaped words


@register.filter
def metric_words(metric: Definition) -> SafeString:
    """What is the same for everybody who reads the language: how it is counted, over what, on which day."""
    return about(metric.code, get_language() or "")


@lru_cache(maxsize=1024)
def about(code: str, _language: str) -> SafeString:
    metric = {**REGISTRY, **SELF_SERVICE}[code]
    return format_html(
        "<p>{}</p>{}<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd></dl>",
        metric.formula,
        format_html("<p>{}</p>", metric.caution) if metric.caution else "",
        _("Counts"),
        metric.population,
        _("Counted on"),
        metric.when,
    )


@register.simple_tag
def page_words(zones: list[str] | str | None, progress: Progress | str | None) -> SafeString:
    """What is the same for all numbers of the page: the zone of the days, and how fresh they are."""
    counted = progress.counted_at if isinstance(progress, Progress) else None
    at = date_format(localtime(counted), "DATETIME_FORMAT") if counted else "–"
    rows = [(_("As of"), at)]
    if isinstance(zones, list):
        rows.insert(0, (_("Zone"), ", ".join(zones[:3]) + (" …" if len(zones) > 3 else "")))
    return format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
