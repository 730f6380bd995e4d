"""How scores and figures are said and coloured. Colours mean good and bad, whichever way a scale runs."""

import datetime as dt
from urllib.parse import urlencode

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.charts import scale_of
from feedback.domain import scales, wording
from feedback.domain.anger import signs
from feedback.domain.intervals import DETRACTOR, PROMOTER, Estimate
from feedback.domain.playbook import STEPS
from feedback.domain.results import GOOD, Change, Figure
from feedback.models import Answer, FollowUp, Invitation, Measure, Survey

register = template.Library()
MINUS = "\u2212"
SPACE = "\u202f"  # thin, and no line breaks there


@register.filter
def measure_name(measure: str) -> str:
    """Short, for a card or a tab."""
    return {
        Measure.CSAT: _("Satisfaction"),
        Measure.NPS: _("Recommendation"),
        Measure.CES_1: _("Effort"),
        Measure.CES_2: _("Ease"),
        Measure.SETTLED: _("Settled after a follow-up"),
    }[Measure(measure)]


@register.filter
def measure_code(measure: str) -> str:
    """What the trade calls it."""
    names = {
        Measure.CSAT: _("CSAT"),
        Measure.NPS: _("NPS"),
        Measure.CES_1: _("CES 1"),
        Measure.CES_2: _("CES 2"),
    }
    return names.get(Measure(measure), "")


@register.filter
def measure_formula(measure: str) -> str:
    """What the figure is, in one sentence."""
    return {
        Measure.CSAT: _("The share of answers with 4 or 5 of 5."),
        Measure.NPS: _("The share with 9 or 10 minus the share with 0 to 6, from −100 to 100."),
        Measure.CES_1: _("The mean of how much effort it was, from 1 to 5. Low is good."),
        Measure.CES_2: _("The share of answers with 5, 6 or 7 of 7 to “made it easy”."),
        Measure.SETTLED: _("The share of yes to “is everything settled now?”, asked after follow-ups."),
    }[Measure(measure)]


@register.filter
def figure_value(figure: Figure) -> str:
    """The figure as one reads it aloud; a dash for none."""
    return amount(figure.estimate.value, figure.unit) if figure.estimate else "–"


@register.filter
def interval(figure: Figure) -> str:
    """Like 79–92 %."""
    return between(figure.estimate, figure.unit) if figure.estimate else ""


@register.filter
def axis_value(value: float, unit: str) -> str:
    return signed(value, 0) if unit == "points" else amount(value, unit, places=0)


@register.filter
def per_cent(value: float | None) -> str:
    return amount(value, "percent") if value is not None else "–"


@register.filter
def change_words(change: Change, unit: str) -> str:
    """Like +4 points. The unit of shares and of the net promoter score is points, of means their own."""
    size = signed(change.estimate.value, 1 if unit == "mean" else 0)
    if unit == "mean":
        return size
    whole = round(abs(change.estimate.value))
    return ngettext("%(size)s point", "%(size)s points", whole) % {"size": size}


def between(estimate: Estimate, unit: str) -> str:
    places = 1 if unit == "mean" else 0
    if unit == "points":
        return _("%(low)s to %(high)s") % {
            "low": signed(estimate.low, places),
            "high": signed(estimate.high, places),
        }
    ends = f"{plain(estimate.low, places)}–{plain(estimate.high, places)}"
    return with_unit(ends, unit)


def amount(value: float, unit: str, places: int | None = None) -> str:
    if unit == "points":
        return signed(value, places or 0)
    return with_unit(plain(value, (1 if unit == "mean" else 0) if places is None else places), unit)


def with_unit(text: str, unit: str) -> str:
    # Translators: a per cent sign behind a number; some languages put a thin space between them.
    return _("%(number)s%%") % {"number": text} if unit == "percent" else text


def plain(value: float, places: int) -> str:
    return number_format(round(value, places) + 0.0, decimal_pos=places, use_l10n=True)


def signed(value: float, places: int) -> str:
    size = plain(abs(value), places)
    if float(round(abs(value), places)) == 0:
        return size
    return ("+" if value > 0 else MINUS) + size


@register.filter
def score_words(answer: Answer) -> str:
    """Like 4 of 5, or yes."""
    if answer.measure == Measure.SETTLED:
        return _("Yes, settled") if answer.score else _("No, not settled")
    return _("%(score)s of %(most)s") % {
        "score": answer.score,
        "most": max(scales.SCORES[Measure(answer.measure)]),
    }


