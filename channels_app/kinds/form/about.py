"""What the core knows of this kind without loading it."""

from django.utils.translation import gettext_lazy as _

from carecenter.lib.kinds import Capability, Kind
from channels_app.kinds.base import About, Snippet

ABOUT = About(
    kind=Kind(
        code="form",
        label=_("Contact form"),
        icon="forms",
        capabilities=frozenset({Capability.ATTACHMENTS, Capability.PAGE}),
    ),
    adapter="channels_app.kinds.form.adapter.FormAdapter",
    settings_form="channels_app.kinds.form.forms.FormSettings",
    snippets=(Snippet(_("Address of the page"), "{base}/f/{key}/"),),
)
