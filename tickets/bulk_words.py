"""What a change of many tickets changes them to, in words for who began it."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Team, User
from customers.domain.field_rules import in_words
from customers.models import OwnField
from tickets.domain.bulk_verbs import Values, moment
from tickets.models import BulkJob, Priority, Status, Ticket
from tickets.templatetags.moments import said

Verb = BulkJob.Verb


def value_in_words(job: BulkJob) -> str:
    """ "delivery" of "Add a tag", a name of "Assign"; empty when it is nothing any more. At most one query."""
    return WORDS[job.verb](job.arguments)


def name_of(model: Any, pk: int | None, none: str) -> str:
    return none if pk is None else str(model.objects.filter(pk=pk).first() or "")


def field_and_value(values: Values) -> str:
    field = OwnField.objects.filter(pk=values["field"]).first()
    return f"{field.label}: {in_words(field, values['value']) or _('empty')}" if field else ""


def time(values: Values) -> str:
    until = moment(values["snoozed_until"])
    return said(until) if until else _("Wake them now")


def number(values: Values) -> str:
    found = Ticket.objects.filter(pk=values["into"]).values_list("number", flat=True).first()
    return f"#{found}" if found else ""


WORDS: Final[dict[str, Callable[[Values], str]]] = {
    Verb.ASSIGN: lambda values: name_of(User, values["assignee_id"], _("Nobody")),
    Verb.TEAM: lambda values: name_of(Team, values["team_id"], _("No team")),
    Verb.STATUS: lambda values: str(Status(values["status"]).label),
    Verb.PRIORITY: lambda values: str(Priority(values["priority"]).label),
    Verb.TAG: lambda values: values["tag"],
    Verb.UNTAG: lambda values: values["tag"],
    Verb.RETAG: lambda values: f"{values['tag']} → {values['to'] or '–'}",
    Verb.FIELD: field_and_value,
    Verb.SNOOZE: time,
    Verb.MERGE: number,
}
