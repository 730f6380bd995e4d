"""Who looks at our pages: nobody's name, a random key that their browser keeps for us."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from carecenter.lib.cookies import of_host
from carecenter.lib.ids import new_token

COOKIE = of_host("carecenter_visitor")
KEPT = timedelta(days=180)
_KEY = re.compile(r"[a-z0-9]{26,40}")


def visitor_of(request: HttpRequest) -> str:
    """The visitor as visits know them. Who brings no key gets one, if the view lets `remember` write the answer."""
    key = request.COOKIES.get(COOKIE, "")
    if not is_key(key):
        more: Any = request
        key = more.new_visitor = getattr(request, "new_visitor", "") or new_token()
    return visitor_from(key)


def is_known(request: HttpRequest) -> bool:
    """Has this browser brought a key back to us? Robots that only read never do."""
    return is_key(request.COOKIES.get(COOKIE, ""))


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser the key that `visitor_of` made, if it made one. First-party, unreadable for scripts."""
    if key := getattr(request, "new_visitor", ""):
        response.set_cookie(
            COOKIE,
            key,
            max_age=KEPT,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def visitor_from(key: str) -> str:
    """What is stored instead of the key: with our rows alone nobody can pose as the browser or find it."""
    return salted_hmac("knowledge_base.visitor", key, algorithm="sha256").hexdigest()


def is_key(given: str) -> bool:
    return bool(_KEY.fullmatch(given))
