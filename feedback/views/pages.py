"""/s/<key>/: where a customer answers. Opening it votes for nothing, whoever opens it: only what is sent counts.

Without cookies and without signing in: the key of the address is all that is needed, so nothing can be forged with
somebody else's sign-in, and no other site learns the address.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_deny
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import TICKET_VIEW
from accounts.views.guard import StaffRequest, needs
from carecenter.api.throttles import take
from carecenter.lib.hosts import network_of
from feedback.access import get_invitation_for
from feedback.answer_form import AnswerForm
from feedback.domain import answering, scales, wording
from feedback.domain.answering import answer_of
from feedback.domain.errors import FeedbackError, Gone, NotValid, TooLate
from feedback.domain.refusing import refuse_surveys
from feedback.models import Answer, Invitation

View = Callable[..., HttpResponse]


def by_key(view: View) -> View:
    """Gives the view the invitation of the key, in its language. Guessing and flooding end at a limit a minute."""

    @csrf_exempt
    @xframe_options_deny
    @functools.wraps(view)
    def guarded(request: HttpRequest, key: str) -> HttpResponse:
        response = answered(request, key)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    def answered(request: HttpRequest, key: str) -> HttpResponse:
        if too_many(request, key):
            return said(request, None, "too_many", status=429)
        invitation = answering.find_invitation(key)
        if invitation is None:
            return said(request, None, "unknown", status=404)
        with translation.override(invitation.language):
            return view(request, invitation)

    return guarded


def too_many(request: HttpRequest, key: str) -> bool:
    """Of one network address, and of one key. Without Valkey nothing is limited."""
    limits = settings.SURVEY_RATE_PER_MINUTE
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    buckets = ((f"survey-net:{network}", limits["net"]), (f"survey-key:{key[:40]}", limits["key"]))
    taken = [take(name, per_minute=limit) for name, limit in buckets]
    return any(one is not None and not one[0] for one in taken)


def said(
    request: HttpRequest, invitation: Invitation | None, what: str, *, status: int = 200
) -> HttpResponse:
    """A page that only says something: thanks, too late, deleted, unknown."""
    context: dict[str, Any] = {"what": what, "brand": invitation.brand if invitation else None}
    if invitation is not None:
        context |= {"thanks": wording.thanks(invitation.survey), "answer": answer_of(invitation)}
        context["may_change"] = what == "thanks" and is_open(invitation)
        context["key"] = invitation.key
    if is_card(request):
        return JsonResponse({"error": what, "detail": WORDS[what]()}, status=status)
    return render(request, "feedback/said.html", context, status=status)


WORDS: dict[str, Callable[[], str]] = {
    "unknown": lambda: _("This link is not known here. Perhaps a part of it was lost on the way."),
    "too_many": lambda: _("That was a lot at once. Please wait a minute and try again."),
    "deleted": lambda: _("What this question was about has been deleted."),
    "late": lambda: _("The time to answer this question is over."),
    "kept": lambda: _("Your answer has been with us for more than a day and cannot be changed any more."),
}


def is_card(request: HttpRequest) -> bool:
    return request.path.endswith("/card/")


def is_open(invitation: Invitation) -> bool:
    try:
        answering.check_open(invitation)
    except FeedbackError:
        return False
    return True


def closed(request: HttpRequest, invitation: Invitation) -> HttpResponse | None:
    """The page that says why it cannot be answered any more; None while it can."""
    try:
        answering.check_open(invitation)
    except Gone:
        return said(request, invitation, "deleted", status=410)
    except TooLate:
        what = "late" if answer_of(invitation) is None else "kept"
        return said(request, invitation, what, status=410)
    return None


@by_key
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The question. `?score=` of a link in the mail fills the choice in; it is kept when it is sent."""
    if (refusal := closed(request, invitation)) is not None:
        return refusal
    form = AnswerForm(request.POST or None, survey=invitation.survey, initial=filled_in(request, invitation))
    if request.method == "POST" and form.is_valid():
        try:
            answering.answer(invitation, form.said(Answer.Way.MAIL))
        except NotValid as error:
            form.add_error("score", str(error))
        except FeedbackError:
            return closed(request, invitation) or said(request, invitation, "late", status=410)
        else:
            return redirect("survey:thanks", invitation.key)
    return show(request, invitation, form)


