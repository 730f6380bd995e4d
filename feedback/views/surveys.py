"""The settings page of surveys: what each brand asks, and when; one survey with its preview."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import SURVEYS_MANAGE
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.colours import safe_colour, text_on
from feedback.access import get_survey_brand_for, get_survey_for, survey_brands_for
from feedback.answer_form import AnswerForm
from feedback.domain import survey_list
from feedback.domain import surveys as verbs
from feedback.domain.errors import NotAllowed
from feedback.models import Survey
from feedback.survey_form import SurveyForm
from feedback.views.pages import asked

HERE = {"area": "settings"}


@needs(SURVEYS_MANAGE)
@require_safe
def surveys(request: StaffRequest) -> HttpResponse:
    rows = survey_list.brands_with_surveys(survey_brands_for(request.user))
    return render(request, "feedback/surveys.html", {**HERE, "rows": rows})


@needs(SURVEYS_MANAGE)
@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    """The usual survey with its two rules."""
    survey = verbs.start(get_survey_brand_for(request.user, pk), actor=request.user)
    messages.success(
        request, _("Ready: chats are asked at their end, tickets an hour after they are solved.")
    )
    return redirect("surveys:edit", survey.pk)


@never_cache
@needs(SURVEYS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, pk: int) -> HttpResponse:
    return edit_page(request, Survey(brand=get_survey_brand_for(request.user, pk)))


@never_cache
@needs(SURVEYS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    return edit_page(request, get_survey_for(request.user, pk))


def edit_page(request: StaffRequest, survey: Survey) -> HttpResponse:
    form = SurveyForm(request.POST or None, survey=survey if survey.pk else None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.save_survey(survey, actor=request.user, **form.cleaned_data)
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The survey is saved."))
            return redirect("surveys:list")
    context = {
        **HERE,
        "form": form,
        "survey": survey,
        "has_asked": survey.pk is not None and verbs.has_asked(survey),
        **preview_of(survey, get_language() or ""),
    }
    return render(request, "feedback/survey_edit.html", context, status=422 if form.errors else 200)


@needs(SURVEYS_MANAGE)
@require_POST
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The question as it would look with what is typed so far; nothing is kept."""
    brand = get_survey_brand_for(request.user, pk)
    survey = Survey(brand=brand, words={}, questions=[])
    form = SurveyForm(request.POST)
    form.is_valid()
    for name in ("measure", "look", "words", "questions"):
        setattr(survey, name, form.cleaned_data.get(name) or getattr(survey, name))
    language = request.POST.get("preview_language", "")
    return render(request, "feedback/_preview.html", preview_of(survey, language))


def preview_of(survey: Survey, language: str) -> dict[str, Any]:
    """The question as a fragment, in that language, whatever the colleague speaks."""
    brand = survey.brand
    language = language if language in dict(settings.LANGUAGES) else brand.language
    with translation.override(language):
        form = AnswerForm(None, survey=survey, auto_id="preview_%s")
        look = {"colour": safe_colour(brand.color), "on_colour": text_on(brand.color)}
        card = render_to_string("feedback/_preview_card.html", {"form": form, **look, **asked(survey)})
    return {"preview": card, "brand": brand, "preview_language": language}


@needs(SURVEYS_MANAGE)
@require_POST
def switch(request: StaffRequest, pk: int) -> HttpResponse:
    survey = get_survey_for(request.user, pk)
    verbs.switch_survey(survey, is_active=not survey.is_active, actor=request.user)
    return redirect("surveys:list")


@needs(SURVEYS_MANAGE)
@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    survey = get_survey_for(request.user, pk)
    try:
        verbs.delete_survey(survey, actor=request.user)
    except NotAllowed as error:
        messages.error(request, str(error))
        return redirect("surveys:edit", pk)
    messages.success(request, _("The survey is deleted."))
    return redirect("surveys:list")
