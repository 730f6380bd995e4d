"""/f/<key>/: a page where anybody writes to an inbox. Needs no script, no sign-in and no consent."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from carecenter.api.throttles import take
from carecenter.lib.colours import safe_colour, text_on
from carecenter.lib.ids import new_token
from carecenter.lib.kinds import Capability, can
from carecenter.lib.time import now
from channels_app.domain import doors, sheets
from channels_app.domain.errors import TooLarge
from channels_app.forms import SheetForm
from channels_app.models import Connection
from channels_app.tasks import send_inbound

logger = logging.getLogger(__name__)
AWAY = (OperationalError, InterfaceError, OSError)
FORM_BYTES = 1_000_000  # words and borders of a form, beside its files
View = Callable[..., HttpResponse]


def not_too_large(view: View) -> View:
    """Said before the body is read: a robot must not fill our disk."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.UPLOAD_SIZE_LIMIT + FORM_BYTES:
            response = render(request, "channels_app/form_too_large.html", look(None), status=413)
            response["Connection"] = "close"
            return response
        return view(request, *args, **kwargs)

    return guarded


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
    except AWAY:
        return unavailable(request, None)
    with translation.override(connection.inbox.brand.language):
        form = form_of(request, connection)
        if request.method != "POST":
            return show(request, form, connection)
        if is_robot(request):
            return redirect("page:thanks", key, new_token())
        if not form.is_valid():
            return show(request, form, connection, status=422)
        if not may_write(request, form.cleaned_data["email"]):
            form.add_error(None, _("That was a lot at once. Wait a minute, then send it again."))
            return show(request, form, connection, status=429)
        return take_in(request, form, connection)


def take_in(request: HttpRequest, form: SheetForm, connection: Connection) -> HttpResponse:
    try:
        record = sheets.hand_in(connection, form.sheet(), peer=request.META.get("REMOTE_ADDR", ""))
    except TooLarge:
        form.add_error(None, _("This is too large. Send fewer or smaller files."))
        return show(request, form, connection, status=422)
    except AWAY as error:
        logger.warning("a form could not be stored: %s", type(error).__name__)
        return unavailable(request, connection)
    send_inbound([record.pk])
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


def get_page(key: str) -> Connection:
    connection = doors.find_connection(key)
    if connection is None or not can(connection.inbox.kind, Capability.PAGE):
        raise Http404
    return connection


def form_of(request: HttpRequest, connection: Connection | None) -> SheetForm:
    takes_files = connection is None or connection.config.get("takes_files", True)
    if request.method == "POST":
        return SheetForm(request.POST, request.FILES, takes_files=takes_files)
    return SheetForm(initial={"slip": slip_of(request)}, takes_files=takes_files)


def slip_of(request: HttpRequest) -> str:
    """The same for one browser within an hour: who goes back and sends the same words again sends the same sheet."""
    get_token(request)
    words = f"{request.META['CSRF_COOKIE']}:{now():%Y%m%d%H}"
    return salted_hmac("channels_app.sheet", words, algorithm="sha256").hexdigest()[:40]


def is_robot(request: HttpRequest) -> bool:
    """Filled in what nobody sees."""
    return bool(request.POST.get(SheetForm.TRAP, ""))


def may_write(request: HttpRequest, email: str) -> bool:
    """So many a minute from one network address, fewer under one e-mail address. Without Valkey anybody may."""
    limits = settings.FORM_RATE_PER_MINUTE
    peer = request.META.get("REMOTE_ADDR", "")
    asked = ((f"form-net:{peer}", limits["net"]), (f"form-email:{email.lower()}", limits["email"]))
    taken = [take(key, per_minute=limit) for key, limit in asked]
    return all(one is None or one[0] for one in taken)


def show(request: HttpRequest, form: SheetForm, connection: Connection, status: int = 200) -> HttpResponse:
    return render(request, "channels_app/form_page.html", {**look(connection), "form": form}, status=status)


def unavailable(request: HttpRequest, connection: Connection | None) -> HttpResponse:
    """Try again: with the form as it was filled in, where it was."""
    context = {**look(connection), "is_away": True}
    if request.method == "POST":
        context["form"] = form_of(request, connection)
    response = render(request, "channels_app/form_page.html", context, status=503)
    response["Retry-After"] = "10"
    return response


def look(connection: Connection | None) -> dict[str, Any]:
    """Name, colour and words of the page."""
    if connection is None:
        return {"brand": None, "config": {}, "colour": "", "on_colour": ""}
    brand = connection.inbox.brand
    return {
        "brand": brand,
        "config": connection.config,
        "colour": safe_colour(brand.color),
        "on_colour": text_on(brand.color),
    }
