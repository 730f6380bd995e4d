"""The end of a team, on its page: what ties it, and the button when nothing does."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_team_to_manage, may_change_team, pools_to_manage
from accounts.permissions import USERS_MANAGE
from accounts.views.guard import StaffRequest, needs
from tickets.domain.errors import NotAllowed
from tickets.domain.team_ending import MOST, end_team, ended_teams, tickets_left, ties_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(USERS_MANAGE)
def team_end(request: StaffRequest, pk: int) -> HttpResponse:
    """GET is the fragment of the team's page, POST ends the team."""
    team = get_team_to_manage(request.user, pk)
    if not may_change_team(request.user, team):
        raise Http404
    if request.method != "POST":
        context = {"team": team, "ties": ties_of(team), "most": MOST}
        return render(request, "tickets/_team_end.html", context)
    try:
        end_team(team, actor=request.user)
    except NotAllowed:
        messages.error(request, _("Something is tied to this team by now."))
        return redirect("accounts:team", pk)
    messages.success(request, _("%(name)s is deleted.") % {"name": team})
    return redirect("accounts:teams")


@require_safe
@needs(USERS_MANAGE)
def teams_ending(request: StaffRequest) -> HttpResponse:
    """The fragment of the list of teams: those whose tickets are still being let go of."""
    pools = set(pools_to_manage(request.user).values_list("pk", flat=True))
    rows = [(team, tickets_left(team)) for team in ended_teams() if team.pool_id in pools]
    return render(request, "tickets/_teams_ending.html", {"rows": rows, "most": MOST})
