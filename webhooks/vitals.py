"""Do other systems hear what they asked for?"""

from django.db.models import Min
from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, counted, overdue
from webhooks.models import Delivery, Webhook

LATE = Limits(warning=120, trouble=1800)


def vitals() -> list[Vital]:
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, webhook__is_on=True, tries=0)
    due = waiting.filter(webhook__failing_since__isnull=True).aggregate(due=Min("next_try_at"))["due"]
    return [
        overdue(
            "webhooks_overdue_seconds", _("Events for other systems wait"), due, LATE,
            advice=_("The worker does not run or does not keep up: look at its log."),
        ),
        counted(
            "webhooks_troubled", _("Webhooks in trouble"), Webhook.objects.in_trouble().count(), Limits(warning=1),
            advice=_("Open the webhook: its log says what the other side answered."),
        ),
    ]  # fmt: skip
