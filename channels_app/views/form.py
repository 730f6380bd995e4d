"""/f/<key>/: a page where anybody writes to an inbox. Needs no script, no sign-in and no consent."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from carecenter.api.throttles import take
from carecenter.lib.hosts import network_of
from carecenter.lib.ids import new_token
from channels_app.domain import sheets
from channels_app.domain.errors import TooLarge
from channels_app.forms import SheetForm
from channels_app.models import Connection
from channels_app.tasks import send_inbound
from channels_app.views.form_answers import first_look, note_sent
from channels_app.views.form_page import AWAY, form_of, get_page, look, not_too_large, own_fields, show
from customers.field_inputs import PREFIX
from knowledge_base.visitors import remember, visitor_of

logger = logging.getLogger(__name__)


@csrf_exempt
@not_too_large
@csrf_protect
@cache_control(
    private=True, no_cache=True
)  # not no-store: who goes back finds the slip and the words as they were
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The form; what is sent is stored before anybody is thanked. Without a database the text stays in the page."""
    try:
        connection = get_page(key)
        own = own_fields(connection)
    except AWAY:
        return unavailable(request, None)
    with translation.override(connection.inbox.brand.language):
        form = form_of(request, connection, own)
        if request.method != "POST":
            return blank(request, form, connection)
        if is_robot(request):
            return redirect("page:thanks", key, new_token())
        if request.POST.get("back"):  # from an answer that did not help: as it was, and nothing is wrong yet
            return show(
                request,
                SheetForm(initial=given_in(request), takes_files="uploads" in form.fields, own=form.own),
                connection,
            )
        if not form.is_valid():
            return show(request, form, connection, status=422)
        if not may_write(request, form.cleaned_data["email"]):
            form.add_error(None, _("That was a lot at once. Wait a minute, then send it again."))
            return show(request, form, connection, status=429)
        return first_look(request, form, connection) or take_in(request, form, connection)


def given_in(request: HttpRequest) -> dict[str, object]:
    """What was typed, several values where several were ticked."""
    return {name: many if len(many) > 1 else many[0] for name, many in request.POST.lists() if many}


def blank(request: HttpRequest, form: SheetForm, connection: Connection) -> HttpResponse:
    """The empty form, and a key for the visitor: it must be there before they type, or one would count as two."""
    response = show(request, form, connection)
    visitor_of(request)
    remember(request, response)
    return response


def take_in(request: HttpRequest, form: SheetForm, connection: Connection) -> HttpResponse:
    try:
        record = sheets.hand_in(connection, form.sheet(), peer=request.META.get("REMOTE_ADDR", ""))
    except TooLarge:
        form.add_error(None, _("This is too large. Send fewer or smaller files."))
        return show(request, form, connection, status=422)
    except AWAY as error:
        logger.warning("a form could not be stored: %s", type(error).__name__)
        return unavailable(request, connection, form)
    send_inbound([record.pk])
    note_sent(request, form, connection, record.pk)
    return redirect("page:thanks", connection.inbox.key, record.key)


@never_cache
@require_safe
def thanks(request: HttpRequest, key: str, sheet: str) -> HttpResponse:
    """The number of the ticket once there is one; thanks in any case."""
    try:
        connection = get_page(key)
        record = sheets.wait_for_ticket(connection, sheet)
    except AWAY:
        return render(request, "channels_app/form_thanks.html", look(None))
    ticket = record.ticket if record else None
    with translation.override(connection.inbox.brand.language):
        return render(request, "channels_app/form_thanks.html", {**look(connection), "ticket": ticket})


def is_robot(request: HttpRequest) -> bool:
    """Filled in what nobody sees."""
    return bool(request.POST.get(SheetForm.TRAP, ""))


def may_write(request: HttpRequest, email: str) -> bool:
    """So many a minute from one network, fewer under one e-mail address. Without Valkey anybody may."""
    limits = settings.FORM_RATE_PER_MINUTE
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    asked = ((f"form-net:{network}", limits["net"]), (f"form-email:{email.lower()}", limits["email"]))
    taken = [take(key, per_minute=limit) for key, limit in asked]
    return all(one is None or one[0] for one in taken)


def unavailable(
    request: HttpRequest, connection: Connection | None, form: SheetForm | None = None
) -> HttpResponse:
    """Try again: with the form as it was filled in, where it was. What is not known to be a field now is carried on."""
    context = {**look(connection), "is_away": True}
    if request.method == "POST":
        context |= {"form": form or form_of(request, None), "seen": request.POST.get("asked", "")}
        if form is None:
            own = [name for name in request.POST if name.startswith(PREFIX)]
            context["carried"] = [(name, value) for name in own for value in request.POST.getlist(name)]
    response = render(request, "channels_app/form_page.html", context, status=503)
    response["Retry-After"] = "10"
    return response
