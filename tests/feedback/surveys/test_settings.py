"""The settings pages of surveys."""

import pytest
from django.urls import reverse

from accounts.models import Grant
from feedback.models import FeedbackSettings, Survey, SurveyRule
from journal.models import Event
from tests.factories.accounts import UserFactory, grant, role
from tests.factories.surveys import InvitationFactory, RuleFactory, SurveyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client_for, admin):
    return client_for(admin)


@pytest.fixture
def filled():
    """What the form of a survey sends."""
    return {
        "name": "Satisfaction",
        "measure": "csat",
        "look": "faces",
        "is_active": "on",
        "question_en": "Well?",
    }


def test_usual_survey_is_set_up_with_a_click(page, brand):
    page.post(reverse("surveys:start", args=[brand.pk]))
    survey = Survey.objects.get()
    rules = SurveyRule.objects.order_by("position").values_list("trigger", "kinds", "delay_seconds")
    assert (survey.brand, survey.measure) == (brand, "csat")
    assert list(rules) == [("ended", ["webchat"], 0), ("solved", [], 3600)]
    page.post(reverse("surveys:start", args=[brand.pk]))
    assert Survey.objects.count() == 1


def test_survey_is_written_and_changed(page, brand, filled):
    page.post(reverse("surveys:new", args=[brand.pk]), filled)
    survey = Survey.objects.get()
    assert (survey.name, survey.look, survey.words) == (
        "Satisfaction",
        "faces",
        {"en": {"question": "Well?"}},
    )
    questions = {
        "q1_type": "choice",
        "q1_words_en": "Which way?",
        "q1_options_en": "Mail\n\n Chat ",
        "q1_options_de": "Post\nChat",
    }
    page.post(reverse("surveys:edit", args=[survey.pk]), filled | questions)
    survey.refresh_from_db()
    (one,) = survey.questions
    assert (one["type"], one["words"]) == ("choice", {"en": "Which way?"})
    assert one["options"] == [
        {"key": "1", "words": {"en": "Mail", "de": "Post"}},
        {"key": "2", "words": {"en": "Chat", "de": "Chat"}},
    ]
    shown = page.get(reverse("surveys:edit", args=[survey.pk])).content.decode()
    assert "Which way?" in shown
    again = page.post(
        reverse("surveys:edit", args=[survey.pk]),
        filled | questions | {"q1_key": one["key"], "q1_words_en": "How?"},
    )
    survey.refresh_from_db()
    assert (again.status_code, survey.questions[0]["key"]) == (302, one["key"])
    assert Event.objects.filter(name="survey.saved", subject=f"survey:{survey.pk}").count() == 3


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"q0_type": "text"}, "Write the question"),
        ({"q0_type": "choice", "q0_words_en": "A?", "q0_options_en": "one"}, "Write two answers at least"),
        (
            {"q0_type": "choice", "q0_words_en": "A?", "q0_options_en": "a\nb", "q0_options_de": "a"},
            "Write two answers at least",
        ),
        (
            {"q0_type": "choice", "q0_words_en": "A?", "q0_options_en": "a\nb\nc", "q0_options_de": "a\nb"},
            "the same number of answers",
        ),
        ({"q0_type": "choice", "q0_words_en": "A?", "q0_options_en": "a\n" * 13}, "12 answers at most"),
        ({"name": ""}, "This field is required"),
        ({"measure": "mood"}, "Select a valid choice"),
    ],
)
def test_survey_that_is_none_is_refused(more, complaint, page, brand, filled):
    response = page.post(reverse("surveys:new", args=[brand.pk]), filled | more)
    assert (response.status_code, Survey.objects.count()) == (422, 0)
    assert complaint in response.content.decode()


def test_same_name_twice_in_a_brand_is_refused(page, brand, filled):
    for status in (302, 422):
        assert page.post(reverse("surveys:new", args=[brand.pk]), filled).status_code == status
    assert Survey.objects.count() == 1


def test_measure_stays_once_somebody_was_asked(page, brand, filled):
    survey = SurveyFactory(brand=brand, name="Satisfaction")
    InvitationFactory(survey=survey)
    response = page.post(reverse("surveys:edit", args=[survey.pk]), filled | {"measure": "nps"})
    survey.refresh_from_db()
    assert (response.status_code, survey.measure) == (422, "csat")


def test_survey_that_asked_is_not_deleted(page, brand):
    asked, fresh = SurveyFactory(brand=brand), SurveyFactory(brand=brand)
    InvitationFactory(survey=asked)
    for survey in (asked, fresh):
        page.post(reverse("surveys:delete", args=[survey.pk]))
    assert list(Survey.objects.all()) == [asked]


def test_switch_is_taken_back_by_the_same_switch(page, brand):
    survey = SurveyFactory(brand=brand)
    states = []
    for _ in range(2):
        page.post(reverse("surveys:switch", args=[survey.pk]))
        survey.refresh_from_db()
        states.append(survey.is_active)
    assert states == [False, True]


