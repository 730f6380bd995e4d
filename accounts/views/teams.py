"""Teams: what there is, a new one, its name and its people."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_team_to_manage, may_change_team, people_for, teams_to_manage
from accounts.domain import team_keeping as verbs
from accounts.domain.errors import AccountError, TeamTaken
from accounts.models import Team
from accounts.permissions import USERS_MANAGE
from accounts.refusals import said
from accounts.team_form import MemberForm, TeamForm
from accounts.views.guard import StaffRequest, needs

HERE = {"area": "settings"}
MOST = 500  # rows of the page


@require_safe
@needs(USERS_MANAGE)
def teams(request: StaffRequest) -> HttpResponse:
    rows = teams_to_manage(request.user).select_related("pool").annotate(people=Count("members"))
    context = {**HERE, "teams": rows.order_by("pool__name", "name")[:MOST]}
    return render(request, "accounts/teams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(USERS_MANAGE)
def new(request: StaffRequest) -> HttpResponse:
    form = TeamForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            team = verbs.create_team(**form.cleaned_data, actor=request.user)
        except TeamTaken as error:
            form.add_error("name", said(error))
        else:
            messages.success(request, _("The team is there. Now give it its people."))
            return redirect("accounts:team", team.pk)
    context = {**HERE, "form": form}
    return render(request, "accounts/team_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(USERS_MANAGE)
def team(request: StaffRequest, pk: int) -> HttpResponse:
    """POST gives it another name."""
    found = get_team_to_manage(request.user, pk)
    if request.method == "POST" and not may_change_team(request.user, found):
        raise Http404
    form = TeamForm(request.POST or None, actor=request.user, team=found)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.rename_team(found, form.cleaned_data["name"], actor=request.user)
        except TeamTaken as error:
            form.add_error("name", said(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:team", pk)
    return team_page(request, found, form)


def team_page(request: StaffRequest, found: Team, form: TeamForm) -> HttpResponse:
    in_reach = set(people_for(request.user).filter(teams=found).values_list("pk", flat=True))
    members = found.members.order_by("name", "pk")[:MOST]
    context = {
        **HERE,
        "team": Team.objects.select_related("pool").get(pk=found.pk),
        "form": form,
        "may_change": may_change_team(request.user, found),
        "members": [(person, person.pk in in_reach) for person in members],
        "others": MemberForm(actor=request.user, team=found),
    }
    return render(request, "accounts/team.html", context, status=422 if form.errors else 200)


@require_POST
@needs(USERS_MANAGE)
def add(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_team_to_manage(request.user, pk)
    form = MemberForm(request.POST, actor=request.user, team=found)
    if not form.is_valid():
        messages.error(request, _("Choose somebody first."))
        return redirect("accounts:team", pk)
    try:
        verbs.add_member(found, form.cleaned_data["person"], actor=request.user)
    except AccountError as error:
        messages.error(request, said(error))
    return redirect("accounts:team", pk)


@require_POST
@needs(USERS_MANAGE)
def remove(request: StaffRequest, pk: int, person_pk: int) -> HttpResponse:
    found = get_team_to_manage(request.user, pk)
    person = get_object_or_404(people_for(request.user), pk=person_pk, teams=found)
    verbs.remove_member(found, person, actor=request.user)
    messages.info(
        request, _("%(name)s is not in this team any more. Below you can add them again.") % {"name": person}
    )
    return redirect("accounts:team", pk)
