from django.urls import path

from feedback.api.answers import AnswerEndpoint
from feedback.api.follow_ups import FollowUpEndpoint

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
]
