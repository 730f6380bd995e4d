"""Roles as a table: what each may, down the side; who it is, along the top."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_role_for, scope
from accounts.domain import roles as verbs
from accounts.domain.errors import AccountError
from accounts.permissions import CODES, GROUPS, ROLES, USERS_MANAGE
from accounts.refusals import said
from accounts.role_form import NewRoleForm, RoleNameForm
from accounts.views.entering import ask_first, is_fresh
from accounts.views.guard import StaffRequest, needs

PAGE = "accounts:roles"


def everywhere(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Roles are of the whole installation: for who manages people everywhere. A change asks who one is."""

    @needs(USERS_MANAGE)
    @wraps(view)
    def run(request: StaffRequest, **kwargs: Any) -> HttpResponse:
        if not scope(request.user, USERS_MANAGE).everywhere:
            raise Http404
        if request.method == "POST" and not is_fresh(request):
            return ask_first(request, reverse(PAGE))
        return view(request, **kwargs)

    return run


@require_http_methods(["GET", "HEAD", "POST"])
@everywhere
def roles(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            changed = verbs.set_permissions(posted(request), actor=request.user)
        except AccountError as error:
            messages.error(request, said(error))
        else:
            names = ", ".join(role.title for role in changed)
            text = (
                _("Saved: %(roles)s. It holds at once.") % {"roles": names}
                if names
                else _("Nothing changed.")
            )
            messages.success(request, text)
        return redirect(PAGE)
    return page(request, NewRoleForm())


def posted(request: StaffRequest) -> dict[int, tuple[str, set[str]]]:
    """`seen` holds "role:what was shown of it", `may` "role:code"."""
    wanted: dict[str, tuple[str, set[str]]] = {}
    for one in request.POST.getlist("seen"):
        pk, _colon, was = one.partition(":")
        if pk.isascii() and pk.isdecimal() and len(pk) < 19:
            wanted[pk] = (was, set())
    for one in request.POST.getlist("may"):
        pk, _colon, code = one.partition(":")
        if pk in wanted and code in CODES:
            wanted[pk][1].add(code)
    return {int(pk): codes for pk, codes in wanted.items()}


def page(request: StaffRequest, form: NewRoleForm, *, status: int = 200) -> HttpResponse:
    rows = verbs.roles_with_holders()
    for role in rows:
        role.seen = verbs.seen(role)  # type: ignore[attr-defined]
        role.is_fixed = role.name == verbs.FIXED  # type: ignore[attr-defined]
    may = {code: [(role, code in role.permissions) for role in rows] for code in CODES}
    groups = [(title, [(CODES[code], code, may[code]) for code in codes]) for title, codes in GROUPS]
    own = [(role, RoleNameForm(role=role)) for role in rows if role.name not in ROLES]
    context = {"area": "settings", "roles": rows, "groups": groups, "own": own, "form": form}
    return render(request, "accounts/roles.html", context, status=status)


@require_POST
@everywhere
def make(request: StaffRequest) -> HttpResponse:
    form = NewRoleForm(request.POST)
    if form.is_valid():
        try:
            like = form.cleaned_data["like"]
            role = verbs.make_role(
                form.cleaned_data["name"], like.permissions if like else [], actor=request.user
            )
        except AccountError as error:
            form.add_error("name", said(error))
        else:
            messages.success(request, _("“%(role)s” is there: say what it may.") % {"role": role.title})
            return redirect(PAGE)
    return page(request, form, status=422)


@require_POST
@everywhere
def rename(request: StaffRequest, pk: int) -> HttpResponse:
    role = get_role_for(request.user, pk)
    form = RoleNameForm(request.POST, role=role)
    if form.is_valid():
        return told(request, lambda: verbs.rename_role(role, form.cleaned_data["name"], actor=request.user))
    messages.error(request, str(form.errors["name"].as_data()[0].messages[0]))
    return redirect(PAGE)


@require_POST
@everywhere
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    role = get_role_for(request.user, pk)
    return told(request, lambda: verbs.delete_role(role, actor=request.user))


def told(request: StaffRequest, verb: Callable[[], None]) -> HttpResponse:
    try:
        verb()
    except AccountError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, _("Saved."))
    return redirect(PAGE)
