"""Who has the same ticket open: told from socket to socket, kept nowhere.

Each socket says when it comes, every time it says that it is alive, and when it goes; screens forget whom they have
not heard of for a while. So nothing has to be tidied up after a process that was killed.
"""

import time
from typing import Any

from accounts.permissions import Scope
from tickets.consumers.admission import Rights
from tickets.domain.facts import GONE, Place

HERE = "viewer.here"
LEFT = "viewer.left"
MODES = ("public", "internal")
STILL_WRITING_SECONDS = 45


def group_of(ticket_id: int) -> str:
    return f"ticket-{ticket_id}"


class Viewing:
    """What one socket has open, and what it writes there."""

    def __init__(self, rights: Rights, place: Place, channel: str) -> None:
        self.rights = rights
        self.place = place
        self.channel = channel
        self.mode = ""
        self.wrote_at = 0.0

    @property
    def group(self) -> str:
        return group_of(self.place.ticket_id)

    def write(self, mode: str) -> None:
        """The person typed just now; an empty mode says that nothing is there any more."""
        self.mode = mode if mode in MODES else ""
        self.wrote_at = time.monotonic()

    def fact(self, name: str = HERE) -> dict[str, Any]:
        since = time.monotonic() - self.wrote_at
        writes = self.mode and since < STILL_WRITING_SECONDS
        return {
            "name": name,
            "ticket": self.place.ticket_id,
            "user": self.rights.user_id,
            "who": self.rights.name,
            "screen": self.channel[-12:],
            "mode": self.mode if writes else "",
            "since": round(since) if writes else None,
        }

    def moved(self, fact: dict[str, Any], scope: Scope) -> bool:
        """Follow the ticket to the team a fact names. False when the person may not see it there."""
        if fact.get("ticket") != self.place.ticket_id:
            return True
        if fact["name"] == GONE:
            return False
        if "team" in fact:
            self.place = Place(self.place.ticket_id, fact.get("brand", self.place.brand_id), fact["team"])
        return self.place.is_in(scope)
