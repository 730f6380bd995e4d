"""What the core knows of this kind without loading it."""

from django.utils.translation import gettext_lazy as _

from carecenter.lib.kinds import Capability, Kind
from channels_app.kinds.base import About

ABOUT = About(
    kind=Kind(
        code="portal",
        label=_("Help centre"),
        icon="help-circle",
        capabilities=frozenset({Capability.ATTACHMENTS, Capability.OWN_PAGES}),
    ),
    adapter="channels_app.kinds.portal.adapter.PortalAdapter",
    settings_form="channels_app.kinds.portal.forms.PortalForm",
)
