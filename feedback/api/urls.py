from django.urls import path

from accounts.api.administration import KEPT, LISTED
from feedback.api.answers import AnswerEndpoint
from feedback.api.follow_ups import FollowUpEndpoint
from feedback.api.surveys import SurveyEndpoint, SurveyRuleEndpoint, SurveySettingsEndpoint

VERBS = ("take", "owner", "step", "note", "end", "reopen")
urlpatterns = [
    path("answers/", AnswerEndpoint.as_view({"get": "list"}), name="answers"),
    path("answers/<int:pk>/", AnswerEndpoint.as_view({"get": "retrieve"}), name="answer"),
    path("follow-ups/", FollowUpEndpoint.as_view({"get": "list"}), name="followups"),
    path("follow-ups/<int:pk>/", FollowUpEndpoint.as_view({"get": "retrieve"}), name="followup"),
    *(
        path(
            f"follow-ups/<int:pk>/{verb}/", FollowUpEndpoint.as_view({"post": verb}), name=f"followup-{verb}"
        )
        for verb in VERBS
    ),
    path("admin/surveys/", SurveyEndpoint.as_view(LISTED), name="admin-surveys"),
    path("admin/surveys/<int:pk>/", SurveyEndpoint.as_view(KEPT), name="admin-survey"),
    path(
        "admin/surveys/<int:pk>/delete/",
        SurveyEndpoint.as_view({"post": "retire"}),
        name="admin-survey-delete",
    ),
    path("admin/survey-rules/", SurveyRuleEndpoint.as_view(LISTED), name="admin-rules"),
    path("admin/survey-rules/<int:pk>/", SurveyRuleEndpoint.as_view(KEPT), name="admin-rule"),
    path(
        "admin/survey-rules/<int:pk>/move/",
        SurveyRuleEndpoint.as_view({"post": "move"}),
        name="admin-rule-move",
    ),
    path(
        "admin/survey-rules/<int:pk>/delete/",
        SurveyRuleEndpoint.as_view({"post": "retire"}),
        name="admin-rule-delete",
    ),
    path("admin/survey-settings/<int:pk>/", SurveySettingsEndpoint.as_view(KEPT), name="admin-brand-surveys"),
]
