"""The second factor: asked at sign-in, set up, made anew, taken away."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import oidc, second_factor
from accounts.domain.errors import CodeWrong, FactorNeeded, SignInLocked, SignInRefused
from accounts.domain.passkeys import passkeys_of
from accounts.domain.sessions import check_credentials, devices_of
from accounts.forms import CodeForm, NewAuthenticatorForm, PasswordForm
from accounts.models import User
from accounts.views.entering import confirm as note_confirmed
from accounts.views.entering import (
    half_of,
    let_in,
    needs_fresh,
    set_up_done,
    sets_up,
    to_the_door,
    where_next,
)
from accounts.views.guard import StaffRequest
from accounts.views.sessions import locked_text
from accounts.views.site import button_text, site_of
from carecenter.lib import totp
from carecenter.lib.qr import qr_of
from carecenter.lib.sealing import Unreadable, seal, unseal

page = require_http_methods(["GET", "HEAD", "POST"])


@sensitive_post_parameters("code")
@never_cache
@page
def at_sign_in(request: HttpRequest) -> HttpResponse:
    """Asks for the code after the password. Who has given none is led to the door."""
    half = half_of(request)
    if half is None or not second_factor.has_factor(half.user):
        return to_the_door(request)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        network = request.META.get("REMOTE_ADDR", "")
        try:
            how = second_factor.check_code(half.user, form.cleaned_data["code"], network=network)
        except (CodeWrong, SignInLocked) as error:
            status = say(form, error)
        else:
            return let_in(request, half.user, how=how, where=half.where)
    context = {
        "form": form,
        "passkeys": passkeys_of(half.user),
        "site": site_of(request),
        "authenticator": second_factor.find_authenticator(half.user),
    }
    return render(request, "accounts/second_factor.html", context, status=status)


def say(form: Any, error: CodeWrong | SignInRefused | SignInLocked) -> int:
    """Put what went wrong on the form; the status of the answer."""
    if isinstance(error, SignInLocked):
        form.add_error(None, locked_text(error))
        return 429
    wrong_code = isinstance(error, CodeWrong)
    form.add_error(
        "code" if wrong_code else "password",
        _("This code is not right, or it was used already.")
        if wrong_code
        else _("This is not your password."),
    )
    return 422


@never_cache
@require_safe
def set_up(request: HttpRequest) -> HttpResponse:
    """A role asks for a second factor, and the person has none: which shall it be?"""
    half = half_of(request)
    if half is None or second_factor.has_factor(half.user):
        return to_the_door(request)
    return render(request, "accounts/set_up.html", {"site": site_of(request)})


@sensitive_post_parameters("password", "code")
@never_cache
@login_required
@page
def confirm(request: StaffRequest) -> HttpResponse:
    """Who signed in a while ago shows once more that it is them: by a code, or by the password when they have none."""
    user = request.user
    form: CodeForm | PasswordForm | None = None
    if second_factor.has_factor(user):
        form = CodeForm(request.POST or None)
    elif user.has_usable_password():
        form = PasswordForm(request.POST or None)
    status = 200
    if request.method == "POST" and form and form.is_valid():
        network = request.META.get("REMOTE_ADDR", "")
        try:
            if isinstance(form, CodeForm):
                second_factor.check_code(user, form.cleaned_data["code"], network=network)
            else:
                check_credentials(user.email, form.cleaned_data["password"], network=network)
        except (CodeWrong, SignInRefused, SignInLocked) as error:
            status = say(form, error)
        else:
            note_confirmed(request)
            return redirect(where_next(request))
    context = {
        "form": form,
        "next": where_next(request),
        "site": site_of(request),
        "passkeys": passkeys_of(user),
        "oidc": button_text() if oidc.is_linked(user) else "",
    }
    return render(request, "accounts/confirm.html", context, status=status)


@require_safe
@login_required
def security(request: StaffRequest) -> HttpResponse:
    """How one signs in: the second factor and recovery codes."""
    user = request.user
    context = {
        "authenticator": second_factor.find_authenticator(user),
        "passkeys": passkeys_of(user),
        "site": site_of(request),
        "devices": devices_of(user, this=request.session.session_key or ""),
        "codes_left": second_factor.recovery_codes_left(user),
        "codes_made": second_factor.RECOVERY_CODES,
    }
    return render(request, "accounts/security.html", context)


@sensitive_post_parameters("code")
@never_cache
@page
@sets_up
def authenticator(request: HttpRequest, user: User) -> HttpResponse:
    """Shows a new secret until a code of it was right; meanwhile the page itself holds it, sealed for its person."""
    secret = opened(request.POST.get("kept", ""), user) or totp.new_secret()
    form = NewAuthenticatorForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            code, half = form.cleaned_data["code"], not request.user.is_authenticated
            codes = second_factor.add_authenticator(user, secret, code, only_first=half)
        except CodeWrong as error:
            status = say(form, error)
        else:
            where = set_up_done(request, user)
            if codes:
                return codes_page(request, user, codes, where)
            messages.success(request, _("Codes of the new app are asked from now on."))
            return redirect(where)
    context = {
        "form": form,
        "secret": secret,
        "kept": seal({"secret": secret, "user": user.pk}),
        "qr": qr_of(totp.address(secret, account=user.email, issuer=second_factor.ISSUER)),
    }
    return render(request, "accounts/authenticator.html", context, status=status)


def opened(kept: str, user: User) -> str:
    """The secret that the page was given for this person, "" for any other."""
    try:
        found = unseal(kept)
    except (Unreadable, UnicodeError):
        return ""
    return str(found["secret"]) if found.get("user") == user.pk else ""


@require_POST
@needs_fresh(back="accounts:security")
def remove_authenticator(request: StaffRequest) -> HttpResponse:
    try:
        second_factor.remove_authenticator(request.user)
    except FactorNeeded:
        messages.error(request, needed_text())
    else:
        messages.success(request, _("Codes of the app are not asked any more."))
    return redirect("accounts:security")


@never_cache
@require_POST
@needs_fresh(back="accounts:security")
def new_recovery_codes(request: StaffRequest) -> HttpResponse:
    if not second_factor.has_factor(request.user):
        return redirect("accounts:security")
    codes = second_factor.make_recovery_codes(request.user)
    return codes_page(request, request.user, codes, reverse("accounts:security"))


def needed_text() -> str:
    return _("Your role asks for a second factor. Set up another one before you remove this.")


def codes_page(request: HttpRequest, user: User, codes: list[str], where: str) -> HttpResponse:
    """The only time they are shown. `where` they go on."""
    lines = [_("Recovery codes for Carecenter, %(email)s") % {"email": user.email}, "", *codes, ""]
    context = {"codes": codes, "file": "\r\n".join(lines), "where": where}
    return render(request, "accounts/recovery_codes.html", context)
