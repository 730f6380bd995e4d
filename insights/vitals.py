"""Are the numbers up to date, and is everything in them?"""

from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, counted, overdue
from insights.models import ParkedTicket, Progress
from tickets.models import Ticket

LATE = Limits(warning=600, trouble=24 * 3600)
MANY = 1000  # counted no further
SHOWN = 3


def vitals() -> list[Vital]:
    progress = Progress.objects.filter(pk=1).first()
    advice = _("After a large import or a rebuild this takes a while; else look at the worker's log.")
    since = progress.counted_at if progress else None
    return [
        overdue("insights_overdue_seconds", _("The numbers are behind"), since, LATE, advice=advice),
        parked(),
    ]


def parked() -> Vital:
    """Which, and where it failed, so that somebody can look."""
    many = ParkedTicket.objects.all()[:MANY].count()
    rows = list(ParkedTicket.objects.order_by("parked_at")[:SHOWN]) if many else []
    numbers = dict(Ticket.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "number"))
    named = "; ".join(f"#{numbers.get(row.pk, row.pk)} {row.reason}" for row in rows)
    advice = _(
        "The others are counted; these are tried again by themselves. After a mend, run rebuild_facts. %(named)s"
    )
    label = _("Tickets that cannot be counted")
    return counted("insights_parked", label, many, Limits(warning=1), advice=advice % {"named": named})
