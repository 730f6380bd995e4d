"""The scales of the measures: which scores there are and what each is called. Pure."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from feedback.models.surveys import Measure, Survey

SCORES: Final[dict[str, tuple[int, ...]]] = {
    Measure.CSAT: (1, 2, 3, 4, 5),
    Measure.NPS: tuple(range(11)),
    Measure.CES_1: (1, 2, 3, 4, 5),
    Measure.CES_2: (1, 2, 3, 4, 5, 6, 7),
    Measure.SETTLED: (1, 0),
}
# Icons of the pages and signs of mails and chats, from the worst to the best.
FACES: Final = (
    ("mood-angry", "😠"),
    ("mood-sad", "😞"),
    ("mood-empty", "😐"),
    ("mood-smile", "😊"),
    ("mood-happy", "😄"),
)
LOOKS: Final[dict[str, tuple[str, ...]]] = {
    Measure.CSAT: (Survey.Look.STARS, Survey.Look.FACES, Survey.Look.NUMBERS),
}  # all others are numbers, or two buttons


@dataclass(frozen=True)
class Step:
    """One score. `label` is what it means, read out for every one; `sign` stands for it where there are no icons."""

    score: int
    label: str
    icon: str = ""
    sign: str = ""


def is_score(measure: str, score: int) -> bool:
    return score in SCORES[measure]


def look_of(survey: Survey) -> str:
    """The look as it is shown: only satisfaction has stars and faces."""
    return survey.look if survey.look in LOOKS.get(survey.measure, ()) else Survey.Look.NUMBERS


def steps(survey: Survey) -> list[Step]:
    """In the order they are shown, in the language of the moment."""
    look, scores = look_of(survey), SCORES[survey.measure]
    labels = labels_of(survey.measure)
    found = []
    for place, score in enumerate(scores):
        label = labels.get(score, str(score))
        if survey.measure == Measure.SETTLED:
            found.append(Step(score, label, "check" if score else "x", label))
        elif look == Survey.Look.FACES:
            found.append(Step(score, label, *FACES[place]))
        elif look == Survey.Look.STARS:
            found.append(Step(score, label, "star", "★" * score))
        else:
            found.append(Step(score, label, "", str(score)))
    return found


def labels_of(measure: str) -> dict[int, str]:
    """Words for scores; numbers between two ends speak for themselves."""
    if measure == Measure.CSAT:
        return {1: _("Very bad"), 2: _("Bad"), 3: _("All right"), 4: _("Good"), 5: _("Very good")}
    if measure == Measure.SETTLED:
        return {1: _("Yes, it is settled"), 0: _("No, not yet")}
    low, high = ends(measure)
    first, last = SCORES[measure][0], SCORES[measure][-1]
    return {first: f"{first}: {low}", last: f"{last}: {high}"}


def ends(measure: str) -> tuple[str, str]:
    """What stands below the two ends of the scale."""
    return {
        Measure.CSAT: (_("Very bad"), _("Very good")),
        Measure.NPS: (_("Not at all likely"), _("Very likely")),
        Measure.CES_1: (_("Hardly any effort"), _("Very much effort")),
        Measure.CES_2: (_("Not true at all"), _("Entirely true")),
    }.get(Measure(measure), ("", ""))
