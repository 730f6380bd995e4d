"""One request to a brand's help centre: whose, in which language, for whom; and its answer in the brand's look."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import Brand
from knowledge_base.domain.reading import Reader, languages_of
from knowledge_base.models import Visibility
from portal.addresses import address
from portal.customers import visibilities_of
from portal.languages import is_rtl, native_name, speak

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Choice:
    """A language the page may be read in."""

    code: str
    url: str
    is_current: bool

    @property
    def name(self) -> str:
        return native_name(self.code)


def help_page(view: View) -> View:
    """The view gets a `Reader` of the brand and the language in the address; what it does not find is in its look.

    Brands that do not exist are not told from brands without help.
    """

    @functools.wraps(view)
    def shown(request: HttpRequest, brand: str, language: str = "", **values: Any) -> HttpResponseBase:
        found = get_object_or_404(Brand.objects.in_use(), slug=brand)
        reader = reader_of(request, found, language)
        with speak(reader.language, found.language), timezone.override(zone_of(found)):
            try:
                response: HttpResponseBase = view(request, reader, **values)
            except Http404:
                response = lost(request, reader)
        response.headers["Content-Language"] = reader.language
        if len(reader.visibilities) > 1:
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    return shown


def reader_of(request: HttpRequest, brand: Brand, language: str = "") -> Reader:
    return Reader(brand, language or brand.language, visibilities_of(request, brand))


def zone_of(brand: Brand) -> ZoneInfo:
    """A zone that this machine does not know must not take the page down."""
    try:
        return ZoneInfo(brand.zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def show(
    request: HttpRequest, reader: Reader, template: str, page: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        "brand": reader.brand,
        "page_language": reader.language,
        "page_direction": "rtl" if is_rtl(reader.language) else "ltr",
        "is_signed_in": Visibility.SIGNED_IN in reader.visibilities,
        **page,
    }
    return render(request, template, context, status=status)


def lost(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Nothing here, or not for this reader: said in the brand's look, with a search and a way to a person."""
    choices = languages(reader, "home")
    return show(request, reader, "portal/lost.html", {"languages": choices}, status=404)


def languages(reader: Reader, name: str, **values: Any) -> list[Choice]:
    """The page in each language that the brand writes in; one that it does not write in is added, for it is shown."""
    codes = languages_of(reader.brand, reader.visibilities)
    if reader.language not in codes:
        codes.append(reader.language)
    return [
        Choice(code, address(reader.brand, name, code, **values), code == reader.language) for code in codes
    ]


def other_language(request: HttpRequest, choices: list[Choice]) -> Choice | None:
    """The page in the language that the visitor's browser likes best, when it is not the one shown."""
    wanted = request.headers.get("Accept-Language", "")[:100].split(",")[0].split(";")[0].strip().lower()
    code = wanted.partition("-")[0]
    current = next((one for one in choices if one.is_current), None)
    if not code or current is None or current.code.partition("-")[0] == code:
        return None
    return next((one for one in choices if one.code.partition("-")[0] == code), None)
