"""Changes to many tickets: choose what, start, watch, stop, undo."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.access import brands_for, has, teams_for
from accounts.models import Grant, User
from accounts.permissions import TICKET_VIEW
from accounts.views.guard import StaffRequest
from tickets.access import get_job_for
from tickets.bulk_words import value_in_words
from tickets.domain import bulk as jobs
from tickets.domain.bulk_verbs import CHANGES, Values
from tickets.domain.changes import clean_tag
from tickets.domain.errors import TicketError
from tickets.domain.lists import TAG_SAMPLE, State, View, ids_in
from tickets.domain.snooze import presets
from tickets.models import BulkJob, Priority, Status, Ticket
from tickets.templatetags.desk import priority_tone, status_icon
from tickets.templatetags.moments import said
from tickets.views.bulk_fields import field_and_value
from tickets.views.merging import numbers
from tickets.views.people import put_living_customers
from tickets.views.pickers import Option, Picker
from tickets.views.responses import tell
from tickets.views.snooze import limits, read_moment

Verb = BulkJob.Verb


@login_required
@require_http_methods(["GET", "POST"])
def bulk(request: StaffRequest) -> HttpResponse:
    """The job that was begun last, while it runs; sent, a new job begins."""
    if request.method == "GET":
        running = BulkJob.objects.filter(user=request.user, state=BulkJob.State.RUNNING)
        job = running.order_by("-pk").first()
        return shown(request, job) if job is not None else HttpResponse("")
    verb = request.POST.get("verb", request.GET.get("verb", ""))
    if verb not in Verb.values or verb == Verb.RETAG:  # that one has a page of its own
        raise Http404
    if not has(request.user, CHANGES[verb].needs):
        raise PermissionDenied
    try:
        job = jobs.start(request.user, verb, arguments(request, verb), chosen(request))
    except TicketError as error:
        return told_no(error)
    return begun(request, job)


def told_no(error: TicketError) -> HttpResponse:
    return tell(HttpResponse(status=409), str(error), tone="warning")


def begun(request: StaffRequest, job: BulkJob) -> HttpResponse:
    if not request.htmx:
        return redirect("tickets:desk")
    response = HttpResponse(status=204)
    url = reverse("tickets:bulk_job", args=[job.pk])
    trigger_client_event(response, "close-dialog", {"id": "action-dialog"})
    return trigger_client_event(response, "bulk-started", {"url": url})


def chosen(request: StaffRequest) -> list[int]:
    """The ids that were ticked, or all of the view that was shown, up to the most a job takes."""
    if request.POST.get("all") == "1":
        view, state = request.POST.get("view", ""), request.POST.get("state", "")
        if view not in View.values:
            raise Http404
        state = state if state in State.values else State.ACTIVE
        return ids_in(view, request.user, state=state, limit=jobs.MOST)
    return numbers([part for part in request.POST.get("ids", "").split(",") if part], jobs.MOST + 1)


def arguments(request: StaffRequest, verb: str) -> Values:
    """The verb's own, checked: only what this user may choose. Raises Http404, and NotAllowed for a field's value."""
    to = request.POST.get("to", "")
    if verb == Verb.FIELD:
        return field_and_value(request)
    if verb == Verb.SNOOZE:
        until = read_moment(to)
        return {"snoozed_until": until.isoformat() if until else None}
    if verb in (Verb.TAG, Verb.UNTAG):
        if not (tag := clean_tag(request.POST.get("tag", to))):
            raise Http404
        return {"tag": tag}
    if verb == Verb.STATUS:
        if to not in Status.values:
            raise Http404
        return {"status": to}
    number = numbers([to], 1)[0] if to else None
    if verb == Verb.ASSIGN:
        return {"assignee_id": known(colleagues(request.user), number)}
    if verb == Verb.TEAM:
        return {"team_id": known(teams_for(request.user, TICKET_VIEW), number)}
    if number is None or (verb == Verb.PRIORITY and number not in Priority.values):
        raise Http404
    return {"priority": number} if verb == Verb.PRIORITY else {"into": number}


def known(rows: Any, number: int | None) -> int | None:
    if number is not None and not rows.filter(pk=number).exists():
        raise Http404
    return number


def colleagues(user: User) -> Any:
    """Who may see tickets somewhere this user does. Whether a ticket is theirs to see is asked for each."""
    brands = brands_for(user, TICKET_VIEW).order_by()
    here = (
        Q(brand__in=brands.values("pk")) | Q(team__pool__in=brands.values("pool")) | Q(brand=None, team=None)
    )
    grants = Grant.objects.filter(here, role__permissions__contains=[TICKET_VIEW])
    return User.objects.filter(is_active=True, pk__in=grants.values("user_id")).order_by("name", "pk")


def known_tags(user: User, *, limit: int = 40) -> list[str]:
    latest = Ticket.objects.visible_to(user).order_by("-last_message_at", "-pk")
    used = Counter(tag for tags in latest.values_list("tags", flat=True)[:TAG_SAMPLE] for tag in tags)
    return [tag for tag, _count in used.most_common(limit)]


def picker_of(user: User, verb: str) -> Picker:
    """Raises Http404 for a verb without a list."""
    pickers: dict[str, Callable[[User], Picker]] = {
        Verb.ASSIGN: people,
        Verb.TEAM: teams,
        Verb.STATUS: statuses,
        Verb.PRIORITY: priorities,
        Verb.TAG: tags,
        Verb.UNTAG: tags_to_remove,
        Verb.SNOOZE: times,
    }
    if verb not in pickers:
        raise Http404
    return pickers[verb](user)


def people(user: User) -> Picker:
    found = sorted(colleagues(user), key=lambda one: one.pk != user.pk)
    options = [
        Option(str(one.pk), one.name, person=True, hint=_("you") if one == user else "") for one in found
    ]
    nobody = Option("", _("Nobody: back to the queue"), icon="inbox")
    return Picker(_("Assign"), _("Assign to…"), [*options, nobody])


def teams(user: User) -> Picker:
    found = teams_for(user, TICKET_VIEW).order_by("name")
    options = [Option(str(one.pk), one.name, icon="users") for one in found]
    return Picker(_("Team"), _("Give to a team…"), [*options, Option("", _("No team"), icon="x")])


def statuses(_user: User) -> Picker:
    wanted = [(code, label) for code, label in Status.choices if code != Status.NEW]
    options = [Option(code, str(label), icon=status_icon(code)) for code, label in wanted]
    return Picker(_("Status"), _("Set the status…"), options)


def priorities(_user: User) -> Picker:
    levels = reversed(Priority.choices)
    options = [Option(str(code), str(label), tone=priority_tone(code)) for code, label in levels]
    return Picker(_("Priority"), _("Set the priority…"), options)


def tags(user: User) -> Picker:
    options = [Option(tag, tag, icon="tag") for tag in known_tags(user)]
    return Picker(_("Tags"), _("Add a tag…"), options, name="tag", takes_new=True)


def tags_to_remove(user: User) -> Picker:
    options = [Option(tag, tag, icon="tag-off") for tag in known_tags(user)]
    return Picker(_("Tags"), _("Remove a tag…"), options, name="tag")


def times(_user: User) -> Picker:
    options = [
        Option(one.until.isoformat(), one.label, icon="clock-pause", hint=said(one.until))
        for one in presets(timezone.get_current_timezone())
    ]
    awake = Option("", _("Wake them now"), icon="bell")
    label = _("Choose day and time…")
    return Picker(
        _("Snooze"), _("Snooze until…"), [*options, awake], further="bulk_snooze", further_label=label
    )


@login_required
@require_GET
def pick(request: StaffRequest) -> HttpResponse:
    """What the tickets can become, for the page's one picker dialog."""
    verb = request.GET.get("verb", "")
    picker = picker_of(request.user, verb)
    context = {
        "picker": picker,
        "field": f"bulk-{verb}",
        "url": f"{reverse('tickets:bulk')}?verb={verb}",
        "verb": verb,
        "further": reverse(f"tickets:{picker.further}") if picker.further else "",
    }
    return render(request, "tickets/_picker.html", context)


