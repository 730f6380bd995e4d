"""One request to a customer's own pages: whose brand, who is signed in, in which language."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from accounts.models import Brand
from channels_app.domain import online
from portal.customers import me_at
from portal.domain.sessions import Me
from portal.languages import speak
from portal.pages import lost, reader_of, zone_of
from tickets.models import Ticket

P = ParamSpec("P")
Open = Callable[Concatenate[HttpRequest, Brand, P], HttpResponseBase]
Mine = Callable[Concatenate[HttpRequest, Me, P], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def open_page(view: Open[P]) -> Guarded[P]:
    """For who is not signed in: the view gets the brand."""

    @functools.wraps(view)
    def shown(request: HttpRequest, brand: str, *args: P.args, **values: P.kwargs) -> HttpResponseBase:
        found = get_object_or_404(Brand.objects.select_related("pool"), slug=brand)
        me = me_at(request, found)
        with speak(*languages_for(request, found, me)), timezone.override(zone_for(found, me)):
            try:
                response = view(request, found, *args, **values)
            except Http404:
                response = lost(request, reader_of(request, found, translation.get_language() or ""))
            response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        add_never_cache_headers(response)
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return shown


def my_page(view: Mine[P]) -> Guarded[P]:
    """For the customer: the view gets their session. Others are led to the sign-in, and back after it."""

    @open_page
    @functools.wraps(view)
    def shown(request: HttpRequest, brand: Brand, *args: P.args, **values: P.kwargs) -> HttpResponseBase:
        me = me_at(request, brand)
        if me is None:
            return to_sign_in(request, brand)
        return view(request, me, *args, **values)

    return shown


def to_sign_in(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What was sent is lost with it, so only pages are come back to."""
    path = my_address(brand, "sign_in")
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else my_address(brand, "tickets")
    return redirect(f"{path}?{urlencode({'next': wanted})}")


def addressee_of(request: HttpRequest, brand: Brand, wanted: str) -> str:
    """Where our mail went whose link led to this page of ours; "" for any other page."""
    parts = urlsplit(wanted)
    try:
        found = resolve(parts.path, urlconf=getattr(request, "urlconf", None))
    except Resolver404:
        return ""
    key = parse_qs(parts.query).get(online.KEY, [""])[0]
    if not key or found.view_name != "my:ticket":
        return ""
    ticket = Ticket.objects.filter(brand=brand, token=found.kwargs["token"]).first()
    return online.find_address(ticket, key) if ticket is not None else ""


def my_address(brand: Brand, page: str, **values: str) -> str:
    """Of `my:page`, as this request's host has it."""
    return reverse(f"my:{page}", kwargs={"brand": brand.slug, **values})


def languages_for(request: HttpRequest, brand: Brand, me: Me | None) -> tuple[str, ...]:
    """The customer's, else those the browser lists, else the brand's."""
    asked = [
        one.split(";")[0].strip().lower() for one in request.headers.get("Accept-Language", "").split(",")[:8]
    ]
    known = me.customer.language if me is not None and not me.is_narrow else ""
    return (known, *asked, brand.language)


def zone_for(brand: Brand, me: Me | None) -> ZoneInfo:
    try:
        return ZoneInfo(me.customer.zone) if me is not None and me.customer.zone else zone_of(brand)
    except (KeyError, ValueError, OSError):
        return zone_of(brand)


def show(
    request: HttpRequest, brand: Brand, template: str, page: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        "brand": brand,
        "me": me_at(request, brand),
        "page_language": translation.get_language() or "",
        **page,
    }
    return render(request, f"portal/my/{template}.html", context, status=status)
