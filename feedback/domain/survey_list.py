"""What the settings page shows of each brand. Reads only, a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q, QuerySet

from accounts.models import Brand
from carecenter.lib.time import now
from feedback.models import FeedbackSettings, Invitation, Survey, SurveyRule

DAYS = 30


@dataclass
class Row:
    """One survey, and how it fared in the last 30 days."""

    survey: Survey
    asked: int = 0
    answered: int = 0


@dataclass
class Group:
    """One brand."""

    brand: Brand
    rules: FeedbackSettings
    surveys: list[Row] = field(default_factory=list)
    order: list[SurveyRule] = field(default_factory=list)


def brands_with_surveys(brands: QuerySet[Brand]) -> list[Group]:
    known = {one.brand_id: one for one in FeedbackSettings.objects.filter(brand__in=brands)}
    groups = {
        brand.pk: Group(brand, known.get(brand.pk) or FeedbackSettings(brand=brand))
        for brand in brands.order_by("name")
    }
    counts = counted(brands)
    for survey in Survey.objects.filter(brand__in=brands).order_by("-is_active", "name", "pk"):
        groups[survey.brand_id].surveys.append(Row(survey, *counts[survey.pk]))
    rules = SurveyRule.objects.filter(survey__brand__in=brands).select_related("survey", "inbox", "team")
    for rule in rules.order_by("position", "pk"):
        groups[rule.survey.brand_id].order.append(rule)
    return list(groups.values())


def counted(brands: QuerySet[Brand]) -> defaultdict[int, tuple[int, int]]:
    """survey -> (asked, answered) of the last days; ratings that nobody asked for are left out."""
    states = Invitation.State
    since = now() - timedelta(days=DAYS)
    sent = Invitation.objects.filter(brand__in=brands, sent_at__gte=since).exclude(kind="")
    rows = sent.order_by().values_list("survey").annotate(
        asked=Count("pk", filter=Q(state__in=(states.SENT, states.ANSWERED))),
        answered=Count("pk", filter=Q(state=states.ANSWERED)),
    )  # fmt: skip
    found: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    found.update({survey: (asked, answered) for survey, asked, answered in rows})
    return found
