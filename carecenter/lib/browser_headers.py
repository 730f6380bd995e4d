"""What every answer tells the browser, unless its view says otherwise."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Nothing of ours asks for them: foreign code on a page shall not either.
NOT_NEEDED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
    "payment", "usb",
)  # fmt: skip
PERMISSIONS = ", ".join(f"{name}=()" for name in NOT_NEEDED)
# What a browser keeps of a person goes when they leave: files, drafts of chats, words searched for.
FORGET = '"cache", "storage"'


class BrowserHeaders:
    """Pages of who has a session are kept by nobody; files and pages are for our own pages alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Reporting-Endpoints", f'policy="{settings.POLICY_REPORTS}"')
        if settings.SESSION_COOKIE_NAME in request.COOKIES:  # not request.user: public pages ask no session
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def clear_browser(response: HttpResponse) -> HttpResponse:
    """For signing out: the browser forgets what it kept of this site."""
    response["Clear-Site-Data"] = FORGET
    return response
