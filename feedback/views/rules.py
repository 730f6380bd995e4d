"""When surveys are asked: the rules of a brand in their order, and what holds for all of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Brand
from accounts.permissions import SURVEYS_MANAGE
from accounts.views.guard import StaffRequest, needs
from feedback.access import get_rule_for, get_survey_brand_for
from feedback.domain import surveys as verbs
from feedback.domain.planning import settings_of
from feedback.models import SurveyRule
from feedback.rule_form import BrandForm, RuleForm
from feedback.views.surveys import HERE


@never_cache
@needs(SURVEYS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, pk: int) -> HttpResponse:
    brand = get_survey_brand_for(request.user, pk)
    return edit_page(request, brand, None)


@never_cache
@needs(SURVEYS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    rule = get_rule_for(request.user, pk)
    return edit_page(request, rule.survey.brand, rule)


def edit_page(request: StaffRequest, brand: Brand, rule: SurveyRule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, brand=brand, rule=rule)
    if request.method == "POST" and form.is_valid():
        verbs.save_rule(rule or SurveyRule(), actor=request.user, **form.values())
        messages.success(request, _("The rule is saved."))
        return redirect("surveys:list")
    context: dict[str, Any] = {**HERE, "form": form, "rule": rule, "brand": brand}
    return render(request, "feedback/rule_edit.html", context, status=422 if form.errors else 200)


@needs(SURVEYS_MANAGE)
@require_POST
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """One place up with `to=up`, else one down."""
    rule = get_rule_for(request.user, pk)
    verbs.move_rule(rule, up=request.POST.get("to") == "up", actor=request.user)
    return redirect("surveys:list")


@needs(SURVEYS_MANAGE)
@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    verbs.delete_rule(get_rule_for(request.user, pk), actor=request.user)
    messages.success(request, _("The rule is deleted. What it had planned is not asked any more."))
    return redirect("surveys:list")


@never_cache
@needs(SURVEYS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def brand(request: StaffRequest, pk: int) -> HttpResponse:
    """Pauses, quiet hours and thresholds."""
    found = get_survey_brand_for(request.user, pk)
    form = BrandForm(request.POST or None, instance=settings_of(found))
    if request.method == "POST" and form.is_valid():
        verbs.save_settings(found, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("surveys:list")
    context = {**HERE, "form": form, "brand": found}
    return render(request, "feedback/survey_brand.html", context, status=422 if form.errors else 200)
