"""What visitors do before they write to us, step by step, and who of them is shown answers meanwhile.

Everything here is kept for one number, the deflection: what a step is called and when it is noted must not depend on
the arm, or the two arms could not be compared.
"""

import hashlib
from datetime import timedelta
from typing import TypeVar

from accounts.models import Brand
from carecenter.lib.time import now
from knowledge_base.domain.help_settings import settings_of
from knowledge_base.models import Arm, Article, Step, StepName, Visit

IDLE = timedelta(minutes=30)  # who comes back later begins a new visit
SEEN_EVERY = timedelta(seconds=20)  # a sign of life is written so often at most
KEPT = timedelta(days=400)  # then the visit is forgotten: the longest period of the page is a year
MOST_STEPS = 300  # of one visit: more is a machine
# Of these the first counts, for each visit and place.
ONCE = (StepName.BEGAN, StepName.SUGGESTED, StepName.WOULD_SUGGEST)
OFFERED = (StepName.SUGGESTED, StepName.WOULD_SUGGEST)
T = TypeVar("T")


class Place:
    """Where a step was made."""

    HELP = "help"
    FORM = "form"
    PLAIN = "plain"  # the form without a script: answers are offered once, after the first press of "Send"
    CHAT = "chat"


def current_visit(brand: Brand, visitor: str) -> Visit:
    """The visit that goes on, or a new one in the visitor's arm. Two at once may begin two: they count as one."""
    at = now()
    latest = Visit.objects.filter(brand=brand, visitor=visitor).order_by("-last_at").first()
    if latest is not None and latest.last_at > at - IDLE:
        if latest.last_at < at - SEEN_EVERY:
            latest.last_at = at
            latest.save(update_fields=["last_at"])
        return latest
    arm, share = arm_of(brand, visitor)
    return Visit.objects.create(brand=brand, visitor=visitor, arm=arm, share=share, began_at=at, last_at=at)


def arm_of(brand: Brand, visitor: str) -> tuple[Arm, int]:
    """(arm, percent held out when it was drawn). Whoever was drawn once stays, even if the share changes since.

    While nobody is to be held out, nobody is: such visits have the share 0, and count in no comparison.
    """
    share = settings_of(brand).held_out
    if not share:
        return Arm.SHOWN, 0
    drawn = Visit.objects.filter(brand=brand, visitor=visitor, share__gt=0).order_by("began_at", "pk").first()
    if drawn is not None:
        return Arm(drawn.arm), drawn.share
    return draw(brand.pk, visitor, share), share


def draw(brand_id: int, visitor: str, share: int) -> Arm:
    """By the visitor's own key, for each brand anew: no list to keep, the same answer on every machine."""
    digest = hashlib.sha256(f"arm:{brand_id}:{visitor}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") % 10_000
    return Arm.HELD_OUT if number < share * 100 else Arm.SHOWN


def note(
    visit: Visit,
    name: StepName,
    *,
    article: Article | None = None,
    place: str = "",
    count: int = 0,
    record_id: int | None = None,
) -> None:
    """One step. Of what is noted once, and behind MOST_STEPS, nothing is written."""
    steps = Step.objects.filter(visit=visit)
    if name in ONCE and steps.filter(name=name, place=place).exists():
        return
    if steps.count() >= MOST_STEPS:
        return
    Step.objects.create(
        visit=visit,
        name=name,
        at=now(),
        article=article,
        place=place,
        count=min(count, 32_767),
        record_id=record_id,
    )


def offer(visit: Visit, found: list[T], *, place: str) -> list[T]:
    """Of what was found for a visitor who writes to us, what they see: all, or nothing in the arm that is held out.

    That answers were found is noted in both arms, at the same moment: it is what makes them comparable.
    """
    note(visit, StepName.BEGAN, place=place)
    if not found:
        return found
    is_shown = visit.arm == Arm.SHOWN
    note(
        visit,
        StepName.SUGGESTED if is_shown else StepName.WOULD_SUGGEST,
        place=place,
        count=len(found),
    )
    return found if is_shown else []


def was_offered(visit: Visit) -> StepName | None:
    """Were there answers for this visitor while they wrote: shown, held back, or none at all?"""
    name = visit.steps.filter(name__in=OFFERED).order_by("at", "pk").values_list("name", flat=True).first()
    return StepName(name) if name else None


def forget_old(*, limit: int = 5_000) -> int:
    """Visits and their steps that no page looks back to any more. Returns how many went; the next round takes more."""
    gone = 0
    for brand_id in Brand.objects.order_by("pk").values_list("pk", flat=True):
        old = Visit.objects.filter(brand=brand_id, began_at__lt=now() - KEPT).order_by("began_at")
        ids = list(old.values_list("pk", flat=True)[: limit - gone])
        Visit.objects.filter(pk__in=ids).delete()
        gone += len(ids)
        if gone >= limit:
            break
    return gone
