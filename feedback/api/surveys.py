"""Surveys, when they are asked, and what holds for all of a brand. The verbs and forms of their pages."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.administration import AdministrationSet
from accounts.models import Brand, User
from accounts.permissions import SURVEYS_MANAGE
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Id, Input, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, invalid, paged, read_body, read_query, shown
from carecenter.lib.kinds import kind_choices
from feedback.access import get_rule_for, get_survey_brand_for, get_survey_for, survey_brands_for
from feedback.domain import surveys as verbs
from feedback.domain.errors import NotAllowed
from feedback.domain.planning import settings_of
from feedback.models import FeedbackSettings, Measure, Survey, SurveyRule, Trigger
from feedback.rule_form import BrandForm, RuleForm, in_units
from feedback.survey_form import MOST_OPTIONS, MOST_QUESTIONS, TYPES, SurveyForm, written

BY_ID = Keyset(("id",))
LANGUAGES = settings.LANGUAGES
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
KINDS = [one for one in TYPES if one[0]]


@extend_schema_field({"type": "string", "pattern": CLOCK})
class ClockField(serializers.TimeField):
    """Of a wall clock: a time of JSON Schema would have a zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class Words(serializers.DictField):
    """A text for each language; one line."""

    child = Text(max_length=300)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        words: dict[str, str] = super().to_internal_value(data)
        if unknown := [code[:20] for code in words if code not in dict(LANGUAGES)]:
            raise serializers.ValidationError({code: ["No language of ours."] for code in unknown[:20]})
        return {code: " ".join(text.split()) for code, text in words.items()}


class SurveyWordsWrite(Input):
    """Of one language; what is left out is said in our own words."""

    question = Text(max_length=300, required=False, allow_blank=True)
    comment = Text(max_length=200, required=False, allow_blank=True)
    thanks = Text(max_length=400, required=False, allow_blank=True)


class SurveyQuestionWrite(Input):
    key = Text(max_length=32, required=False, help_text="Of a question there is; a new one gets its own.")
    type = serializers.ChoiceField(choices=KINDS)
    words = Words()
    options = serializers.ListField(
        child=Words(), required=False, max_length=MOST_OPTIONS, help_text="Of a choice, in one order for all."
    )

    def validate_options(self, options: list[dict[str, str]]) -> list[dict[str, str]]:
        if len({frozenset(one) for one in options}) > 1:
            raise serializers.ValidationError("Write every answer in the same languages.")
        return options


class SurveyChange(Input):
    name = Text(max_length=120)
    measure = serializers.ChoiceField(choices=Measure.choices)
    look = serializers.ChoiceField(choices=Survey.Look.choices)
    is_active = serializers.BooleanField(required=False)
    words = serializers.DictField(
        child=SurveyWordsWrite(), required=False, help_text="By language. All of them, each time."
    )
    questions = serializers.ListField(
        child=SurveyQuestionWrite(), required=False, max_length=MOST_QUESTIONS, help_text="All, each time."
    )

    def validate_words(self, words: dict[str, Any]) -> dict[str, Any]:
        if any(code not in dict(LANGUAGES) for code in words):
            raise serializers.ValidationError("No language of ours.")
        return words


@example(
    {
        "brand": 1,
        "name": "After a ticket",
        "measure": "csat",
        "look": "stars",
        "words": {"de": {"question": "Wie war es?", "thanks": "Danke!"}},
        "questions": [
            {"type": "choice", "words": {"en": "Why?"}, "options": [{"en": "Fast"}, {"en": "Kind"}]}
        ],
    }
)
class SurveyWrite(SurveyChange):
    brand = Id(help_text="Stays as it is.")


class SurveyQuestionShown(serializers.Serializer[dict[str, Any]]):
    key = serializers.CharField()
    type = serializers.ChoiceField(choices=KINDS)
    words = serializers.DictField(child=serializers.CharField())
    options = serializers.SerializerMethodField()

    def get_options(self, question: dict[str, Any]) -> list[dict[str, str]]:
        return [one["words"] for one in question.get("options", ())]


class SurveyShown(serializers.Serializer[Survey]):
    id = serializers.IntegerField()
    brand = serializers.IntegerField(source="brand_id")
    name = serializers.CharField()
    measure = serializers.ChoiceField(choices=Measure.choices)
    look = serializers.ChoiceField(choices=Survey.Look.choices)
    is_active = serializers.BooleanField()
    words = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))
    questions = SurveyQuestionShown(many=True)


class SurveySet(AdministrationSet):
    code = SURVEYS_MANAGE
    refusals = {NotAllowed: (409, "not-allowed")}


def brand_named(user: User, pk: int) -> Brand:
    """Raises ValidationError."""
    if (brand := survey_brands_for(user).filter(pk=pk).first()) is None:
        raise invalid("brand", "There is none with this id whose surveys you set up.")
    return brand


