"""API tokens: one's own, and everybody's for who manages people everywhere. A token's text is shown once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_token_for, scope, tokens_for
from accounts.domain import tokens as verbs
from accounts.models import User
from accounts.permissions import SCOPES, USERS_MANAGE
from accounts.token_form import TokenForm
from accounts.views.entering import needs_fresh
from accounts.views.guard import StaffRequest
from carecenter.lib.time import now
from journal.actors import user_actor

HERE = {"area": "settings"}
MOST, MOST_ENDED = 500, 50


@require_safe
@login_required
def tokens(request: StaffRequest) -> HttpResponse:
    """Those that work first, then what was revoked or has run out; the latest first in each."""
    found = tokens_for(request.user).select_related("user").order_by("-pk")
    works = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now()))
    context = {
        **HERE,
        "works": list(found.filter(works)[:MOST]),
        "ended": list(found.exclude(works)[:MOST_ENDED]),
        "sees_all": scope(request.user, USERS_MANAGE).everywhere,
        "labels": SCOPES,
    }
    return render(request, "accounts/tokens.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_fresh(back="accounts:tokens")
def new(request: StaffRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        token, text = verbs.create(request.user, **form.wanted(), actor=user_actor(request.user.pk))
        return render(request, "accounts/token_made.html", {**HERE, "token": token, "text": text})
    context = {**HERE, "form": form}
    return render(request, "accounts/token_new.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    verbs.revoke(get_token_for(request.user, pk), actor=user_actor(request.user.pk))
    messages.success(request, _("The token opens nothing any more."))
    return redirect("accounts:tokens")


def tell_of_tokens(request: HttpRequest, user: User) -> None:
    """For who sets a new password, perhaps because somebody knew the old one: a token made with that goes on."""
    many = verbs.working(user)
    if many:
        text = ngettext(
            "%(many)d API token of yours goes on working. Look under API tokens whether it is still wanted.",
            "%(many)d API tokens of yours go on working. Look under API tokens whether they are still wanted.",
            many,
        )
        messages.warning(request, text % {"many": many})
