"""What a ready-made reply leaves open, filled in for one ticket: {{customer.first_name}} becomes "Dana"."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models import Ticket

HOLE = re.compile(r"\{\{\s*([\w.]{1,60})\s*\}\}")
LOOSE = re.compile(r"[ \t]+([,.!?;:])")  # what an empty placeholder leaves: "Hello , "
Fill = Callable[[Ticket, User], str]


def customer_name(ticket: Ticket) -> str:
    return ticket.customer.name if ticket.customer else ""


def first_name(name: str) -> str:
    """Of what people are called by; an address is no name."""
    return "" if "@" in name or not name.strip() else name.split(maxsplit=1)[0].strip(",")


# name -> (what it stands for, how it is filled)
PLACEHOLDERS: Final[dict[str, tuple[object, Fill]]] = {
    "customer.first_name": (
        _("the customer's first name"),
        lambda ticket, _u: first_name(customer_name(ticket)),
    ),
    "customer.name": (_("the customer's name"), lambda ticket, _user: customer_name(ticket)),
    "agent.name": (_("your name"), lambda _ticket, user: user.name),
    "agent.first_name": (_("your first name"), lambda _ticket, user: first_name(user.name)),
    "ticket.number": (_("the number of the ticket"), lambda ticket, _user: str(ticket.number)),
    "ticket.subject": (_("the subject"), lambda ticket, _user: ticket.subject),
    "brand.name": (_("the name of the brand"), lambda ticket, _user: ticket.brand.name),
    "team.name": (_("the name of the team"), lambda ticket, _user: ticket.team.name if ticket.team else ""),
}


@dataclass
class Filled:
    """`open` names the placeholders nothing is known for: they are left out, and the agent is told."""

    text: str
    open: list[str] = field(default_factory=list)


def fill(text: str, *, ticket: Ticket, agent: User) -> Filled:
    """The text with everything filled in that is known. No placeholder ever remains in it."""
    filled = Filled("")

    def put(found: re.Match[str]) -> str:
        known = PLACEHOLDERS.get(found[1])
        value = known[1](ticket, agent) if known else ""
        if not value and found[1] not in filled.open:
            filled.open.append(found[1])
        return value

    filled.text = HOLE.sub(put, text)
    if filled.open:
        filled.text = LOOSE.sub(r"\1", filled.text)
    return filled


def hole(name: str) -> str:
    """As it is typed: {{name}}."""
    return "{{" + name + "}}"


def likely(name: str) -> str:
    """The placeholder that is meant by one that does not exist; empty when none is close."""
    by_end = [known for known in PLACEHOLDERS if known.rpartition(".")[2] == name]
    return next(iter([*difflib.get_close_matches(name, PLACEHOLDERS, n=1), *by_end]), "")


def unknown_in(text: str) -> list[str]:
    """Placeholders that do not exist, for who writes the reply."""
    return [name for name in dict.fromkeys(HOLE.findall(text)) if name not in PLACEHOLDERS]
