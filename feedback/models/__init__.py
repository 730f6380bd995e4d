"""What people thought: the surveys, whom we asked, what they said, and what we did about it."""

from feedback.models.answers import Answer
from feedback.models.follow_ups import FollowUp, Outcome
from feedback.models.invitations import Invitation
from feedback.models.surveys import FeedbackSettings, Measure, Survey, SurveyRule, Trigger

__all__ = [
    "Answer",
    "FeedbackSettings",
    "FollowUp",
    "Invitation",
    "Measure",
    "Outcome",
    "Survey",
    "SurveyRule",
    "Trigger",
]
