"""Many invitations from one table: looked at first, sent when somebody has seen what would come of each line."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import brands_for
from accounts.domain import people as verbs
from accounts.domain.errors import AccountError
from accounts.models import User
from accounts.people_table import BadTable, Line, PeopleTableForm, planned
from accounts.permissions import USERS_MANAGE
from accounts.refusals import said
from accounts.views.entering import ask_first, is_fresh
from accounts.views.guard import StaffRequest, needs


@require_http_methods(["GET", "HEAD", "POST"])
@needs(USERS_MANAGE)
def page(request: StaffRequest) -> HttpResponse:
    if request.method == "POST" and not is_fresh(request):
        return ask_first(request, reverse("accounts:people_import"))
    form = PeopleTableForm(request.POST or None, request.FILES or None)
    lines: list[Line] = []
    if request.method == "POST" and form.is_valid():
        try:
            lines = planned(form.cleaned_data["text"], actor=request.user)
        except BadTable as error:
            form.add_error(None, str(error))
    if lines and "send" in request.POST:
        send(lines, request.user)
        if not any(line.problem for line in lines):
            messages.success(request, sent_text(len(lines)))
            return redirect("accounts:people")
        messages.success(request, sent_text(sum(line.wanted is not None for line in lines)))
    context = {
        "area": "settings",
        "form": form,
        "lines": lines,
        "text": form.cleaned_data.get("text", "") if lines else "",
        "ready": sum(line.wanted is not None for line in lines),
        "brand": brands_for(request.user, USERS_MANAGE).in_use().order_by("pk").first(),
        "was_sent": "send" in request.POST,
    }
    return render(request, "accounts/people_import.html", context, status=422 if form.errors else 200)


def send(lines: list[Line], actor: User) -> None:
    """Each by itself: one that fails meanwhile keeps no other from coming in."""
    for line in lines:
        if line.wanted is None:
            continue
        try:
            verbs.invite(
                line.values["email"],
                name=line.values["name"],
                wanted=line.wanted,
                actor=actor,
                language=line.language or get_language() or "",
            )
        except AccountError as error:
            line.problem, line.wanted = said(error), None


def sent_text(count: int) -> str:
    text = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count)
    return text % {"count": count}
