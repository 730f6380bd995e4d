"""Pages behind mailed links. GET shows a form and changes nothing: mail scanners follow links."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.domain import addresses, passwords
from accounts.domain.errors import AddressTaken, LinkInvalid, SignInLocked
from accounts.domain.links import Kind, address_of_link, user_of_link
from accounts.forms import AcceptForm, NewPasswordForm, ResetForm
from accounts.views.entering import enter
from accounts.views.sessions import locked_text
from accounts.views.tokens import tell_of_tokens

page = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page
def reset(request: HttpRequest) -> HttpResponse:
    """Asks for the mail with the link. The answer is the same whether the address is known or not."""
    form = ResetForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            passwords.ask_reset(form.cleaned_data["email"], network=request.META.get("REMOTE_ADDR", ""))
            return render(request, "accounts/reset_sent.html")
        except SignInLocked as error:
            form.add_error(None, locked_text(error))
            status = 429
    return render(request, "accounts/reset.html", {"form": form}, status=status)


@sensitive_post_parameters("password")
@never_cache
@page
def reset_confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        user = user_of_link(Kind.RESET, token)
        form = NewPasswordForm(request.POST or None, user=user)
        if request.method != "POST" or not form.is_valid():
            return render(request, "accounts/reset_confirm.html", {"form": form, "person": user})
        user = passwords.reset_password(token, form.cleaned_data["password"])
    except LinkInvalid:
        return render(request, "accounts/link_invalid.html", status=410)
    messages.success(request, _("Your new password is set. Sign in with it."))
    tell_of_tokens(request, user)
    return redirect("accounts:sign_in")


@never_cache
@page
def new_email(request: HttpRequest, token: str) -> HttpResponse:
    """The new address is confirmed by a button."""
    try:
        user = user_of_link(Kind.NEW_ADDRESS, token)
        address = address_of_link(token)
        if request.method != "POST":
            return render(request, "accounts/new_email.html", {"person": user, "address": address})
        addresses.change_address(token)
    except (LinkInvalid, AddressTaken):
        return render(request, "accounts/link_invalid.html", {"new_email": True}, status=410)
    messages.success(request, _("From now on you sign in with %(email)s.") % {"email": address})
    return redirect("accounts:security")


@sensitive_post_parameters("password")
@never_cache
@page
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The person says their name, sets a password and is signed in."""
    try:
        user = user_of_link(Kind.INVITATION, token)
        form = AcceptForm(request.POST or None, user=user, initial={"name": user.name})
        if request.method != "POST" or not form.is_valid():
            return render(request, "accounts/accept_invitation.html", {"form": form, "person": user})
        data = form.cleaned_data
        user = passwords.accept_invitation(token, data["password"], name=data["name"])
    except LinkInvalid:
        return render(request, "accounts/link_invalid.html", {"invitation": True}, status=410)
    return enter(request, user, how="invitation", where=reverse("home"))
