"""From a right password to a session: what is asked in between, and sessions that are old asked once more.

Who still owes a second factor has a session that holds no sign-in: pages, fragments and sockets see a stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.access import find_active
from accounts.domain import oidc, second_factor, sessions
from accounts.models import User
from accounts.views.guard import StaffRequest
from carecenter.lib.time import now

P = ParamSpec("P")
HALF = "half_signed_in"
HALF_SECONDS = 300
CONFIRMED = "confirmed_at"
FRESH_SECONDS = 600


@dataclass(frozen=True)
class Half:
    """Somebody who has given a right password a moment ago, and nothing else yet."""

    user: User
    where: str
    to_link: str = ""  # their number at the organisation's sign-in, kept once they have shown the factor


def enter(request: HttpRequest, user: User, *, how: str, where: str, to_link: str = "") -> HttpResponse:
    """In, or on to the second factor: to show it, or to set one up where a role asks for it."""
    has_factor = second_factor.has_factor(user)
    if not has_factor and not second_factor.needs_factor(user):
        return let_in(request, user, how=how, where=where)
    request.session.flush()  # the key a stranger could know is gone, and so is what they left in the session
    request.session[HALF] = {
        "user": user.pk,
        "state": user.get_session_auth_hash(),
        "at": now().timestamp(),
        "where": where,
        "to_link": to_link,
    }
    return redirect("accounts:second_factor" if has_factor else "accounts:set_up")


def let_in(request: HttpRequest, user: User, *, how: str, where: str) -> HttpResponse:
    """A session of its own, under a new key, with nothing in it from before."""
    half = half_of(request)
    request.session.flush()
    if half is not None and half.to_link and half.user.pk == user.pk:
        oidc.link(user, half.to_link)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.begin(device=request.headers.get("User-Agent", ""))  # type: ignore[attr-defined]
    request.session[CONFIRMED] = now().timestamp()
    sessions.note_sign_in(user, how=how)
    return redirect(where)


def set_up_done(request: HttpRequest, user: User) -> str:
    """The person has a new factor: who was half signed in is in now. Where they go on."""
    if request.user.is_authenticated:
        confirm(request)
        return reverse("accounts:security")
    half = half_of(request)
    let_in(request, user, how="set_up", where="home")
    return half.where if half else resolve_url(settings.LOGIN_REDIRECT_URL)


def half_of(request: HttpRequest) -> Half | None:
    """Who is half signed in; None after five minutes, a new password, or a sign-out everywhere."""
    kept: dict[str, Any] | None = request.session.get(HALF)
    if kept is None or not 0 <= now().timestamp() - kept["at"] < HALF_SECONDS:
        return None
    user = find_active(kept["user"])
    if user is None or not constant_time_compare(kept["state"], user.get_session_auth_hash()):
        return None
    return Half(user, kept["where"], kept.get("to_link", ""))


def to_the_door(request: HttpRequest) -> HttpResponse:
    """From a page that asks for more than a password, when nobody has given one."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if request.session.pop(HALF, None):
        messages.info(request, _("That took too long. Please sign in again."))
    return redirect("accounts:sign_in")


def where_next(request: HttpRequest) -> str:
    """The page the person wanted, if it is one of ours; a link in a mail must not lead elsewhere after sign-in."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def is_fresh(request: HttpRequest) -> bool:
    """Has the person shown who they are in this session within the last ten minutes?"""
    at = request.session.get(CONFIRMED)
    return at is not None and 0 <= now().timestamp() - at < FRESH_SECONDS


def confirm(request: HttpRequest) -> None:
    """They have shown it again. The session goes on under a new key."""
    request.session.cycle_key()
    request.session[CONFIRMED] = now().timestamp()


View = Callable[Concatenate[Any, P], HttpResponseBase]


def needs_fresh(*, back: str) -> Callable[[View[P]], View[P]]:
    """For what a stranger at an open desk must not do: who signed in long ago shows first who they are.

    A page comes up after that; for a button they come back to the page `back` and press it again.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        @login_required
        def guarded(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if is_fresh(request):
                return view(request, *args, **kwargs)
            where = request.get_full_path() if request.method in ("GET", "HEAD") else reverse(back)
            return ask_first(request, where)

        return guarded

    return decorate


def ask_first(request: StaffRequest, where: str) -> HttpResponse:
    """To the page that asks who one is, and from there on to `where`."""
    address = f"{reverse('accounts:confirm')}?{urlencode({'next': where})}"
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


Given = Callable[Concatenate[Any, User, P], HttpResponseBase]


def sets_up(view: Given[P]) -> View[P]:
    """A page where somebody sets a factor up: in a fresh session, or half signed in because a role asks for it.

    Half signed in with a factor opens nothing: the password alone must not add another one.
    """

    @needs_fresh(back="accounts:security")
    def signed_in(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, request.user, *args, **kwargs)

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        half = None if request.user.is_authenticated else half_of(request)
        if half is not None and not second_factor.has_factor(half.user):
            return view(request, half.user, *args, **kwargs)
        return signed_in(request, *args, **kwargs)

    return guarded
