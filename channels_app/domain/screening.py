"""What must not become work by itself: an ordered tuple of pure functions over the facts of one item.

The first that speaks decides. Nothing is thrown away: what is ignored or parked keeps its raw bytes, is listed, and a
person may open a ticket from it all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from channels_app.kinds.base import InboundEvent
from channels_app.models import InboundRecord, Reason

# A person does not write this much; a robot that answers us, or one gone wild, does.
WINDOW_SECONDS: Final = 600
FROM_ONE_SENDER: Final = 1000
ON_ONE_TICKET: Final = 40

IGNORED: Final = InboundRecord.State.IGNORED
PARKED: Final = InboundRecord.State.PARKED


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the screens look at, gathered before: they ask no database and no clock."""

    event: InboundEvent
    has_ticket: bool = False
    is_own_mark: bool = False  # carries the mark that this installation puts on what it sends
    is_own_message_id: bool = False  # its Message-ID is that of one of our answers
    is_own_sender: bool = False  # From is one of our addresses, and no Reply-To says otherwise
    is_blocked: bool = False
    is_returned_answer: bool = False  # a bounce, and we know of which answer
    from_sender: int = 0  # within the window
    on_ticket: int = 0  # of this sender on this ticket within the window


@dataclass(frozen=True, slots=True)
class Verdict:
    state: str
    reason: str


def oversize(size: int, limit: int) -> Verdict | None:
    """Asked before anything is read: the limit may have been lowered since the border took it."""
    return Verdict(PARKED, Reason.OVERSIZE) if size > limit else None


def own_mail(facts: Facts) -> Verdict | None:
    """Ours by its mark: a loop, ignored. Ours by its id only, without the mark: somebody should look."""
    if facts.is_own_mark:
        return Verdict(IGNORED, Reason.OWN_MAIL)
    return Verdict(PARKED, Reason.OWN_MAIL) if facts.is_own_message_id else None


def blocked(facts: Facts) -> Verdict | None:
    return Verdict(IGNORED, Reason.BLOCKED) if facts.is_blocked else None


def own_sender(facts: Facts) -> Verdict | None:
    """A mail between two of our inboxes could be answered for ever."""
    return Verdict(PARKED, Reason.OWN_ADDRESS) if facts.is_own_sender else None


def returned(facts: Facts) -> Verdict | None:
    """A delivery report goes to the answer it speaks of; one that speaks of none is for a person."""
    known = facts.is_returned_answer or facts.has_ticket
    return Verdict(PARKED, Reason.BOUNCE) if facts.event.is_bounce and not known else None


def automatic(facts: Facts) -> Verdict | None:
    """Out-of-office notes and newsletters open no ticket; on one they belong to, they are kept quietly."""
    is_stray = facts.event.is_auto and not facts.event.is_bounce and not facts.has_ticket
    return Verdict(PARKED, Reason.AUTOMATIC) if is_stray else None


def storm(facts: Facts) -> Verdict | None:
    too_many = facts.from_sender >= FROM_ONE_SENDER or facts.on_ticket >= ON_ONE_TICKET
    return Verdict(PARKED, Reason.STORM) if too_many else None


SCREENS: Final[tuple[Callable[[Facts], Verdict | None], ...]] = (
    own_mail,
    blocked,
    own_sender,
    returned,
    automatic,
    storm,
)


def screen(facts: Facts) -> Verdict | None:
    """The first objection, None for what may become work."""
    return next((verdict for check in SCREENS if (verdict := check(facts)) is not None), None)
