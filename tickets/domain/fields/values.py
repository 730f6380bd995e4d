"""The values on a ticket: set together, checked together, told once."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from customers.domain import field_rules as rules
from customers.models import OwnField
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed
from tickets.domain.fields.reading import all_fields_of, fields_of
from tickets.domain.tickets import lock_ticket, refuse_merged, save_changed
from tickets.models import Status, Ticket


class BadFields(NotAllowed):
    """Values that the fields do not take. `problems` says which, by key."""

    def __init__(self, refused: rules.Refused) -> None:
        self.problems = refused.problems
        super().__init__(str(refused))


def checked(fields: list[OwnField], now: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """All values as they shall be. Raises BadFields."""
    try:
        return rules.checked(fields, now, wanted)
    except rules.Refused as refused:
        raise BadFields(refused) from None


def set_fields(ticket: Ticket, wanted: Mapping[str, Any], *, actor: User) -> Ticket:
    """Change these, by key; None or nothing empties one. What hangs on them and is asked no more is emptied too.

    All or nothing. Raises BadFields. Texts stay out of the journal: it says that they changed, not from what.
    """
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        fields = fields_of(locked)
        before = locked.fields
        locked.fields = checked(fields, before, wanted)
        if told := rules.changes_told(fields, before, locked.fields):
            save_changed(locked, "fields")
            record("ticket.fields_changed", actor=user_actor(actor.pk), ticket=locked, changes=told)
    return locked


def take_fields(source: Ticket, target: Ticket, *, but: Collection[str] = ()) -> list[str]:
    """Values that the target lacks, and is asked for, are those of the source from now on. Returns their keys; the
    caller saves and tells. Nothing is written over."""
    if not source.fields:
        return []
    offered = {key: value for key, value in source.fields.items() if key not in but}
    taken = rules.taken(all_fields_of(target), target.fields, offered)
    target.fields = {**target.fields, **taken}
    return sorted(taken)


def put_back(ticket: Ticket, values: Mapping[str, Any], *, actor: User) -> Ticket:
    """An undo: these keys as they were, whatever has been retired or is offered no more since."""
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        fields, before = fields_of(locked), locked.fields
        kept = {key: value for key, value in before.items() if key not in values}
        locked.fields = kept | {key: value for key, value in values.items() if value is not None}
        if told := rules.changes_told(fields, before, locked.fields):
            save_changed(locked, "fields")
            record("ticket.fields_changed", actor=user_actor(actor.pk), ticket=locked, changes=told)
    return locked


def refuse_unfilled(ticket: Ticket, to: str) -> None:
    """Raises NotAllowed where a ticket that is to be solved lacks what must be known by then."""
    if to != Status.SOLVED:
        return
    fields = fields_of(ticket)
    missing = rules.missing(fields, ticket.fields, OwnField.Required.SOLVING)
    if names := [_("“%(name)s”") % {"name": field.label} for field in missing]:
        raise NotAllowed(
            _("Fill in %(names)s before you solve this ticket.") % {"names": _(" and ").join(names)}
        )


def take_in(fields: list[OwnField], given: Mapping[str, Any]) -> dict[str, Any]:
    """What came with a customer's form, as far as the fields still take it: nothing that arrives is refused here."""
    values = {}
    for field in fields:
        try:
            value = rules.clean(field, given.get(field.key)) if field.is_public else None
        except rules.Wrong:
            continue
        if value is not None:
            values[field.key] = value
    return rules.only_asked(fields, values)
