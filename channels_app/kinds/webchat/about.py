"""What the core knows of this kind without loading it."""

from django.utils.translation import gettext_lazy as _

from carecenter.lib.kinds import Capability, Kind
from channels_app.kinds.base import About, Snippet

ABOUT = About(
    kind=Kind(
        code="webchat",
        label=_("Chat"),
        icon="message-circle",
        capabilities=frozenset(
            {
                Capability.LIVE,
                Capability.ATTACHMENTS,
                Capability.TYPING,
                Capability.ANSWERS,
                Capability.FETCHED,
            }
        ),
    ),
    adapter="channels_app.kinds.webchat.adapter.WebchatAdapter",
    settings_form="channels_app.kinds.webchat.forms.WebchatForm",
    snippets=(
        Snippet(
            _("Line for each page of your site"),
            '<script src="{base}/widget.js" data-inbox="{key}" async></script>',
        ),
    ),
)
