"""The firm's own fields on a ticket's page: each is stored by itself when it is changed, and can be put back."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accounts.views.guard import StaffRequest
from carecenter.lib.way_back import recall, remember
from tickets.access import can_edit
from tickets.domain.fields import values
from tickets.domain.fields.reading import fields_of
from tickets.models import Ticket
from tickets.views.changes import change, undo
from tickets.views.responses import changed


@change(can_edit)
def set_field(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """`key` says which; `value` is what it shall be, several of them for a list, none to empty it."""
    if token := request.GET.get("undo", ""):
        return put_back(request, ticket, token)
    key = request.POST.get("key", "")
    fields = {field.key: field for field in fields_of(ticket)}
    if key not in fields:
        raise Http404
    given: Any = request.POST.getlist("value")
    if fields[key].kind != "choices":
        given = given[0] if given else None
    before = ticket.fields
    after = values.set_fields(ticket, {key: given}, actor=request.user).fields
    was = {one: before.get(one) for one in {*before, *after} if before.get(one) != after.get(one)}
    if not was:
        return changed(request, ticket)
    text = _("%(field)s is saved.") % {"field": fields[key].label}
    return changed(request, ticket, text, undo=way_back(ticket, was), key=f"field-{key}")


def way_back(ticket: Ticket, was: dict[str, Any]) -> str:
    """An address that puts these values back. Texts stay out of it."""
    token = remember("field", ticket.pk, was)
    return undo("field", ticket, undo=token) if token else ""


def put_back(request: StaffRequest, ticket: Ticket, token: str) -> HttpResponse:
    was = recall("field", ticket.pk, token)
    if was is None:
        raise Http404
    values.put_back(ticket, was, actor=request.user)
    return changed(request, ticket, _("As it was."))
