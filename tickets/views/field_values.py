"""The firm's own fields on a ticket's page: each is stored by itself when it is changed, and can be put back."""

from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.views.guard import StaffRequest
from carecenter.lib.ids import new_token
from tickets.access import can_edit
from tickets.domain.fields import values
from tickets.domain.fields.reading import fields_of
from tickets.models import Ticket
from tickets.views.changes import change, undo
from tickets.views.responses import changed

UNDO_SECONDS = 120
UNDO = "ticket-fields-before-"


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
    """An address that puts these values back, for as long as the message about it stands. Texts stay out of it."""
    token = new_token()
    try:
        cache.set(f"{UNDO}{token}", {"ticket": ticket.pk, "was": was}, UNDO_SECONDS)
    except RedisError:
        return ""
    return undo("field", ticket, undo=token)


def put_back(request: StaffRequest, ticket: Ticket, token: str) -> HttpResponse:
    try:
        kept = cache.get(f"{UNDO}{token[:60]}")
    except RedisError:
        kept = None
    if kept is None or kept["ticket"] != ticket.pk:
        raise Http404
    values.put_back(ticket, kept["was"], actor=request.user)
    return changed(request, ticket, _("As it was."))
