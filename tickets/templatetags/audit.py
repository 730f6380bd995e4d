"""Lines of the audit trail in words."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from tickets.domain.audit import Line
from tickets.event_words import WORDS

register = template.Library()


@register.filter
def event_words(name: str) -> Any:
    return WORDS.get(name, name)


@register.simple_tag
def actor_words(line: Line) -> str:
    """Who did it. A person who is gone is still somebody."""
    kind = line.event.actor.partition(":")[0]
    if kind == "user":
        return line.person or _("Somebody who was here")
    return _("A customer") if kind == "customer" else _("The system")
