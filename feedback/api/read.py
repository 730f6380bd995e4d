"""What the API reads about answers and follow-ups: filters and bodies, checked before any verb sees them."""

from rest_framework import serializers

from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import PageQuery
from feedback.domain.playbook import STEPS
from feedback.models import Measure, Outcome


class AnswerQuery(PageQuery):
    brand = Id(required=False)
    team = Id(required=False)
    inbox = Id(required=False)
    agent = Id(required=False)
    ticket = Id(required=False)
    customer = Id(required=False)
    measure = serializers.ChoiceField(choices=Measure.choices, required=False)
    score = serializers.IntegerField(min_value=0, max_value=10, required=False)
    since = Moment(required=False, help_text="Answered at or after.")
    before = Moment(required=False, help_text="Answered before.")
    q = serializers.CharField(max_length=200, required=False, help_text="Words in the comment.")


class FollowUpQuery(PageQuery):
    state = serializers.ChoiceField(choices=[("open", "Open"), ("ended", "Ended")], required=False)
    brand = Id(required=False)
    owner = Id(required=False)
    ticket = Id(required=False)
    answer = Id(required=False)


class StepWrite(Input):
    step = serializers.ChoiceField(choices=list(STEPS))
    done = serializers.BooleanField(default=True, help_text="false takes the tick back.")


class OwnerWrite(Input):
    owner = Id(allow_null=True, help_text="null gives it back to the team.")


class NoteWrite(Input):
    note = Text(max_length=4000, allow_blank=True)


class EndWrite(Input):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = Text(max_length=4000, allow_blank=True, required=False)
