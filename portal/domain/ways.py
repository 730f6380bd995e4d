"""How somebody who reads a brand's help reaches a person of that brand."""

from dataclasses import dataclass

from accounts.models import Brand
from carecenter.lib.kinds import Capability, can
from tickets.models import Inbox


@dataclass(frozen=True)
class Ways:
    """Keys of the inboxes, "" where there is none."""

    form: str = ""
    chat: str = ""


def ways_to(brand: Brand) -> Ways:
    """The brand's first open form and first open chat, in one query."""
    rows = Inbox.objects.filter(brand=brand, is_active=True, connection__is_active=True)
    keys = rows.order_by("pk").values_list("key", "kind")
    forms, chats = [], []
    for key, kind in keys:
        if can(kind, Capability.PAGE):
            forms.append(key)
        elif can(kind, Capability.LIVE) and can(kind, Capability.TYPING):
            chats.append(key)
    return Ways(form=next(iter(forms), ""), chat=next(iter(chats), ""))
