"""Who may see what came in, and act on it."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import has, pools_for, scope, scope_q, teams_for
from accounts.models import Team, User
from accounts.permissions import INBOX_MANAGE, INTAKE_REPLAY, INTAKE_VIEW, TICKET_REPLY
from carecenter.lib.kinds import Capability, kinds_that
from channels_app.models import BlockedSender, Connection, InboundRecord, TicketImport, of_inboxes
from tickets.domain.errors import NotAllowed
from tickets.models import Contact, Inbox
from workforce.domain.presence import available_agents


def can_see_intake(user: User) -> bool:
    return bool(scope(user, INTAKE_VIEW))


def can_replay(user: User, record: InboundRecord) -> bool:
    inbox = record.connection.inbox
    return has(user, INTAKE_REPLAY, brand_id=inbox.brand_id, team_id=inbox.default_team_id)


def get_record_for(user: User, pk: int, code: str = INTAKE_VIEW) -> InboundRecord:
    """404 for a record of somebody else's inbox."""
    visible = InboundRecord.objects.visible_to(user, code)
    return get_object_or_404(visible.select_related("connection__inbox__brand", "ticket", "blob"), pk=pk)


def blocked_senders_for(user: User) -> QuerySet[BlockedSender]:
    return BlockedSender.objects.filter(pool__in=pools_for(user, INTAKE_REPLAY))


def get_blocked_for(user: User, pk: int) -> BlockedSender:
    return get_object_or_404(blocked_senders_for(user), pk=pk)


def chats_for(user: User) -> QuerySet[Contact]:
    """Live conversations the user may answer, by brand and team of their tickets."""
    where = scope_q(scope(user, TICKET_REPLY), brand="ticket__brand", team="ticket__team")
    return Contact.objects.filter(where, kind__in=kinds_that(Capability.LIVE))


def get_chat_for(user: User, pk: int) -> Contact:
    """Raises Http404."""
    return get_object_or_404(chats_for(user).select_related("ticket__brand", "inbox", "agent"), pk=pk)


def own_chat(user: User, pk: int) -> Contact:
    """One the user may write in: theirs. Raises Http404, and NotAllowed when a colleague has it."""
    contact = get_chat_for(user, pk)
    if contact.agent_id != user.pk:
        name = contact.agent.name if contact.agent else _("the queue")
        raise NotAllowed(_("This chat is with %(name)s now.") % {"name": name})
    return contact


def receivers(user: User, contact: Contact) -> tuple[list[User], list[Team]]:
    """Who could go on with a chat: colleagues who are available and may answer here, and the teams of the pool."""
    ticket = contact.ticket
    everybody = available_agents(ticket.brand_id, team_id=ticket.team_id, only_members=False)
    people = everybody.exclude(pk=user.pk)
    teams = teams_for(user, TICKET_REPLY).filter(pool=ticket.brand.pool_id).order_by("name")
    return list(people[:50]), list(teams[:50])


def connections_for(user: User) -> QuerySet[Connection]:
    """Of the inboxes the user sets up."""
    mine = Connection.objects.filter(of_inboxes(user, INBOX_MANAGE, inbox="inbox"))
    return mine.select_related("inbox__brand")


def get_inbox_for(user: User, pk: int) -> Connection:
    """The connection of an inbox the user sets up, by the inbox's id. Raises Http404."""
    return get_object_or_404(connections_for(user), inbox_id=pk)


def inboxes_to_import_into(user: User) -> QuerySet[Inbox]:
    """Inboxes the user sets up, those in use."""
    mine = Connection.objects.filter(of_inboxes(user, INBOX_MANAGE, inbox="inbox"), inbox__is_active=True)
    rows = Inbox.objects.filter(pk__in=mine.order_by().values("inbox")).select_related("brand")
    return rows.order_by("brand__name", "name", "pk")


def ticket_imports_for(user: User) -> QuerySet[TicketImport]:
    mine = Connection.objects.filter(of_inboxes(user, INBOX_MANAGE, inbox="inbox"))
    rows = TicketImport.objects.filter(inbox__in=mine.order_by().values("inbox"))
    return rows.select_related("inbox__brand", "made_by")


def get_ticket_import_for(user: User, pk: int) -> TicketImport:
    """Raises Http404."""
    return get_object_or_404(ticket_imports_for(user), pk=pk)
