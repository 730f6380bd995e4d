"""What ways there are in which people reach us: a table filled by the apps that own the kinds.

Code asks `can(kind, Capability.…)`, never what a kind is called: a new one needs no change elsewhere.
"""

import enum
from dataclasses import dataclass, field
from typing import Any


class Capability(enum.Enum):
    """What a kind can do."""

    LIVE = "live"  # both ends are there at the same time: lines instead of letters
    HTML = "html"
    ATTACHMENTS = "attachments"
    UNDO = "undo"  # an answer waits a moment before it leaves
    TYPING = "typing"
    PUBLIC = "public"  # others can read along
    ANSWERS = "answers"  # an answer can leave by it
    ADDRESSES = "addresses"  # people are reached at e-mail addresses, and we may write first
    FETCHED = "fetched"  # the other side reads its answers from us: a row written is an answer sent
    PAGE = "page"  # people write on a page of ours, at the inbox's key
    OWN_PAGES = "own_pages"  # customers write in their own pages, behind their sign-in
    BY_HAND = "by_hand"  # crosses no border: a colleague writes it down


@dataclass(frozen=True)
class Kind:
    """`label` and `write_label` ("Write an e-mail") are lazy translations; `icon` is a name of `lib.icons`."""

    code: str
    label: Any
    icon: str
    capabilities: frozenset[Capability] = field(default_factory=frozenset)
    write_label: Any = ""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Called by an app when it is ready. The same code again replaces the entry."""
    _kinds.update({kind.code: kind for kind in kinds})


def kind_of(code: str) -> Kind:
    """What is known of a kind; of one whose code is gone, that its rows can still be shown."""
    return _kinds.get(code) or Kind(code, code, "world")


def can(code: str, capability: Capability) -> bool:
    return capability in kind_of(code).capabilities


def kinds_that(capability: Capability) -> tuple[str, ...]:
    """Codes of the kinds that can do this, in the order of their registration."""
    return tuple(code for code, kind in _kinds.items() if capability in kind.capabilities)


def kind_choices() -> list[tuple[str, Any]]:
    return [(code, kind.label) for code, kind in _kinds.items()]
