"""What the API shows of answers and follow-ups. Names and order are a promise."""

from rest_framework import serializers

from carecenter.api.fields import Moment
from feedback.models import Answer, FollowUp, Measure, Outcome


class AnswerShown(serializers.Serializer[Answer]):
    id = serializers.IntegerField()
    brand = serializers.IntegerField(source="brand_id")
    inbox = serializers.IntegerField(source="inbox_id", allow_null=True)
    team = serializers.IntegerField(source="team_id", allow_null=True)
    agent = serializers.IntegerField(source="agent_id", allow_null=True)
    ticket = serializers.IntegerField(source="invitation.ticket_id", allow_null=True)
    customer = serializers.IntegerField(source="invitation.customer_id", allow_null=True)
    survey = serializers.IntegerField(source="invitation.survey_id")
    measure = serializers.ChoiceField(
        choices=Measure.choices,
        help_text="csat 1 to 5; nps 0 to 10; ces1 1 to 5, low is good; ces2 1 to 7; settled 1 yes, 0 no.",
    )
    score = serializers.IntegerField()
    comment = serializers.CharField()
    more = serializers.DictField(help_text="Answers to the survey's own questions, by their keys.")
    way = serializers.ChoiceField(choices=Answer.Way.choices)
    is_angry = serializers.BooleanField(help_text="By the words of the comment, whatever the score.")
    asked_at = Moment(source="invitation.sent_at", allow_null=True)
    answered_at = Moment()
    changed_at = Moment(help_text="The customer may change an answer for a day.")


class FollowUpShown(serializers.Serializer[FollowUp]):
    id = serializers.IntegerField()
    answer = serializers.IntegerField(source="answer_id")
    brand = serializers.IntegerField(source="brand_id")
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    owner = serializers.IntegerField(source="owner_id", allow_null=True)
    opened_at = Moment()
    due_at = Moment()
    listened_at = Moment(allow_null=True)
    acknowledged_at = Moment(allow_null=True)
    fixed_at = Moment(allow_null=True)
    made_good_at = Moment(allow_null=True)
    note = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[("", "Open"), *Outcome.choices])
    ended_at = Moment(allow_null=True)
    ended_by = serializers.IntegerField(source="ended_by_id", allow_null=True)