def test_rule_is_written_changed_and_deleted(page, brand, survey_of):
    survey = survey_of(brand)
    given = {
        "survey": survey.pk, "trigger": "solved", "delay": 2, "unit": 86400, "sample_percent": 25,
        "tags": "VIP, vip, b", "kinds": ["email"], "languages": ["de"], "is_active": "on",
    }  # fmt: skip
    page.post(reverse("surveys:rule_new", args=[brand.pk]), given)
    rule = SurveyRule.objects.get()
    assert (rule.delay_seconds, rule.sample_percent, rule.tags) == (172800, 25, ["vip", "b"])
    assert (rule.kinds, rule.languages, rule.inbox, rule.is_active) == (["email"], ["de"], None, True)
    page.post(reverse("surveys:rule", args=[rule.pk]), given | {"delay": 0, "unit": 60})
    rule.refresh_from_db()
    assert rule.delay_seconds == 0
    page.post(reverse("surveys:rule_delete", args=[rule.pk]))
    assert SurveyRule.objects.count() == 0


@pytest.fixture
def survey_of():
    return lambda brand: SurveyFactory(brand=brand)


def test_rule_of_another_brands_survey_is_refused(page, brand, second_brand, survey_of):
    given = {
        "survey": survey_of(second_brand).pk,
        "trigger": "solved",
        "delay": 1,
        "unit": 60,
        "sample_percent": 100,
    }
    assert page.post(reverse("surveys:rule_new", args=[brand.pk]), given).status_code == 422


@pytest.mark.parametrize("percent", ["0", "101", "-5", "x"])
def test_sample_is_between_one_and_a_hundred(percent, page, brand, survey_of):
    given = {
        "survey": survey_of(brand).pk,
        "trigger": "solved",
        "delay": 1,
        "unit": 60,
        "sample_percent": percent,
    }
    assert page.post(reverse("surveys:rule_new", args=[brand.pk]), given).status_code == 422


def test_rules_are_moved_up_and_down(page, brand, second_brand):
    survey = SurveyFactory(brand=brand)
    rules = [RuleFactory(survey=survey) for _ in range(3)]
    foreign = RuleFactory(survey=SurveyFactory(brand=second_brand), position=7)

    def order():
        return [
            rules.index(rule) for rule in SurveyRule.objects.filter(survey=survey).order_by("position", "pk")
        ]

    moves = []
    for rule, to in ((2, "up"), (2, "up"), (2, "up"), (1, "down"), (0, "down")):
        page.post(reverse("surveys:rule_move", args=[rules[rule].pk]), {"to": to})
        moves.append(order())
    assert moves == [[0, 2, 1], [2, 0, 1], [2, 0, 1], [2, 0, 1], [2, 1, 0]]
    foreign.refresh_from_db()
    assert foreign.position == 7


def test_pauses_and_limits_are_kept(page, brand):
    address = reverse("surveys:brand", args=[brand.pk])
    fields = {
        "days_between": 90, "quiet_from": "21:30", "quiet_until": "07:00", "late_hours": 24, "valid_days": 14,
        "low_csat": 3, "low_nps": 5, "low_ces2": 2, "high_ces1": 5, "follow_up_hours": 8, "settled_days": 5,
        "follow_up_owner": "assignee",
    }  # fmt: skip
    assert page.post(address, fields).status_code == 302
    kept = FeedbackSettings.objects.get()
    assert kept.follow_up_owner == "assignee"
    assert (kept.days_between, f"{kept.quiet_from:%H:%M}", kept.valid_days) == (90, "21:30", 14)
    assert page.post(address, fields | {"valid_days": 0}).status_code == 422
    assert page.post(address, fields | {"days_between": 7}).status_code == 302
    assert FeedbackSettings.objects.get().days_between == 7


def test_preview_shows_what_is_typed_and_keeps_nothing(page, brand, filled):
    typed = filled | {"question_de": "Wie war's <b>?", "preview_language": "de", "measure": "nps"}
    html = page.post(reverse("surveys:preview", args=[brand.pk]), typed).content.decode()
    assert "Wie war&#x27;s &lt;b&gt;?" in html
    assert html.count('name="score"') == 11
    half = page.post(reverse("surveys:preview", args=[brand.pk]), {"q0_type": "choice"})
    assert (half.status_code, Survey.objects.count()) == (200, 0)


def test_who_manages_one_brand_sees_only_that(client_for, brand, second_brand, other_brand):
    user = grant(UserFactory(), "Admin", brand=brand)
    own, foreign = SurveyFactory(brand=brand), SurveyFactory(brand=second_brand, name="Foreign survey")
    page = client_for(user)
    assert "Foreign survey" not in page.get(reverse("surveys:list")).content.decode()
    assert page.get(reverse("surveys:edit", args=[own.pk])).status_code == 200
    assert page.get(reverse("surveys:edit", args=[foreign.pk])).status_code == 404
    assert page.post(reverse("surveys:start", args=[other_brand.pk])).status_code == 404


def test_lead_sees_no_settings_of_surveys(client_for, lead):
    assert client_for(lead).get(reverse("surveys:list")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_there_is(count, page, brand, second_brand, django_assert_num_queries):
    for number in range(count):
        survey = SurveyFactory(brand=brand if number % 2 else second_brand)
        RuleFactory(survey=survey)
        InvitationFactory(survey=survey)
    page.get(reverse("surveys:list"))
    with django_assert_num_queries(8):
        html = page.get(reverse("surveys:list")).content.decode()
    assert html.count("0 of 1 answered in 30 days") == count


def test_who_may_do_nothing_but_this_finds_the_way_here(client_for, nobody, brand):
    may = role("Surveyor", ("ticket.view", "surveys.manage"))
    Grant.objects.create(user=nobody, role=may, brand=brand)

    html = client_for(nobody).get(reverse("tickets:desk")).content.decode()

    assert f'href="{reverse("administration")}" data-nav="settings"' in html
