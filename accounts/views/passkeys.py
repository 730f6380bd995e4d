"""The browser's side of passkeys: ask for a question, answer it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain import passkeys, throttle
from accounts.domain.errors import FactorNeeded, PasskeyRefused, SignInLocked
from accounts.forms import NewPasskeyForm
from accounts.models import User
from accounts.views.entering import confirm, half_of, let_in, needs_fresh, set_up_done, sets_up, where_next
from accounts.views.guard import StaffRequest
from accounts.views.second_factor import codes_page, needed_text
from accounts.views.sessions import locked_text
from accounts.views.site import site_of
from carecenter.lib.time import now

QUESTION = "passkey_question"
QUESTION_SECONDS = 300


def keep(request: HttpRequest, state: dict[str, Any], purpose: str) -> None:
    """For one answer, within five minutes, and for nothing but what was asked."""
    request.session[QUESTION] = {"state": state, "for": purpose, "at": now().timestamp()}


def take(request: HttpRequest, purpose: str) -> dict[str, Any]:
    """Raises PasskeyRefused."""
    kept = request.session.pop(QUESTION, None)
    if kept is None or kept["for"] != purpose or not 0 <= now().timestamp() - kept["at"] < QUESTION_SECONDS:
        raise PasskeyRefused
    state: dict[str, Any] = kept["state"]
    return state


@require_POST
@sets_up
def ask_new(request: HttpRequest, user: User) -> HttpResponse:
    """The question that makes a passkey."""
    site = site_of(request)
    if site is None:
        raise Http404
    options, state = passkeys.ask_new(user, site)
    keep(request, state, f"new:{user.pk}")
    return JsonResponse(options)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sets_up
def new(request: HttpRequest, user: User) -> HttpResponse:
    site = site_of(request)
    form = NewPasskeyForm(request.POST or None, initial={"name": _("My device")})
    status = 200
    if request.method == "POST" and site and form.is_valid():
        data = form.cleaned_data
        try:
            state = take(request, f"new:{user.pk}")
            half = not request.user.is_authenticated
            codes = passkeys.add(user, site, state, data["answer"], name=data["name"], only_first=half)
        except PasskeyRefused:
            form.add_error(None, _("That did not work. Please try again."))
            status = 422
        else:
            where = set_up_done(request, user)
            if codes:
                return codes_page(request, user, codes, where)
            messages.success(request, _("The passkey is kept."))
            return redirect(where)
    return render(request, "accounts/passkey.html", {"form": form, "site": site}, status=status)


@require_POST
@needs_fresh(back="accounts:security")
def remove(request: StaffRequest) -> HttpResponse:
    pk = request.POST.get("passkey", "")
    try:
        if not pk.isdecimal() or not passkeys.remove(request.user, int(pk)):
            raise Http404
    except FactorNeeded:
        messages.error(request, needed_text())
    else:
        messages.success(request, _("The passkey is removed. Delete it on your device, too."))
    return redirect("accounts:security")


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """A question to a passkey: of whoever comes, or of the person who has already said who they are."""
    site = site_of(request)
    if site is None:
        raise Http404
    half = half_of(request)
    if request.user.is_authenticated:
        options, state = passkeys.ask(site, request.user, is_alone=True)
        keep(request, state, f"confirm:{request.user.pk}")
    elif half is not None:
        options, state = passkeys.ask(site, half.user, is_alone=False)
        keep(request, state, f"half:{half.user.pk}")
    else:
        try:
            throttle.count_request(request.META.get("REMOTE_ADDR", ""), "passkey")
        except SignInLocked as error:
            return JsonResponse({"error": locked_text(error)}, status=429)
        options, state = passkeys.ask(site, None, is_alone=True)
        request.session.set_expiry(QUESTION_SECONDS)  # a stranger's session ends with the question
        keep(request, state, "alone")
    return JsonResponse(options)


@never_cache
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Alone it signs in, for nothing else is as good; after the password it is the second factor; later it confirms."""
    site = site_of(request)
    if site is None:
        raise Http404
    given = request.POST.get("answer", "")
    half = half_of(request)
    back, where = "accounts:sign_in", where_next(request)
    try:
        if request.user.is_authenticated:
            back = "accounts:confirm"
            passkeys.check(site, take(request, f"confirm:{request.user.pk}"), given, user=request.user)
            confirm(request)
            return redirect(where)
        if half is not None:
            back, where = "accounts:second_factor", half.where
            user = passkeys.check(site, take(request, f"half:{half.user.pk}"), given, user=half.user)
        else:
            user = passkeys.check(site, take(request, "alone"), given)
            throttle.give_back(request.META.get("REMOTE_ADDR", ""), "passkey")
    except PasskeyRefused:
        messages.error(request, _("This passkey was not accepted. Please try again."))
        return redirect(back)
    return let_in(request, user, how="passkey", where=where)
