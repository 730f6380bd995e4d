"""Did what customers asked about their data happen?"""

from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, counted
from portal.models import DataRequest


def vitals() -> list[Vital]:
    failed = DataRequest.objects.filter(state=DataRequest.State.FAILED).count()
    advice = _("Open Privacy on the desk: each says what went wrong and can be tried again.")
    return [
        counted(
            "data_requests_failed",
            _("Requests about data that failed"),
            failed,
            Limits(trouble=1),
            advice=advice,
        )
    ]
