"""Did a browser stop something on our pages?"""

from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, counted
from carecenter.policy_reports import keeping


def vitals() -> list[Vital]:
    advice = _(
        "Below stands what was blocked and where: a mistake of ours, or somebody who put foreign code there."
    )
    return [
        counted(
            "policy_violations",
            _("Blocked by browsers on our pages, today"),
            keeping.of_today(),
            Limits(warning=1),
            advice=advice,
        )
    ]
