"""The person behind a request: their session in use, their language and time zone."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

Handler = Callable[[HttpRequest], HttpResponse]


class SessionUseMiddleware:
    """Who works stays signed in. The note goes into the session that was read anyway, once in five minutes."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.session.touch()  # type: ignore[attr-defined]  # of our own store
        return self.get_response(request)


class PersonalSettingsMiddleware:
    """Pages speak the user's language, else the browser's; times are in the user's zone, else the server's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # a thread serves many people: whatever is set here ends with the request
        with translation.override(language_of(request)), timezone.override(zone_of(request)):
            response = self.get_response(request)
            response.headers.setdefault(
                "Content-Language", translation.get_language() or settings.LANGUAGE_CODE
            )
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def language_of(request: HttpRequest) -> str:
    chosen = request.user.language if request.user.is_authenticated else ""
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return translation.get_language_from_request(request)


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo:
    """The user's zone. One that this machine does not know (an older tzdata) must not take the page down."""
    chosen = request.user.zone if request.user.is_authenticated else ""
    try:
        return zoneinfo.ZoneInfo(chosen or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