def saved(survey: Survey, body: dict[str, Any], user: User) -> Survey:
    """By the form of the screen. Raises ValidationError, NotAllowed."""
    questions = [
        {"key": "", **one, "options": [{"words": words} for words in one.get("options", ())]}
        for one in body.get("questions", ())
    ]
    plain = {name: body[name] for name in ("name", "measure", "look")}
    typed = Survey(
        **plain, is_active=body.get("is_active", True), words=body.get("words", {}), questions=questions
    )
    form = SurveyForm(written(typed))
    called = {name: name.split("_")[0] for name in form.fields if name[0] != "q"}
    called |= dict.fromkeys(
        (name for name in form.fields if name[0] == "q" and name[1].isdigit()), "questions"
    )
    values = checked(form, called | {"is_active": "is_active"})
    return verbs.save_survey(survey, actor=user, **values)


class SurveyEndpoint(SurveySet):
    @extend_schema(parameters=[PageQuery], responses=page_of(SurveyShown))
    def list(self, request: SignedRequest) -> Response:
        """List the surveys of the brands where you set them up."""
        query = read_query(request, PageQuery)
        rows = Survey.objects.filter(brand__in=survey_brands_for(request.user))
        return paged(request, rows, keyset=BY_ID, query=query, show=SurveyShown)

    @extend_schema(request=SurveyWrite, responses={201: SurveyShown})
    def create(self, request: SignedRequest) -> Response:
        """Set up a survey; rules say when it is asked."""
        body = read_body(request, SurveyWrite)
        survey = Survey(brand=brand_named(request.user, body["brand"]))
        return self.answer(request, saved(survey, body, request.user), status=201)

    @extend_schema(responses=SurveyShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a survey."""
        return self.answer(request, get_survey_for(request.user, pk))

    @extend_schema(request=SurveyChange, responses=SurveyShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change a survey. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, SurveyChange, partial=True)
        with transaction.atomic():
            survey = hold(get_survey_for(request.user, pk))
            before = shown(request, survey, SurveyShown)
            check_seen(request, before)
            survey = saved(survey, {**before, **body}, request.user)
        return self.answer(request, survey)

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete a survey that has asked nobody yet; switch another off with `is_active`."""
        verbs.delete_survey(get_survey_for(request.user, pk), actor=request.user)
        return Response(status=204)

    def answer(self, request: SignedRequest, survey: Survey, *, status: int = 200) -> Response:
        return with_tag(shown(request, survey, SurveyShown), status=status)


@example({"survey": 1, "trigger": "solved", "delay_seconds": 3600, "tags": ["vip"]})
class SurveyRuleChange(Input):
    """What is left out, or an empty list, means any."""

    survey = Id()
    trigger = serializers.ChoiceField(choices=Trigger.choices)
    delay_seconds = serializers.IntegerField(min_value=0, max_value=60 * 86400, help_text="Whole minutes.")
    sample_percent = serializers.IntegerField(min_value=1, max_value=100, required=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=kind_choices()), required=False, max_length=30
    )
    inbox = Id(required=False, allow_null=True)
    team = Id(required=False, allow_null=True)
    tags = serializers.ListField(child=Text(max_length=60), required=False, max_length=20)
    languages = serializers.ListField(
        child=serializers.ChoiceField(choices=LANGUAGES), required=False, max_length=30
    )
    is_active = serializers.BooleanField(required=False)

    def validate_delay_seconds(self, seconds: int) -> int:
        if seconds % 60:
            raise serializers.ValidationError("Whole minutes.")
        return seconds


class SurveyRuleMove(Input):
    to = serializers.ChoiceField(choices=[("up", "up"), ("down", "down")])


