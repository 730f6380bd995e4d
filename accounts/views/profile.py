"""One's own settings."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import grants_to_show
from accounts.domain import addresses, passwords, profiles
from accounts.domain.errors import SignInLocked, SignInRefused
from accounts.domain.sessions import check_credentials
from accounts.forms import ChangePasswordForm, NewEmailForm, ProfileForm
from accounts.views.entering import needs_fresh
from accounts.views.guard import StaffRequest
from accounts.views.sessions import locked_text
from accounts.views.tokens import tell_of_tokens


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    user = request.user
    initial = {field: getattr(user, field) for field in profiles.FIELDS}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        profiles.update_profile(user, **form.cleaned_data)
        # the answer already speaks the language that was chosen
        with translation.override(user.language or translation.get_language()):
            messages.success(request, _("Your settings are saved."))
        return redirect("accounts:profile")
    return page(request, form, ChangePasswordForm(user=user))


@sensitive_post_parameters("current", "password")
@require_POST
@login_required
def change_password(request: StaffRequest) -> HttpResponse:
    """Other sessions of the person end, this one goes on. Wrong guesses count as those at the door."""
    user = request.user
    form = ChangePasswordForm(request.POST, user=user)
    status = 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            check_credentials(user.email, data["current"], network=request.META.get("REMOTE_ADDR", ""))
        except SignInRefused:
            form.add_error("current", _("This is not your current password."))
        except SignInLocked as error:
            form.add_error("current", locked_text(error))
            status = 429
    if form.errors:
        initial = {field: getattr(user, field) for field in profiles.FIELDS}
        return page(request, ProfileForm(initial=initial), form, status=status)
    passwords.change_password(user, data["password"])
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed. Other devices are signed out."))
    tell_of_tokens(request, user)
    return redirect("accounts:profile")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_fresh(back="accounts:security")
def change_email(request: StaffRequest) -> HttpResponse:
    form = NewEmailForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        try:
            addresses.ask_change(request.user, address)
        except SignInLocked as error:
            form.add_error(None, locked_text(error))
            status = 429
        else:
            messages.success(
                request, _("A mail with a link is on its way to %(email)s.") % {"email": address}
            )
            return redirect("accounts:security")
    return render(request, "accounts/change_email.html", {"form": form}, status=status)


def page(
    request: StaffRequest, form: ProfileForm, password_form: ChangePasswordForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "password_form": password_form, "grants": grants_to_show(request.user)}
    return render(request, "accounts/profile.html", context, status=status)
