"""Did what customers asked about their data happen?"""

from datetime import timedelta

from django.utils.translation import gettext as _

from carecenter.lib.time import now
from carecenter.lib.vitals import Limits, Vital, counted
from portal.models import DataRequest, PoolExport


def vitals() -> list[Vital]:
    failed = DataRequest.objects.filter(state=DataRequest.State.FAILED).count()
    advice = _("Open Privacy on the desk: each says what went wrong and can be tried again.")
    lately = PoolExport.objects.filter(state=PoolExport.State.FAILED, asked_at__gt=now() - timedelta(days=7))
    return [
        counted(
            "data_requests_failed",
            _("Requests about data that failed"),
            failed,
            Limits(trouble=1),
            advice=advice,
        ),
        counted(
            "data_exports_failed",
            _("Exports of all data that failed"),
            lately.count(),
            Limits(warning=1),
            advice=_("Look at the room on the disk, then ask for it again at Data."),
        ),
    ]
