"""What the core knows of this kind without loading it."""

from django.utils.translation import gettext_lazy as _

from carecenter.lib.kinds import Capability, Kind
from channels_app.kinds.base import About

ABOUT = About(
    kind=Kind(
        code="email",
        label=_("E-mail"),
        icon="mail",
        capabilities=frozenset(
            {
                Capability.HTML,
                Capability.ATTACHMENTS,
                Capability.UNDO,
                Capability.ANSWERS,
                Capability.ADDRESSES,
            }
        ),
        write_label=_("Write an e-mail"),
    ),
    adapter="channels_app.kinds.email.adapter.EmailAdapter",
    settings_form="channels_app.kinds.email.forms.EmailSettings",
    courier="mail",
)
