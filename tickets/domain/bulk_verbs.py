"""What a bulk job does to one ticket, what it looked like before, and how that is put back. Ticket locked."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import Team, User
from accounts.permissions import TAGS_MANAGE, TICKET_ASSIGN, TICKET_EDIT
from carecenter.lib.time import now
from journal.actors import user_actor
from tickets.domain.assignment import assign, move_to_team
from tickets.domain.changes import set_priority, set_tags
from tickets.domain.errors import CannotUndo, NotAllowed
from tickets.domain.fields.keeping import followers
from tickets.domain.fields.reading import all_fields_of
from tickets.domain.fields.values import put_back, set_fields
from tickets.domain.merging import merge
from tickets.domain.snooze import snooze, wake
from tickets.domain.status import change_status, set_status
from tickets.domain.tickets import save_changed
from tickets.domain.unmerging import unmerge
from tickets.models import BulkJob, Status, Ticket, TicketMerge

Values = dict[str, Any]
Verb = BulkJob.Verb


@dataclass(frozen=True)
class Change:
    """`look` tells the values the verb is about: an undo needs them as the job left them. `beside` are fields that
    follow from it; `undo` gets both as they were before.
    """

    needs: str
    look: Callable[[Ticket, Values], Values]
    do: Callable[[Ticket, Values, User], object]
    undo: Callable[[Ticket, Values, User], object]
    beside: tuple[str, ...] = ()

    def before(self, ticket: Ticket, arguments: Values) -> Values:
        return self.look(ticket, arguments) | look_at(*self.beside)(ticket, arguments)


def look_at(*names: str) -> Callable[[Ticket, Values], Values]:
    return lambda ticket, _arguments: {name: plain(getattr(ticket, name)) for name in names}


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def person(pk: int | None) -> User | None:
    """Raises NotAllowed for somebody who works here no more."""
    found = User.objects.filter(pk=pk, is_active=True).first() if pk else None
    if pk and found is None:
        raise NotAllowed(_("This colleague does not work here any more."))
    return found


def do_assign(ticket: Ticket, values: Values, actor: User) -> None:
    assign(ticket, to=person(values["assignee_id"]), actor=actor)


def undo_assign(ticket: Ticket, before: Values, actor: User) -> None:
    """A new ticket that somebody got became open; nobody has it, so it is new again."""
    do_assign(ticket, before, actor)
    unopen(ticket, before, actor)


def unopen(ticket: Ticket, before: Values, actor: User) -> None:
    locked = Ticket.objects.get(pk=ticket.pk)
    if before["status"] == Status.NEW and locked.status == Status.OPEN:
        set_status(locked, Status.NEW, actor=user_actor(actor.pk))


def do_team(ticket: Ticket, values: Values, actor: User) -> None:
    team = Team.objects.filter(pk=values["team_id"]).first() if values["team_id"] else None
    move_to_team(ticket, team=team, actor=actor)


def undo_team(ticket: Ticket, before: Values, actor: User) -> None:
    do_team(ticket, before, actor)
    do_assign(ticket, before, actor)
    unopen(ticket, before, actor)


def do_status(ticket: Ticket, values: Values, actor: User) -> None:
    change_status(ticket, values["status"], actor=actor)


def undo_status(ticket: Ticket, before: Values, actor: User) -> None:
    """Exactly as it was, "new", the waiting and the snoozing too, which no move by hand gives back."""
    set_status(ticket, before["status"], actor=user_actor(actor.pk))
    ticket.waiting_since = ticket.waiting_since or moment(before["waiting_since"])
    save_changed(ticket, "waiting_since")
    until = moment(before["snoozed_until"])
    if until is not None and until > now():
        snooze(ticket, until=until, actor=actor)


def do_priority(ticket: Ticket, values: Values, actor: User) -> None:
    set_priority(ticket, values["priority"], actor=actor)


def look_at_tag(ticket: Ticket, values: Values) -> Values:
    return {"tag": values["tag"], "has": values["tag"] in ticket.tags}


def put_tag(ticket: Ticket, values: Values, actor: User) -> None:
    kept = [tag for tag in ticket.tags if tag != values["tag"]]
    set_tags(ticket, [*kept, values["tag"]] if values["has"] else kept, actor=actor)


def do_tag(ticket: Ticket, values: Values, actor: User) -> None:
    if values["tag"] not in ticket.tags:
        put_tag(ticket, {**values, "has": True}, actor)


def do_untag(ticket: Ticket, values: Values, actor: User) -> None:
    put_tag(ticket, {**values, "has": False}, actor)


def look_at_both(ticket: Ticket, values: Values) -> Values:
    """The tag that goes and the one it becomes, which may be none."""
    tag, to = values["tag"], values["to"]
    return {"tag": tag, "to": to, "has": tag in ticket.tags, "has_to": bool(to) and to in ticket.tags}


def do_retag(ticket: Ticket, values: Values, actor: User) -> None:
    """The new one stands where the old one stood."""
    if values["tag"] in ticket.tags:
        set_tags(ticket, [values["to"] if tag == values["tag"] else tag for tag in ticket.tags], actor=actor)


def undo_retag(ticket: Ticket, before: Values, actor: User) -> None:
    kept = [tag for tag in ticket.tags if before["has_to"] or tag != before["to"]]
    set_tags(ticket, [*kept, before["tag"]], actor=actor)


def field_keys(ticket: Ticket, values: Values) -> list[str]:
    """The field's own key, then those of fields that hang on it: a change of it may empty them. Raises NotAllowed."""
    fields = all_fields_of(ticket)
    found = [field for field in fields if field.pk == values["field"]]
    if not found:
        raise NotAllowed(_("Tickets of this brand do not have this field."))
    for leader in found:
        found += [one for one in followers(leader, fields) if one not in found]
    return [field.key for field in found]


