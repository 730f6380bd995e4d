"""`{% number_card card %}`: a number with how it is counted, as markup written by hand. There are twenty on a page, and
in the template language they were half of its time.
"""

from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carecenter.lib import icons
from insights.domain.cards import Card
from insights.domain.cuts import Cut
from insights.domain.metrics import Unit
from insights.templatetags.insight_words import (
    change_words,
    figure_words,
    kept_query,
    listed_words,
    metric_words,
    plain,
    range_words,
    target_words,
)

register = template.Library()
CARD: Final = (
    '<article class="number-card"{small}><h3>{name}</h3><p class="number-value">{link}<button type="button"'
    ' class="number-why" aria-label="{why}" aria-describedby="{about_id}">{sign}</button></p>'
    '<p class="number-line">{line}</p><p class="number-change"{tone}>{change}</p>'
    '<div class="number-about" role="tooltip" id="{about_id}"><p'
    ' class="font-medium">{name}</p>{words}<dl>{rows}{page}</dl></div></article>'
)


@register.simple_tag(takes_context=True)
def number_card(context: template.Context, card: Card) -> SafeString:
    """On a page with `cut`, `kept` and `error`; `is_own`, `is_beside` and `deflection_query` say where it leads."""
    metric, figure, cut = card.metric, card.figure, context["cut"]
    about_id = f"about-{metric.code}{getattr(context.get('tile'), 'id', '')}"
    return format_html(
        CARD,
        small=mark_safe(" data-small") if figure.is_small else "",
        name=metric.name,
        link=link_of(context, card, about_id),
        why=_("How “%(name)s” is counted") % {"name": metric.name},
        about_id=about_id,
        sign=icons.svg("info-circle", "size-4"),
        line=line_of(card, cut),
        tone=tone_of(card),
        change=change_of(card),
        words=metric_words(metric),
        rows=mark_safe("".join(row(*one) for one in rows_of(card, cut, context.get("error") or 0))),
        page=context.get("about_page", ""),
    )


def link_of(context: template.Context, card: Card, about_id: str) -> SafeString:
    """The figure, to click on where there is something behind it."""
    code, words = card.metric.code, figure_words(card.figure, card.metric)
    told = _("Show the cases")
    if context.get("is_own"):
        address = f"{reverse('insights:my_cases')}?metric={code}"
    elif not context.get("is_beside"):
        address = reverse("insights:cases") + kept_query(context, metric=code)
    elif query := context.get("deflection_query"):
        address, told = reverse("deflection:page") + query, _("Show what visitors did")
    else:
        return format_html("<span>{}</span>", words)
    shape = '<a href="{}" aria-describedby="{}">{}<span class="sr-only"> {}</span></a>'
    return format_html(shape, address, about_id, words, told)


def line_of(card: Card, cut: Cut) -> SafeString | str:
    figure = card.figure
    found = mark_safe("&nbsp;")
    if figure.hits is not None and figure.n:
        found = escape(listed_words(figure))
    elif figure.estimate:
        found = escape(ngettext("%(n)s case", "%(n)s cases", figure.n) % {"n": plain(figure.n, 0)})
    elif card.metric.at_end:
        found = escape(date_format(cut.period.last, "DATE_FORMAT"))
    return format_html("{} · {}", found, range_words(figure, card.metric)) if figure.estimate else found


def tone_of(card: Card) -> SafeString:
    if card.change is None or not card.change.is_clear:
        return mark_safe("")
    return mark_safe(' data-tone="green"' if card.change.is_better else ' data-tone="red"')


def change_of(card: Card) -> SafeString | str:
    words, change = change_words(card), card.change
    if not words or change is None:
        return _("Nothing to compare with")
    sign = icons.svg("trending-up" if change.value > 0 else "trending-down") if change.value else ""
    chance = f" · {_('may be chance')}" if card.figure.estimate and not change.is_clear else ""
    return format_html("{}{}{}", sign, words, chance)


def rows_of(card: Card, cut: Cut, error: float) -> list[tuple[str, str]]:
    """What the card rests on, each with its name."""
    figure, metric = card.figure, card.metric
    clock = _("Office hours of the inbox") if cut.work else _("Calendar time")
    if figure.estimate:
        found = [
            (_("Cases"), plain(figure.n, 0) if figure.hits is None else listed_words(figure)),
            (_("95 % interval"), range_words(figure, metric)),
        ]
    else:
        found = [
            (_("Cases"), plain(figure.n, 0)),
            (_("Interval"), _("None: it is a full count, not a sample.")),
        ]
    found.append((_("Before"), figure_words(card.before, metric)))
    if metric.unit == Unit.SECONDS:
        within = _("(told from buckets, off by less than %(error)s per cent)")
        found.append((_("Clock"), f"{clock} {within % {'error': number_format(error, 0)}}"))
    if metric.code.startswith("level_"):
        found.append((_("Target"), f"{target_words(cut.target)}, {clock}"))
    return found


def row(name: Any, words: Any) -> SafeString:
    return format_html("<dt>{}</dt><dd>{}</dd>", name, words)
