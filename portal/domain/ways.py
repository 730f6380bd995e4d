"""How somebody who reads a brand's help reaches a person of that brand."""

from dataclasses import dataclass

from accounts.models import Brand
from carecenter.lib.kinds import Capability, can
from tickets.models import Inbox
from workforce.models import Hours


@dataclass(frozen=True)
class Ways:
    """Keys of the inboxes, "" where there is none."""

    form: str = ""
    chat: str = ""
    hours: Hours | None = None  # of the chat, else of the form


def ways_to(brand: Brand) -> Ways:
    """The brand's first open form and first open chat, in one query."""
    rows = Inbox.objects.filter(brand=brand, is_active=True, connection__is_active=True)
    forms, chats = [], []
    for inbox in rows.select_related("hours").order_by("pk"):
        if can(inbox.kind, Capability.PAGE):
            forms.append(inbox)
        elif can(inbox.kind, Capability.LIVE) and can(inbox.kind, Capability.TYPING):
            chats.append(inbox)
    first = [*chats[:1], *forms[:1]]
    return Ways(
        form=forms[0].key if forms else "",
        chat=chats[0].key if chats else "",
        hours=first[0].hours if first else None,
    )
