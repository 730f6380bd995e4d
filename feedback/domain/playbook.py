"""The four steps of putting a bad experience right, each with one sentence of what it means."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from feedback.models import FollowUp

STEPS: Final = {
    "listen": "listened_at",
    "acknowledge": "acknowledged_at",
    "fix": "fixed_at",
    "make_good": "made_good_at",
}  # code -> field


@dataclass(frozen=True)
class Step:
    code: str
    title: str
    words: str
    at: dt.datetime | None


def playbook(follow_up: FollowUp) -> list[Step]:
    """In the order to take them, though nobody is held to it."""
    return [
        Step(code, *said, at=getattr(follow_up, STEPS[code]))
        for code, said in {
            "listen": (
                _("Listen"),
                _("Read the whole conversation, then ask the customer what went wrong; defend nothing yet."),
            ),
            "acknowledge": (
                _("Acknowledge"),
                _("Say in your own words what it meant for them, and that you are sorry that it happened."),
            ),
            "fix": (
                _("Fix"),
                _(
                    "Solve what the contact was about, or agree on what happens until when, and do it yourself."
                ),
            ),
            "make_good": (
                _("Make good"),
                _(
                    "Give something fitting for the trouble: a refund, a replacement, a favour, or a plain thank-you."
                ),
            ),
        }.items()
    ]