def look_at_field(ticket: Ticket, values: Values) -> Values:
    return {"fields": {key: ticket.fields.get(key) for key in field_keys(ticket, values)}}


def do_field(ticket: Ticket, values: Values, actor: User) -> None:
    set_fields(ticket, {field_keys(ticket, values)[0]: values["value"]}, actor=actor)


def undo_field(ticket: Ticket, before: Values, actor: User) -> None:
    put_back(ticket, before["fields"], actor=actor)


def do_snooze(ticket: Ticket, values: Values, actor: User) -> None:
    until = moment(values["snoozed_until"])
    if until is None:
        wake(ticket, actor=actor)
    else:
        snooze(ticket, until=until, actor=actor)


def look_at_merge(ticket: Ticket, _values: Values) -> Values:
    done = (
        TicketMerge.objects.filter(gone=ticket, undone_at__isnull=True).values_list("pk", flat=True).first()
    )
    return {"merge": done}


def do_merge(ticket: Ticket, values: Values, actor: User) -> None:
    merge(ticket, into=one_that_stays(values["into"], actor), actor=actor)


def one_that_stays(pk: int, actor: User) -> Ticket:
    """Raises NotAllowed when it is none the user may change."""
    found = Ticket.objects.visible_to(actor).filter(pk=pk).first()
    if found is None or not has(actor, TICKET_EDIT, brand_id=found.brand_id, team_id=found.team_id):
        raise NotAllowed(_("You may not do this on this ticket."))
    return found


def undo_merge(ticket: Ticket, _before: Values, actor: User) -> None:
    done = TicketMerge.objects.filter(gone=ticket, undone_at__isnull=True).first()
    if done is None:
        raise CannotUndo(_("This merge was undone already."))
    one_that_stays(done.kept_id, actor)
    unmerge(done, actor=actor)


CHANGES: Final[dict[str, Change]] = {
    Verb.ASSIGN: Change(TICKET_ASSIGN, look_at("assignee_id"), do_assign, undo_assign, ("status",)),
    Verb.TEAM: Change(TICKET_ASSIGN, look_at("team_id", "assignee_id"), do_team, undo_team, ("status",)),
    Verb.STATUS: Change(
        TICKET_EDIT, look_at("status"), do_status, undo_status, ("waiting_since", "snoozed_until")
    ),
    Verb.PRIORITY: Change(TICKET_EDIT, look_at("priority"), do_priority, do_priority),
    Verb.TAG: Change(TICKET_EDIT, look_at_tag, do_tag, put_tag),
    Verb.UNTAG: Change(TICKET_EDIT, look_at_tag, do_untag, put_tag),
    Verb.RETAG: Change(TAGS_MANAGE, look_at_both, do_retag, undo_retag),
    Verb.FIELD: Change(TICKET_EDIT, look_at_field, do_field, undo_field),
    Verb.SNOOZE: Change(TICKET_EDIT, look_at("snoozed_until"), do_snooze, do_snooze),
    Verb.MERGE: Change(TICKET_EDIT, look_at_merge, do_merge, undo_merge),
}
