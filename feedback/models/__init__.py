"""What people thought: the surveys, whom we asked, what they said, and what we did about it."""

from feedback.models.answers import Answer
from feedback.models.follow_ups import FollowUp, Outcome
from feedback.models.invitations import Invitation
from feedback.models.sums import Axis, Grain, ResultSum, SumProgress
from feedback.models.surveys import FeedbackSettings, Measure, Survey, SurveyRule, Trigger

__all__ = [
    "Answer",
    "Axis",
    "FeedbackSettings",
    "FollowUp",
    "Grain",
    "Invitation",
    "Measure",
    "Outcome",
    "ResultSum",
    "SumProgress",
    "Survey",
    "SurveyRule",
    "Trigger",
]
