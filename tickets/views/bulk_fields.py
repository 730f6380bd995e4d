"""One of the firm's own fields for many tickets: which, and what it shall be."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.views.guard import StaffRequest
from tickets.domain.fields.many import fields_to_set, find_field_to_set, value_of
from tickets.views.merging import numbers


@login_required
@require_GET
def field_dialog(request: StaffRequest) -> HttpResponse:
    """The dialog with the first field; with `field` the input of that one, for the dialog that is open."""
    fields = list(fields_to_set(request.user))
    wanted = request.GET.get("field", "")
    field = next((one for one in fields if str(one.pk) == wanted or not wanted), None)
    if wanted and field is None:
        raise Http404
    template = "tickets/_bulk_field_value.html" if wanted else "tickets/_bulk_field.html"
    pools = {one.pool_id for one in fields}
    return render(request, template, {"fields": fields, "field": field, "several_pools": len(pools) > 1})


def field_and_value(request: StaffRequest) -> dict[str, Any]:
    """Raises Http404, and NotAllowed with a sentence."""
    pk = request.POST.get("field", "-")
    given: Any = request.POST.getlist("value")
    if len(given) < 2:  # a list of choices takes one by itself too
        given = given[0] if given else None
    field = find_field_to_set(request.user, numbers([pk], 1)[0])
    if field is None:
        raise Http404
    return value_of(field, given)
