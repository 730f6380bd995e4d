"""What every view of a contact form needs: the inbox behind the key, the sheet, and the page around it."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from carecenter.api.throttles import take
from carecenter.lib.hosts import network_of
from carecenter.lib.kinds import Capability, can
from carecenter.lib.time import now
from channels_app.domain import doors
from channels_app.forms import SheetForm
from channels_app.models import Connection
from customers.models import OwnField
from tickets.domain.fields.reading import fields_of_brand
from workforce.domain.opening import opening_of

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


def get_page(key: str) -> Connection:
    connection = doors.find_connection(key)
    if connection is None or not can(connection.inbox.kind, Capability.PAGE):
        raise Http404
    return connection


def form_of(
    request: HttpRequest, connection: Connection | None, own: list[OwnField] | None = None
) -> SheetForm:
    takes_files = connection is None or connection.config.get("takes_files", True)
    own = own_fields(connection) if own is None else own
    if request.method == "POST":
        return SheetForm(request.POST, request.FILES, takes_files=takes_files, own=own)
    return SheetForm(initial={"slip": slip_of(request)}, takes_files=takes_files, own=own)


def own_fields(connection: Connection | None) -> list[OwnField]:
    """What the brand asks customers for beside the message."""
    if connection is None:
        return []
    return [field for field in fields_of_brand(connection.inbox.brand) if field.is_public]


def slip_of(request: HttpRequest) -> str:
    """The same for one browser within an hour: who goes back and sends the same words again sends the same sheet."""
    get_token(request)
    words = f"{request.META['CSRF_COOKIE']}:{now():%Y%m%d%H}"
    return salted_hmac("channels_app.sheet", words, algorithm="sha256").hexdigest()[:40]


def may(request: HttpRequest, what: str, per_minute: int) -> bool:
    """So many a minute from one network. Without Valkey anybody may."""
    taken = take(f"{what}:{network_of(request.META.get('REMOTE_ADDR', ''))}", per_minute=per_minute)
    return taken is None or taken[0]


def show(
    request: HttpRequest, form: SheetForm, connection: Connection, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {**look(connection), "form": form, "seen": request.POST.get("asked", ""), **more}
    return render(request, "channels_app/form_page.html", context, status=status)


def look(connection: Connection | None) -> dict[str, Any]:
    """Name and words of the page; the brand's colour comes with the frame around it."""
    if connection is None:
        return {"brand": None, "config": {}, "key": ""}
    inbox = connection.inbox
    return {
        "brand": inbox.brand,
        "page_language": inbox.brand.language,
        "config": connection.config,
        "opening": opening_of(inbox.hours, now()),
        "key": inbox.key,
        "suggests": connection.config.get("suggest", True) is True,
    }
