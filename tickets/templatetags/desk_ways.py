"""By which way the answer on a ticket goes, where it is not plainly back to a mail."""

from dataclasses import dataclass

from django import template
from django.utils.translation import gettext as _

from carecenter.lib.kinds import Capability, can, kind_of
from tickets.domain.errors import NoRecipient
from tickets.domain.routes import route_of
from tickets.domain.signatures import signature_for
from tickets.models import Ticket

register = template.Library()


@dataclass(frozen=True)
class Way:
    """`words` for the composer; `is_open` when it can go at all, `is_live` when it is read at once."""

    words: str
    is_live: bool = False
    is_open: bool = True
    is_mail: bool = False


@register.simple_tag(takes_context=True)
def signature_below(context: template.Context, way: Way | None) -> str:
    """As it stands below the answer that is being written; nothing where the answer is no mail."""
    if way is not None and not way.is_mail:
        return ""
    return signature_for(context["ticket"], context["request"].user)


@register.simple_tag
def answer_way(ticket: Ticket) -> Way | None:
    """None for tickets of mails, calls and notes, which cost no query here."""
    kind = kind_of(ticket.last_kind)
    if {Capability.ADDRESSES, Capability.BY_HAND} & kind.capabilities or not kind.capabilities:
        return None
    try:
        route = route_of(ticket)
    except NoRecipient as error:
        return Way(str(error), is_open=False)
    if route.can(Capability.LIVE):
        name = route.to["name"] or _("the visitor")
        return Way(_("in the chat, to %(name)s") % {"name": name}, is_live=True)
    if can(route.kind, Capability.ADDRESSES):
        return Way(_("by mail, to %(address)s") % {"address": route.to["address"]}, is_mail=True)
    return Way(_("by %(kind)s") % {"kind": kind_of(route.kind).label})