@login_required
@require_GET
def own_time(request: StaffRequest) -> HttpResponse:
    return render(request, "tickets/_snooze_dialog.html", {"url": reverse("tickets:bulk"), **limits()})


@login_required
@require_GET
def merge_dialog(request: StaffRequest) -> HttpResponse:
    """Which of the chosen tickets stays; the oldest unless somebody says otherwise."""
    ids = numbers([part for part in request.GET.get("ids", "").split(",") if part], jobs.MOST)
    tickets = Ticket.objects.visible_to(request.user).filter(pk__in=ids[: jobs.MERGED_AT_ONCE + 1])
    found = list(tickets.select_related("customer").order_by("pk"))
    put_living_customers(found)
    customers = {one.customer_id for one in found if one.customer_id}
    context = {
        "found": found,
        "is_possible": 2 <= len(found) <= jobs.MERGED_AT_ONCE and len(ids) <= jobs.MERGED_AT_ONCE,
        "most": jobs.MERGED_AT_ONCE,
        "several_customers": len(customers) > 1,
    }
    return render(request, "tickets/_bulk_merge.html", context)


@login_required
@require_GET
def job(request: StaffRequest, pk: int) -> HttpResponse:
    """How far it is; while it runs it asks again by itself."""
    return shown(request, get_job_for(request.user, pk))


def shown(request: StaffRequest, found: BulkJob) -> HttpResponse:
    progress = jobs.progress(found)
    is_running = found.state == BulkJob.State.RUNNING
    failed = jobs.failures(found) if progress.failed and not is_running else []
    can_undo = not is_running and found.undoes_id is None and progress.done > 0
    if can_undo:
        can_undo = not BulkJob.objects.filter(undoes=found).exists()
    context = {
        "job": found,
        "value": value_in_words(found),
        "progress": progress,
        "is_running": is_running,
        "failed": failed,
        "can_undo": can_undo,
    }
    response = render(request, "tickets/_bulk_progress.html", context)
    return response if is_running else trigger_client_event(response, "bulk-ended", {"job": found.pk})


@login_required
@require_POST
def stop(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_job_for(request.user, pk)
    jobs.stop(found)
    found.refresh_from_db()
    return shown(request, found)


@login_required
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    try:
        return begun(request, jobs.undo(get_job_for(request.user, pk), actor=request.user))
    except TicketError as error:
        return told_no(error)
