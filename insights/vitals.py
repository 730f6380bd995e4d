"""Are the numbers up to date?"""

from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, overdue
from insights.models import Progress

LATE = Limits(warning=600, trouble=24 * 3600)


def vitals() -> list[Vital]:
    progress = Progress.objects.filter(pk=1).first()
    advice = _("After a large import or a rebuild this takes a while; else look at the worker's log.")
    since = progress.counted_at if progress else None
    return [overdue("insights_overdue_seconds", _("The numbers are behind"), since, LATE, advice=advice)]
