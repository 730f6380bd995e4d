"""Vital signs: what an administrator looks at first, one line a thing, the same for page, terminal and monitoring."""

import datetime
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from carecenter.lib.time import now


class State(IntEnum):
    """Ordered: the worst of many is their maximum."""

    OK = 0
    WARNING = 1
    TROUBLE = 2


class Unit(StrEnum):
    COUNT = "count"
    SECONDS = "seconds"
    BYTES = "bytes"
    FLAG = "flag"  # 1 or 0


@dataclass(frozen=True)
class Vital:
    """`code` is for programs and ends with its unit; `advice` says what to do when the state is not OK."""

    code: str
    label: str
    value: float
    unit: Unit = Unit.COUNT
    state: State = State.OK
    advice: str = ""

    @property
    def is_off(self) -> bool:
        """Neither good nor bad: what is not set and not needed here."""
        return self.unit == Unit.FLAG and self.state == State.OK and not self.value

    @property
    def shown(self) -> str:
        """The value as a person reads it: 12 s, 40 min, 3.4 GB, yes."""
        if self.unit == Unit.BYTES:
            return filesizeformat(self.value)
        if self.unit == Unit.FLAG:
            return _("yes") if self.value else _("no")
        return duration(self.value) if self.unit == Unit.SECONDS else f"{self.value:g}"


def duration(seconds: float) -> str:
    for size, words in ((86_400, _("%s d")), (3600, _("%s h")), (60, _("%s min"))):
        if seconds >= 2 * size:
            return words % int(seconds // size)
    return _("%s s") % int(seconds)


@dataclass(frozen=True)
class Limits:
    """From these values on it is worth a look, or hurts. None: never."""

    warning: float | None = None
    trouble: float | None = None

    def judge(self, value: float) -> State:
        if self.trouble is not None and value >= self.trouble:
            return State.TROUBLE
        return State.WARNING if self.warning is not None and value >= self.warning else State.OK


def counted(code: str, label: str, count: int, limits: Limits, *, advice: str) -> Vital:
    return Vital(code, label, count, Unit.COUNT, limits.judge(count), advice)


def overdue(code: str, label: str, since: datetime.datetime | None, limits: Limits, *, advice: str) -> Vital:
    """How long the oldest piece of work has been due; None and what is not due yet are 0."""
    seconds = max(0.0, (now() - since).total_seconds()) if since else 0.0
    return Vital(code, label, seconds, Unit.SECONDS, limits.judge(seconds), advice)
