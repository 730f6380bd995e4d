"""What is counted: whose answers the reader may see, in which days, of which brand, team, inbox or person."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.access import brands_for, scope, scope_q
from accounts.models import Brand, User
from accounts.permissions import FEEDBACK_READ, TICKET_VIEW
from feedback.domain.periods import Period
from feedback.models import Answer, Invitation

BREAKDOWNS: Final = ("agent", "team", "inbox", "brand")


@dataclass(frozen=True)
class Cut:
    """What is counted: whose answers the user may see, in a period, narrowed to one of something. `own`: about them."""

    user: User
    period: Period
    own: bool = False
    brand: int | None = None
    team: int | None = None
    inbox: int | None = None
    agent: int | None = None

    @property
    def narrowed(self) -> dict[str, int]:
        return {name: pk for name in BREAKDOWNS if (pk := getattr(self, name)) is not None}

    @property
    def code(self) -> str:
        return TICKET_VIEW if self.own else FEEDBACK_READ  # one's own, as long as one works there

    @property
    def ways(self) -> dict[str, int]:
        """Inbox and person, which the sums are kept by, each on its own."""
        agent = self.user.pk if self.own else self.agent
        asked = {"inbox": self.inbox, "agent": agent}
        return {name: pk for name, pk in asked.items() if pk is not None}


def brands_of(user: User, code: str) -> list[Brand]:
    """Kept for the request."""
    kept: dict[str, list[Brand]] = user.__dict__.setdefault("_brands_by_code", {})
    if code not in kept:
        kept[code] = list(brands_for(user, code))
    return kept[code]


def brand_ids(user: User, code: str) -> list[int]:
    """Ids and not a subquery: each brand is a range of the index."""
    return sorted(brand.pk for brand in brands_of(user, code))


def within(cut: Cut) -> Q:
    """Over anything with a brand and a team: what the grants cover."""
    return scope_q(scope(cut.user, cut.code)) & Q(brand_id__in=brand_ids(cut.user, cut.code))


def narrowed(rows: QuerySet[Any], cut: Cut) -> QuerySet[Any]:
    """Rows with brand, team, inbox and agent that the reader may see, and asked for."""
    if cut.own:
        rows = rows.filter(agent=cut.user)
    return rows.filter(within(cut), **cut.narrowed)


def answers_in(cut: Cut) -> QuerySet[Answer]:
    """The answers that are counted, unordered."""
    period = cut.period
    return narrowed(Answer.objects.filter(answered_at__gte=period.start, answered_at__lt=period.end), cut)


def asked(cut: Cut) -> QuerySet[Invitation]:
    """The questions that left; what a customer rated unasked has no kind and is no answer to one."""
    return narrowed(Invitation.objects.filter(sent_at__isnull=False).exclude(kind=""), cut)
