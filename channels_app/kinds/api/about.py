"""What the core knows of this kind without loading it."""

from django.utils.translation import gettext_lazy as _

from carecenter.lib.kinds import Capability, Kind
from channels_app.kinds.base import About, Snippet

ABOUT = About(
    kind=Kind(
        code="api",
        label=_("API"),
        icon="code",
        capabilities=frozenset(
            {Capability.HTML, Capability.ATTACHMENTS, Capability.UNDO, Capability.ANSWERS},
        ),
    ),
    adapter="channels_app.kinds.api.adapter.ApiAdapter",
    settings_form="channels_app.kinds.api.forms.ApiSettings",
    courier="http",
    snippets=(Snippet(_("Address for messages"), "{base}/api/v1/inboxes/{key}/messages/"),),
    takes_requests=True,
    drops_repeats=True,
)