class SurveyRuleShown(serializers.Serializer[SurveyRule]):
    id = serializers.IntegerField()
    brand = serializers.IntegerField(source="survey.brand_id")
    position = serializers.IntegerField(help_text="The first active rule of the brand that fits asks.")
    survey = serializers.IntegerField(source="survey_id")
    trigger = serializers.ChoiceField(choices=Trigger.choices)
    delay_seconds = serializers.IntegerField()
    sample_percent = serializers.IntegerField()
    kinds = serializers.ListField(child=serializers.CharField())
    inbox = serializers.IntegerField(source="inbox_id", allow_null=True)
    team = serializers.IntegerField(source="team_id", allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()


def rules_for(user: User) -> QuerySet[SurveyRule]:
    return SurveyRule.objects.filter(survey__brand__in=survey_brands_for(user)).select_related(
        "survey__brand"
    )


def saved_rule(rule: SurveyRule | None, brand: Brand, body: dict[str, Any], user: User) -> SurveyRule:
    """By the form of the screen. Raises ValidationError."""
    delay, unit = in_units(body["delay_seconds"])
    data = {"sample_percent": 100, "is_active": True, **body, "delay": delay, "unit": unit}
    data["tags"] = ", ".join(body.get("tags", ()))
    form = RuleForm(data, brand=brand, rule=rule)
    checked(form, {"delay": "delay_seconds", "unit": "delay_seconds"})
    return verbs.save_rule(rule or SurveyRule(), actor=user, **form.values())


class SurveyRuleEndpoint(SurveySet):
    @extend_schema(parameters=[PageQuery], responses=page_of(SurveyRuleShown))
    def list(self, request: SignedRequest) -> Response:
        """List when surveys are asked."""
        query = read_query(request, PageQuery)
        return paged(request, rules_for(request.user), keyset=BY_ID, query=query, show=SurveyRuleShown)

    @extend_schema(request=SurveyRuleChange, responses={201: SurveyRuleShown})
    def create(self, request: SignedRequest) -> Response:
        """Add a rule, as the last of its brand."""
        body = read_body(request, SurveyRuleChange)
        survey = Survey.objects.filter(pk=body["survey"], brand__in=survey_brands_for(request.user)).first()
        if survey is None:
            raise invalid("survey", "There is none with this id that you set up.")
        return self.answer(request, saved_rule(None, survey.brand, body, request.user), status=201)

    @extend_schema(responses=SurveyRuleShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a rule."""
        return self.answer(request, get_rule_for(request.user, pk))

    @extend_schema(request=SurveyRuleChange, responses=SurveyRuleShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change a rule. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, SurveyRuleChange, partial=True)
        with transaction.atomic():
            rule = hold(get_rule_for(request.user, pk))
            before = shown(request, rule, SurveyRuleShown)
            check_seen(request, before)
            rule = saved_rule(rule, rule.survey.brand, {**before, **body}, request.user)
        return self.answer(request, rule)

    @extend_schema(request=SurveyRuleMove, responses=SurveyRuleShown)
    def move(self, request: SignedRequest, pk: int) -> Response:
        """Try a rule one place earlier or later."""
        body = read_body(request, SurveyRuleMove)
        verbs.move_rule(get_rule_for(request.user, pk), up=body["to"] == "up", actor=request.user)
        return self.answer(request, get_rule_for(request.user, pk))

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete a rule; what it had planned is not asked any more."""
        verbs.delete_rule(get_rule_for(request.user, pk), actor=request.user)
        return Response(status=204)

    def answer(self, request: SignedRequest, rule: SurveyRule, *, status: int = 200) -> Response:
        return with_tag(shown(request, rule, SurveyRuleShown), status=status)


@example({"quiet_from": "20:00", "quiet_until": "08:00", "days_between": 30})
class SurveySettingsChange(Input):
    """Times are on the customer's clock; scores are where a follow-up begins."""

    days_between = serializers.IntegerField(required=False, help_text="0 asks every time.")
    quiet_from = serializers.RegexField(CLOCK, required=False, help_text="As in 20:00.")
    quiet_until = serializers.RegexField(CLOCK, required=False, help_text="The same: never quiet.")
    late_hours = serializers.IntegerField(required=False)
    valid_days = serializers.IntegerField(required=False)
    low_csat = serializers.IntegerField(required=False)
    low_nps = serializers.IntegerField(required=False)
    low_ces2 = serializers.IntegerField(required=False)
    high_ces1 = serializers.IntegerField(required=False)
    follow_up_owner = serializers.ChoiceField(choices=FeedbackSettings.Owner.choices, required=False)
    follow_up_hours = serializers.IntegerField(required=False)
    settled_days = serializers.IntegerField(required=False)


class SurveySettingsShown(serializers.ModelSerializer[FeedbackSettings]):
    brand = serializers.IntegerField(source="brand_id")
    quiet_from, quiet_until = ClockField(), ClockField()

    class Meta:
        model = FeedbackSettings
        fields = ("brand", *BrandForm.Meta.fields)


class SurveySettingsEndpoint(SurveySet):
    @extend_schema(responses=SurveySettingsShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show what holds for all surveys of a brand: pauses, quiet hours, thresholds."""
        return self.answer(request, get_survey_brand_for(request.user, pk))

    @extend_schema(request=SurveySettingsChange, responses=SurveySettingsShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change what holds for all surveys of a brand. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, SurveySettingsChange, partial=True)
        with transaction.atomic():
            brand = hold(get_survey_brand_for(request.user, pk))
            kept = settings_of(brand)
            before = shown(request, kept, SurveySettingsShown)
            check_seen(request, before)
            values = checked(BrandForm({**before, **body}, instance=kept))
            verbs.save_settings(brand, actor=request.user, **values)
        return self.answer(request, brand)

    def answer(self, request: SignedRequest, brand: Brand) -> Response:
        return with_tag(shown(request, settings_of(brand), SurveySettingsShown))
