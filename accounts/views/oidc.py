"""Sign-in by the organisation's own provider: there, and back again."""

from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import oidc, throttle
from accounts.domain.errors import OidcRefused, OidcUnreachable, SignInLocked
from accounts.views.entering import confirm, enter, let_in, where_next
from accounts.views.sessions import locked_text
from carecenter.lib.time import now

KEPT = "oidc"
KEPT_SECONDS = 600


def back_address() -> str:
    """As it is registered there: from our own setting, never from a Host header."""
    base: str = settings.PUBLIC_BASE_URL
    return base.rstrip("/") + reverse("accounts:oidc_back")


@never_cache
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A page that goes on by itself: our policy lets no form lead to another site."""
    if not oidc.is_on():
        raise Http404
    known = request.user.is_authenticated
    try:
        if not known:
            throttle.count_request(request.META.get("REMOTE_ADDR", ""), "oidc")
        address, question = oidc.begin(back_address(), again=known)
    except SignInLocked as error:
        return sorry(request, locked_text(error))
    except OidcUnreachable:
        return sorry(
            request, _("The sign-in of your organisation does not answer. Please try again in a moment.")
        )
    if not known:
        request.session.set_expiry(KEPT_SECONDS)
    request.session[KEPT] = asdict(question) | {
        "at": now().timestamp(),
        "where": where_next(request),
        "user": request.user.pk if known else None,
    }
    return render(request, "accounts/oidc.html", {"address": address})


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """From the provider. A GET that signs in, as the protocol has it; it needs the state that lies in our session."""
    kept = request.session.pop(KEPT, None)
    state = request.GET.get("state", "")
    asker = request.user.pk if request.user.is_authenticated else None
    if kept is None or not constant_time_compare(state, kept["state"]) or kept["user"] != asker:
        return sorry(request, _("That took too long. Please sign in again."))
    if now().timestamp() - kept["at"] >= KEPT_SECONDS:
        return sorry(request, _("That took too long. Please sign in again."))
    if "code" not in request.GET:
        return sorry(request, _("Your organisation did not let you in."))
    question = oidc.Question(kept["state"], kept["nonce"], kept["verifier"])
    try:
        claims = oidc.finish(request.GET["code"], question, back=back_address())
        if request.user.is_authenticated:
            oidc.confirm(request.user, claims)
            confirm(request)
            return redirect(kept["where"])
        found = oidc.arrival_of(claims)
    except OidcUnreachable:
        return sorry(
            request, _("The sign-in of your organisation does not answer. Please try again in a moment.")
        )
    except OidcRefused as error:
        return sorry(request, refused_text(error))
    throttle.give_back(request.META.get("REMOTE_ADDR", ""), "oidc")
    if oidc.has_two_factors(claims) and not found.to_link:
        return let_in(request, found.user, how="oidc", where=kept["where"])
    subject = claims["sub"] if found.to_link else ""
    return enter(request, found.user, how="oidc", where=kept["where"], to_link=subject)


def refused_text(error: OidcRefused) -> str:
    texts = {
        "answer": _("The answer of your organisation could not be accepted. Please try again."),
        "address": _("Your organisation gave no confirmed e-mail address that may sign in here."),
        "unknown": _("Nobody here has your e-mail address. Ask whoever manages people to invite you."),
        "factor": _(
            "Your organisation asked for one factor only. Please confirm with your own second factor."
        ),
        "inactive": _("You may no longer sign in."),
    }
    return texts[error.code]


def sorry(request: HttpRequest, text: str) -> HttpResponse:
    messages.error(request, text)
    return redirect("accounts:confirm" if request.user.is_authenticated else "accounts:sign_in")
