"""Do surveys leave when they should?"""

from django.db.models import Min
from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, overdue
from feedback.models import Invitation

LATE = Limits(warning=3600, trouble=24 * 3600)


def vitals() -> list[Vital]:
    due = Invitation.objects.filter(state=Invitation.State.PLANNED).aggregate(due=Min("send_at"))["due"]
    advice = _("The worker does not run: what is later than its rule allows is not asked any more.")
    return [overdue("surveys_overdue_seconds", _("Surveys wait to leave"), due, LATE, advice=advice)]
