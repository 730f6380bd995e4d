"""The people page: who may sign in and to what."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_person_for, grants_to_show, may_give, people_for, scope
from accounts.domain import factor_rules, second_factor, sessions
from accounts.domain import people as verbs
from accounts.domain.errors import AccountError, AddressTaken
from accounts.domain.mails import with_invitations
from accounts.forms import GrantForm, InviteForm
from accounts.models import User
from accounts.permissions import USERS_MANAGE
from accounts.refusals import said
from accounts.views.entering import ask_first, is_fresh
from accounts.views.guard import StaffRequest, needs

PAGE_SIZE = 50


@require_safe
@needs(USERS_MANAGE)
def people(request: StaffRequest) -> HttpResponse:
    found = people_for(request.user).search(request.GET.get("q", "")).with_grants()
    rows = with_invitations(found)
    page = Paginator(rows.order_by("-is_active", "name", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    everywhere = scope(request.user, USERS_MANAGE).everywhere
    context = {"page": page, "area": "settings", "q": request.GET.get("q", ""), "everywhere": everywhere}
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(USERS_MANAGE)
def invite(request: StaffRequest) -> HttpResponse:
    if request.method == "POST" and not is_fresh(request):
        return ask_first(request, reverse("accounts:invite"))
    form = InviteForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = verbs.invite(
                data["email"],
                name=data["name"],
                wanted=form.wanted(),
                actor=request.user,
                language=get_language() or "",
            )
        except AccountError as error:
            form.add_error("email" if isinstance(error, AddressTaken) else None, said(error))
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": user.email})
            return redirect("accounts:people")
    status = 422 if form.errors else 200
    return render(request, "accounts/invite.html", {"form": form, "area": "settings"}, status=status)


@require_safe
@needs(USERS_MANAGE)
def person(request: StaffRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(with_invitations(people_for(request.user)), pk=pk)
    return person_page(request, user, GrantForm(actor=request.user))


@require_POST
@needs(USERS_MANAGE)
def add_grant(request: StaffRequest, pk: int) -> HttpResponse:
    user = get_person_for(request.user, pk)
    if not is_fresh(request):  # only now: a person out of reach is no page, fresh or not
        return ask_first(request, reverse("accounts:person", args=[pk]))
    form = GrantForm(request.POST, actor=request.user)
    if form.is_valid():
        try:
            verbs.give(user, form.wanted(), actor=request.user)
        except AccountError as error:
            form.add_error(None, said(error))
    if form.errors:
        return person_page(request, user, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("accounts:person", pk)


def person_page(request: StaffRequest, user: User, form: GrantForm, status: int = 200) -> HttpResponse:
    grants = [(grant, may_give(request.user, grant)) for grant in grants_to_show(user)]
    context = {
        "person": user,
        "grants": grants,
        "form": form,
        "area": "settings",
        "has_factor": second_factor.has_factor(user),
        "in_reach": all(mine for _grant, mine in grants),
    }
    return render(request, "accounts/person.html", context, status=status)


def act(view: Callable[..., str], *, needs_fresh: bool = False) -> Callable[..., HttpResponseBase]:
    """A button on a person's page: run the verb, say how it went, come back."""

    @require_POST
    @needs(USERS_MANAGE)
    @wraps(view)
    def run(request: StaffRequest, pk: int, **kwargs: Any) -> HttpResponse:
        user = get_person_for(request.user, pk)
        if needs_fresh and not is_fresh(request):
            return ask_first(request, reverse("accounts:person", args=[pk]))
        try:
            messages.success(request, view(request, user, **kwargs))
        except AccountError as error:
            messages.error(request, said(error))
        visible = people_for(request.user).filter(pk=pk).exists()
        return redirect("accounts:person", pk) if visible else redirect("accounts:people")

    return run


@act
def remove_grant(request: StaffRequest, user: User, grant_pk: int) -> str:
    verbs.take_back(get_object_or_404(grants_to_show(user), pk=grant_pk), actor=request.user)
    return _("Saved.")


@act
def invite_again(request: StaffRequest, user: User) -> str:
    verbs.invite_again(user, actor=request.user)
    return _("The invitation to %(email)s is on its way.") % {"email": user.email}


@act
def deactivate(request: StaffRequest, user: User) -> str:
    verbs.deactivate(user, actor=request.user)
    return _("%(name)s may no longer sign in.") % {"name": user}


@act
def activate(request: StaffRequest, user: User) -> str:
    verbs.activate(user, actor=request.user)
    return _("%(name)s may sign in again.") % {"name": user}


@act
def sign_out(request: StaffRequest, user: User) -> str:
    sessions.sign_out_person(user, actor=request.user)
    return _("%(name)s is signed out on every device.") % {"name": user}


@partial(act, needs_fresh=True)
def reset_factors(request: StaffRequest, user: User) -> str:
    factor_rules.reset_factors(user, actor=request.user)
    return _("The second factor of %(name)s is taken away. They get a mail about it.") % {"name": user}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(USERS_MANAGE)
def role_factors(request: StaffRequest) -> HttpResponse:
    """Which roles ask for a second factor: of the whole installation, so only for who manages people everywhere."""
    if not scope(request.user, USERS_MANAGE).everywhere:
        raise Http404
    if request.method == "POST" and not is_fresh(request):
        return ask_first(request, reverse("accounts:role_factors"))
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("role") if one.isdecimal()]
        try:
            factor_rules.require_factor(chosen, actor=request.user)
        except AccountError as error:
            messages.error(request, said(error))
        else:
            messages.success(request, _("Saved."))
        return redirect("accounts:role_factors")
    context = {"roles": factor_rules.roles_with_counts(), "area": "settings"}
    return render(request, "accounts/role_factors.html", context)
