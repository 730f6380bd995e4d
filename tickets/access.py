"""Who may do what with which ticket. A stranger gets 404: existence is not told."""

from functools import lru_cache

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.access import has, scope
from accounts.models import Brand, CustomerPool, User
from accounts.permissions import (
    FIELDS_MANAGE,
    INTAKE_REPLAY,
    TICKET_ASSIGN,
    TICKET_EDIT,
    TICKET_NOTE,
    TICKET_REPLY,
    TICKET_VIEW,
    Scope,
)
from carecenter.lib.statements import KEPT, Given, Statement
from customers.models import OwnField
from tickets.models import Attachment, BulkJob, Message, Ticket, TicketMerge, TicketSplit

RELATED = ("brand", "inbox", "customer", "team", "assignee")


def get_ticket_for(user: User, pk: int, *, alone: bool = False) -> Ticket:
    """The ticket with what its page shows beside it, or `alone` for what shows nothing. Raises Http404."""
    ticket = _one_ticket(scope(user, TICKET_VIEW), alone).first(pk=pk)
    if ticket is None:
        raise Http404
    return ticket


@lru_cache(KEPT)
def _one_ticket(where: Scope, alone: bool) -> Statement[Ticket]:
    tickets = Ticket.objects.within(where)
    return Statement(
        (tickets if alone else tickets.for_page().select_related(*RELATED)).filter(pk=Given("pk"))
    )


def get_message_for(user: User, pk: int) -> Message:
    """Raises Http404."""
    message = Message.objects.select_related("ticket").filter(pk=pk).first()
    if message is None:
        raise Http404
    get_ticket_for(user, message.ticket_id, alone=True)
    return message


def get_attachment_for(user: User, token: str) -> Attachment:
    """A file of a message the user may see, or of the user's own draft. Raises Http404."""
    found = Attachment.objects.select_related("blob", "message", "draft").filter(token=token).first()
    if found is None:
        raise Http404
    if found.message is not None:
        get_ticket_for(user, found.message.ticket_id, alone=True)
    elif found.draft is None or found.draft.author_id != user.pk:
        raise Http404
    return found


def get_job_for(user: User, pk: int) -> BulkJob:
    """The user's own. Raises Http404."""
    job = BulkJob.objects.filter(pk=pk, user=user).first()
    if job is None:
        raise Http404
    return job


def get_merge_for(user: User, pk: int) -> TicketMerge:
    """Of two tickets that the user may see. Raises Http404."""
    done = TicketMerge.objects.select_related("gone").filter(pk=pk).first()
    if done is None:
        raise Http404
    get_ticket_for(user, done.kept_id, alone=True)
    get_ticket_for(user, done.gone_id, alone=True)
    return done


def get_split_for(user: User, pk: int) -> TicketSplit:
    """Of two tickets that the user may see. Raises Http404."""
    done = TicketSplit.objects.filter(pk=pk).first()
    if done is None:
        raise Http404
    get_ticket_for(user, done.source_id, alone=True)
    get_ticket_for(user, done.made_id, alone=True)
    return done


def fields_to_manage(user: User) -> QuerySet[OwnField]:
    """Fields of all brands of a pool are for who has the right in all of them; those of one, for who has it there."""
    where = scope(user, FIELDS_MANAGE)
    if where.everywhere:
        return OwnField.objects.all()
    return OwnField.objects.filter(Q(brand__in=where.brands) | Q(brand=None, pool__in=whole_pools(user)))


def field_pools(user: User) -> QuerySet[CustomerPool]:
    """Pools with a brand of which the user may set up the fields."""
    where = scope(user, FIELDS_MANAGE)
    pools = CustomerPool.objects.order_by("name", "pk")
    return pools if where.everywhere else pools.filter(brands__in=where.brands).distinct()


def whole_pools(user: User) -> QuerySet[CustomerPool]:
    """Pools of which the user may set up the fields for every brand."""
    where = scope(user, FIELDS_MANAGE)
    if where.everywhere:
        return CustomerPool.objects.all()
    others = Brand.objects.exclude(pk__in=where.brands).values("pool_id")
    return CustomerPool.objects.filter(brands__in=where.brands).exclude(pk__in=others).distinct()


def get_field_to_manage(user: User, pk: int) -> OwnField:
    """Raises Http404."""
    field = fields_to_manage(user).filter(pk=pk).first()
    if field is None:
        raise Http404
    return field


def may(user: User, code: str, ticket: Ticket) -> bool:
    return has(user, code, brand_id=ticket.brand_id, team_id=ticket.team_id)


def can_reply(user: User, ticket: Ticket) -> bool:
    return may(user, TICKET_REPLY, ticket)


def can_note(user: User, ticket: Ticket) -> bool:
    return may(user, TICKET_NOTE, ticket)


def can_edit(user: User, ticket: Ticket) -> bool:
    return may(user, TICKET_EDIT, ticket)


def can_block(user: User, ticket: Ticket) -> bool:
    """Whose mail is not taken in any more, those decide who look after what is not taken in."""
    return can_edit(user, ticket) and may(user, INTAKE_REPLAY, ticket)


def can_assign(user: User, ticket: Ticket) -> bool:
    return may(user, TICKET_ASSIGN, ticket)
