"""Sign in and out."""

import math

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain import sessions
from accounts.domain.errors import SignInLocked, SignInRefused
from accounts.forms import SignInForm
from accounts.models import User
from accounts.views.entering import enter, needs_fresh, where_next
from accounts.views.guard import StaffRequest
from accounts.views.site import button_text, site_of
from carecenter.lib.browser_headers import clear_browser
from carecenter.lib.time import now
from journal.actors import user_actor


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in and goes on to `next`, an address of this site only. A locked address or network gets 429."""
    if request.user.is_authenticated:
        return redirect(where_next(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        network = request.META.get("REMOTE_ADDR", "")
        try:
            user = sessions.check_credentials(data["email"], data["password"], network=network)
        except SignInLocked as error:
            form.add_error(None, locked_text(error))
            status = 429
        except SignInRefused:
            form.add_error(None, _("E-mail address or password is wrong."))
        else:
            return enter(request, user, how="password", where=where_next(request))
    next_page = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "next": next_page, "site": site_of(request), "oidc": button_text()}
    context["is_first"] = not User.objects.exists()
    return render(request, "accounts/sign_in.html", context, status=status)


def locked_text(error: SignInLocked) -> str:
    minutes = max(1, math.ceil((error.until - now()).total_seconds() / 60))
    text = ngettext(
        "Too many attempts. Try again in %(minutes)d minute, at %(time)s UTC.",
        "Too many attempts. Try again in %(minutes)d minutes, at %(time)s UTC.",
        minutes,
    )
    return text % {"minutes": minutes, "time": f"{error.until:%H:%M}"}


@require_POST
def sign_out(request: StaffRequest) -> HttpResponse:
    user = request.user
    leaves = user.is_authenticated
    logout(request)
    if leaves:  # after the session is gone: a socket that opens in between would stay
        sessions.note_sign_out(user)
    return clear_browser(redirect(settings.LOGOUT_REDIRECT_URL))


@require_POST
@needs_fresh(back="accounts:security")
def end_session(request: StaffRequest) -> HttpResponse:
    """Ends one session of one's own on another device."""
    if not sessions.end_session(request.user, request.POST.get("device", "")):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:security")


@require_POST
@login_required
def sign_out_everywhere(request: StaffRequest) -> HttpResponse:
    """Ends every session of the person, this one too."""
    sessions.end_all_sessions(request.user, actor=user_actor(request.user.pk))
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return clear_browser(redirect(settings.LOGOUT_REDIRECT_URL))