@register.filter
def score_label(score: int, measure: str) -> str:
    """What one score means, for the bars of a distribution."""
    return scales.labels_of(measure).get(score, str(score))


@register.filter
def score_tone(score: int, measure: str) -> str:
    """green, amber or red."""
    if measure == Measure.NPS:
        return "green" if score >= PROMOTER else "red" if score <= DETRACTOR else "amber"
    if measure == Measure.CES_1:
        return "green" if score <= 2 else "red" if score >= 4 else "amber"
    if score in GOOD[Measure(measure)]:
        return "green"
    middle = {Measure.CSAT: 3, Measure.CES_2: 4}
    return "amber" if score == middle.get(Measure(measure)) else "red"


@register.filter
def score_icon(score: int, measure: str) -> str:
    tones = {"green": "mood-smile", "amber": "mood-neutral", "red": "mood-sad"}
    if measure == Measure.CSAT:
        return scales.FACES[score - 1][0]
    if measure == Measure.SETTLED:
        return "circle-check" if score else "circle-dot"
    return tones[score_tone(score, measure)]


@register.filter
def angry_words(answer: Answer) -> list[str]:
    """What made us read the comment as angry."""
    return [sign.words for sign in signs(answer.comment)][:6] if answer.is_angry else []


@register.filter
def asked_question(invitation: Invitation) -> str:
    return wording.question(invitation.survey)


@register.filter
def more_said(answer: Answer) -> list[tuple[str, str]]:
    """The answers to the survey's own questions, in its order: (question, answer)."""
    survey: Survey = answer.invitation.survey
    found = []
    for one in wording.further(survey):
        value = str(answer.more.get(str(one["key"]), ""))
        options = dict(one["options"])  # type: ignore[call-overload]
        if value:
            found.append((str(one["text"]), str(options.get(value, value))))
    return found


@register.filter
def bucket_name(day: dt.date, unit: str) -> str:
    """A day, a week by its Monday, or a month, short enough for an axis."""
    form = {"day": _("j M"), "week": _("j M"), "month": _("M Y")}[unit]
    return date_format(day, form)


@register.filter
def percent_of(part: int, whole: int) -> str:
    """For the width of a bar: a number with a point, in every language."""
    return f"{100 * part / whole:.2f}" if whole else "0"


@register.filter
def dimension_name(name: str) -> str:
    return {"brand": _("Brand"), "team": _("Team"), "inbox": _("Inbox"), "agent": _("Agent")}[name]


@register.filter
def all_of(name: str) -> str:
    """What a select of the filter bar says when nothing is chosen."""
    return {
        "brand": _("All brands"),
        "team": _("All teams"),
        "inbox": _("All inboxes"),
        "agent": _("All agents"),
    }[name]


@register.filter
def none_of(name: str) -> str:
    """The line of a breakdown for answers that belong to none."""
    return {
        "brand": _("No brand"),
        "team": _("No team"),
        "inbox": _("No inbox"),
        "agent": _("Nobody in particular"),
    }[name]


@register.simple_tag(takes_context=True)
def query_of(context: template.Context, name: str, value: int, measure: str = "") -> str:
    """This page's query string narrowed to one brand, team, inbox or agent."""
    params = context["request"].GET.copy()
    for key in ("after", "by", "score"):
        params.pop(key, None)
    params[name] = str(value)
    if measure:
        params["measure"] = measure
    return f"?{urlencode(list(params.lists()), doseq=True)}"


@register.simple_tag
def interval_shape(figure: Figure) -> dict[str, str]:
    """Where the interval and the figure stand on a track from 0 to 100."""
    estimate = figure.estimate
    ends = (estimate.low, estimate.value, estimate.high) if estimate else (0.0, 0.0, 0.0)
    return {
        name: f"{place(end, figure):.2f}" for name, end in zip(("low", "value", "high"), ends, strict=True)
    }


def place(value: float, figure: Figure) -> float:
    low, high = scale_of(figure.measure)
    return 1.5 + 97 * (min(max(value, low), high) - low) / (high - low)


@register.filter
def steps_done(follow_up: FollowUp) -> int:
    return sum(1 for name in STEPS.values() if getattr(follow_up, name))