def show(
    request: HttpRequest, invitation: Invitation, form: AnswerForm, *, is_shown: bool = False
) -> HttpResponse:
    survey = invitation.survey
    context = {
        "brand": invitation.brand,
        "invitation": invitation,
        "form": form,
        "is_shown": is_shown,
        "answer": answer_of(invitation),
        **asked(survey),
    }
    return render(request, "feedback/page.html", context, status=422 if form.errors else 200)


def asked(survey: Any) -> dict[str, Any]:
    """What the question's markup needs, here and in the preview of the settings."""
    return {
        "survey": survey,
        "question": wording.question(survey),
        "comment_label": wording.comment(survey),
        "steps": scales.steps(survey),
        "look": scales.look_of(survey),
        "ends": scales.ends(survey.measure),
        "is_two": len(scales.SCORES[survey.measure]) == 2,
    }


def filled_in(request: HttpRequest, invitation: Invitation) -> dict[str, Any]:
    """What was answered before; the link that was clicked comes over the score."""
    given = answer_of(invitation)
    initial: dict[str, Any] = {}
    if given is not None:
        initial = {"score": given.score, "comment": given.comment}
        initial |= {AnswerForm.name_of(key): value for key, value in given.more.items()}
    clicked = request.GET.get("score", "")
    is_number = clicked.isascii() and clicked.isdecimal() and len(clicked) < 4
    if is_number and scales.is_score(invitation.survey.measure, int(clicked)):
        initial["score"] = int(clicked)
    return initial


@by_key
@require_safe
def thanks(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if answer_of(invitation) is None:
        return redirect("survey:page", invitation.key)
    return said(request, invitation, "thanks")


@by_key
@require_POST
def never(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """This person does not want to be asked again. Taken back in the help centre, or by telling us."""
    refuse_surveys(invitation)
    return said(request, invitation, "never")


@by_key
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The same for the chat, as data: the page of the chat draws it and sends what is clicked there."""
    if (refusal := closed(request, invitation)) is not None:
        return refusal
    if request.method == "POST":
        form = AnswerForm(request.POST, survey=invitation.survey)
        if not form.is_valid():
            return JsonResponse(
                {"error": "not_valid", "detail": _("Please choose one of the answers.")}, status=422
            )
        given = answer_of(invitation)
        more = given.more if given else {}
        try:
            answering.answer(invitation, form.said(Answer.Way.CHAT, more=more))
        except FeedbackError:
            return closed(request, invitation) or said(request, invitation, "late", status=410)
        invitation = answering.find_invitation(invitation.key) or invitation
    return JsonResponse(card_of(invitation))


def card_of(invitation: Invitation) -> dict[str, Any]:
    survey, given = invitation.survey, answer_of(invitation)
    steps = [{"score": step.score, "label": step.label, "sign": step.sign} for step in scales.steps(survey)]
    return {
        "question": wording.question(survey),
        "look": scales.look_of(survey),
        "steps": steps,
        "ends": scales.ends(survey.measure),
        "comment_label": wording.comment(survey),
        "thanks": wording.thanks(survey),
        "score": given.score if given else None,
        "comment": given.comment if given else "",
        "words": {
            "send": _("Send"),
            "thank_you": _("Thank you!"),
            "trouble": _("That did not work. Please try again."),
        },
    }


@needs(TICKET_VIEW)
@require_safe
def shown(request: StaffRequest, pk: int) -> HttpResponse:
    """What the link in a ticket opens for a colleague: the question as the customer sees it, which takes no answer."""
    invitation = get_invitation_for(request.user, pk)
    if invitation.state not in answering.ASKED:
        raise Http404
    with translation.override(invitation.language):
        form = AnswerForm(None, survey=invitation.survey, initial={})
        return show(request, invitation, form, is_shown=True)
