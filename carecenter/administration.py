"""/admin-desk/: what is set up and what is missing, and the way to every page."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import has_everything, scope
from accounts.administration import groups_for, may_enter
from accounts.models import Brand, User
from accounts.permissions import BRANDS_MANAGE, INBOX_MANAGE
from accounts.views.guard import StaffRequest
from carecenter.lib.outgoing import way
from carecenter.lib.steps import Step


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The desk; to who could set up a brand where there is none yet, the way to begin."""
    user = request.user
    if isinstance(user, User) and scope(user, BRANDS_MANAGE).everywhere and not Brand.objects.exists():
        return redirect("administration")
    return redirect("tickets:desk")


@require_safe
@login_required
def start(request: StaffRequest) -> HttpResponse:
    """404 for who sets up nothing."""
    if not may_enter(request.user):
        raise Http404
    steps = steps_for(request.user)
    done = sum(step.is_done for step in steps)
    remember(request, f"{done}/{len(steps)}" if done < len(steps) else "")
    context = {
        "area": "settings",
        "steps": steps,
        "done": done,
        "following": next((step.code for step in steps if not (step.is_done or step.elsewhere)), ""),
        "groups": list(groups_for(request.user)),
    }
    return render(request, "administration.html", context)


def remember(request: HttpRequest, progress: str) -> None:
    """The way back here shows it on every page, without asking again."""
    if request.session.get("setting_up", "") != progress:
        request.session["setting_up"] = progress


def steps_for(user: User) -> list[Step]:
    """Those the user can take, in their order; a few cheap questions each."""
    found = (import_string(path)(user) for path in import_string(settings.SETUP_WIRING))
    return [step for step in found if step is not None]


def outgoing_mail(user: User) -> Step | None:
    """Said to who sets up inboxes everywhere; who may do everything can set it."""
    if not scope(user, INBOX_MANAGE).everywhere:
        return None
    may_set = has_everything(user)
    chosen = way.current()
    return Step(
        code="outgoing_mail",
        title=_("Let mail out"),
        text=_(
            "The server by which answers and invitations leave. "
            "Until it is set, mails are kept as files and reach nobody."
        ),
        is_done=bool(chosen),
        url=reverse("outgoing:page") if may_set else "",
        action=_("Set up outgoing mail") if may_set else "",
        fact=chosen.host if may_set else _("A server for outgoing mail is set."),
        elsewhere=not may_set,
    )
