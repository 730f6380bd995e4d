"""Follow-ups: their lists, one of them, and what is done with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import FEEDBACK_FOLLOW_UP
from accounts.views.guard import StaffRequest, needs
from feedback.access import get_follow_up_for
from feedback.domain import follow_ups as verbs
from feedback.domain.errors import FeedbackError
from feedback.domain.follow_up_lists import View, counts, follow_ups_in, page_of
from feedback.domain.owners import possible_owners
from feedback.domain.playbook import playbook
from feedback.filters import number_in
from feedback.models import FollowUp, Invitation, Outcome

MOST_COUNTED = 100


@require_safe
@needs(FEEDBACK_FOLLOW_UP)
def follow_ups(request: StaffRequest) -> HttpResponse:
    """Mine, all, overdue or ended; the most urgent first."""
    view = request.GET.get("view", "")
    view = view if view in View.values else str(View.MINE)
    many = counts(request.user)
    context = {
        "area": "feedback",
        "tab": "follow_ups",
        "view": view,
        "lists": [(value, label, many.get(value)) for value, label in View.choices],
        "page": page_of(view, request.user, request.GET.get("after", "")),
    }
    return render(request, "feedback/follow_ups.html", context)


@require_safe
@needs(FEEDBACK_FOLLOW_UP)
@never_cache
def waiting(request: StaffRequest) -> JsonResponse:
    """How many are mine, for the number in the navigation of every page."""
    return JsonResponse({"waiting": follow_ups_in(View.MINE, request.user)[:MOST_COUNTED].count()})


@require_safe
@needs(FEEDBACK_FOLLOW_UP)
def follow_up(request: StaffRequest, pk: int) -> HttpResponse:
    return page(request, get_follow_up_for(request.user, pk))


def page(request: StaffRequest, found: FollowUp, error: str = "") -> HttpResponse:
    """What was said, the steps, who has it until when, and how it ends or ended."""
    asked: Invitation | None = found.questions.select_related("survey", "answer").first()
    context: dict[str, Any] = {
        "area": "feedback",
        "tab": "follow_ups",
        "follow_up": found,
        "answer": found.answer,
        "invitation": found.answer.invitation,
        "steps": playbook(found),
        "owners": possible_owners(found.brand_id, found.answer.team_id) if found.is_open else [],
        "outcomes": Outcome.choices,
        "second": asked,
        "second_answer": getattr(asked, "answer", None),
        "error": error,
    }
    return render(request, "feedback/follow_up.html", context, status=409 if error else 200)


def after(request: StaffRequest, pk: int) -> HttpResponse:
    """Back on its page; htmx follows and takes the part it wants."""
    return redirect("feedback:follow_up", pk)


def refused(request: StaffRequest, pk: int, error: FeedbackError) -> HttpResponse:
    """The sentence of the verb, on the follow-up as it is now."""
    return page(request, get_follow_up_for(request.user, pk), str(error))


@require_POST
@needs(FEEDBACK_FOLLOW_UP)
def step(request: StaffRequest, pk: int) -> HttpResponse:
    """Tick a step of the playbook with the time of now, or take the tick back."""
    found = get_follow_up_for(request.user, pk)
    try:
        verbs.tick(
            found,
            request.POST.get("step", ""),
            done=request.POST.get("done") == "yes",
            actor=request.user,
        )
    except FeedbackError as error:
        return refused(request, pk, error)
    return after(request, pk)


@require_POST
@needs(FEEDBACK_FOLLOW_UP)
def note(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_follow_up_for(request.user, pk)
    try:
        verbs.write_note(found, request.POST.get("note", ""), actor=request.user)
    except FeedbackError as error:
        return refused(request, pk, error)
    return after(request, pk)


@require_POST
@needs(FEEDBACK_FOLLOW_UP)
def owner(request: StaffRequest, pk: int) -> HttpResponse:
    """Give it to a colleague, or to the team with an empty value."""
    found = get_follow_up_for(request.user, pk)
    wanted = number_in(request.POST.get("owner"))
    to: User | None = None
    if wanted is not None:
        to = possible_owners(found.brand_id, found.answer.team_id).filter(pk=wanted).first()
        if to is None:
            return refused(request, pk, FeedbackError(_("Choose somebody from the list.")))
    try:
        verbs.give(found, to=to, actor=request.user)
    except FeedbackError as error:
        return refused(request, pk, error)
    return after(request, pk)


@require_POST
@needs(FEEDBACK_FOLLOW_UP)
def take(request: StaffRequest, pk: int) -> HttpResponse:
    """One that nobody has."""
    found = get_follow_up_for(request.user, pk)
    try:
        verbs.take(found, actor=request.user)
    except FeedbackError as error:
        return refused(request, pk, error)
    return after(request, pk)


@require_POST
@needs(FEEDBACK_FOLLOW_UP)
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Only with an outcome; what is written in the note is kept with it."""
    found = get_follow_up_for(request.user, pk)
    try:
        verbs.end(
            found,
            request.POST.get("outcome", ""),
            note=request.POST.get("note"),
            actor=request.user,
        )
    except FeedbackError as error:
        return refused(request, pk, error)
    messages.success(request, _("The follow-up has ended. Open it again if that was too early."))
    return after(request, pk)


@require_POST
@needs(FEEDBACK_FOLLOW_UP)
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    verbs.reopen(get_follow_up_for(request.user, pk), actor=request.user)
    return after(request, pk)
