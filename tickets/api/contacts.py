"""Contacts: one interaction each, of a ticket or across them; and the inboxes they come through."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.access import brands_for
from accounts.api.needs import need
from accounts.models import User
from accounts.permissions import TICKET_VIEW
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_query, shown
from customers.domain.people import ids_of
from tickets.api.base import TicketEndpointSet
from tickets.api.read import ContactQuery
from tickets.api.shown import ContactShown, InboxShown, ParticipantShown
from tickets.api.tickets import ticket_for
from tickets.models import Contact, Inbox, Ticket

NEWEST_FIRST = Keyset(("id",), descending=True)
BY_ID = Keyset(("id",))


def contacts_seen_by(user: User) -> QuerySet[Contact]:
    return Contact.objects.filter(ticket__in=Ticket.objects.visible_to(user))


def filtered(contacts: QuerySet[Contact], query: dict[str, Any]) -> QuerySet[Contact]:
    if "customer" in query:
        contacts = contacts.filter(customer__in=ids_of(query["customer"]))
    return contacts.filter(**{name: query[name] for name in ("ticket", "kind") if name in query})


class ParticipantEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(ParticipantShown))
    def of_ticket(self, request: SignedRequest, ticket: int) -> Response:
        """List who takes part in a ticket by address. The desk offers those in copy for the `cc` of an answer."""
        query = read_query(request, PageQuery)
        need(request.user, TICKET_VIEW)
        people = ticket_for(request.user, ticket).participants.all()
        return paged(request, people, keyset=BY_ID, query=query, show=ParticipantShown)


class ContactEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[ContactQuery], responses=page_of(ContactShown))
    def list(self, request: SignedRequest) -> Response:
        """List contacts, the newest first."""
        query = read_query(request, ContactQuery)
        need(request.user, TICKET_VIEW)
        contacts = filtered(contacts_seen_by(request.user), query)
        return paged(request, contacts, keyset=NEWEST_FIRST, query=query, show=ContactShown)

    @extend_schema(parameters=[PageQuery], responses=page_of(ContactShown))
    def of_ticket(self, request: SignedRequest, ticket: int) -> Response:
        """List the contacts of a ticket, the newest first."""
        query = read_query(request, PageQuery)
        need(request.user, TICKET_VIEW)
        ticket_for(request.user, ticket)
        contacts = contacts_seen_by(request.user).filter(ticket=ticket)
        return paged(request, contacts, keyset=NEWEST_FIRST, query=query, show=ContactShown)

    @extend_schema(responses=ContactShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a contact."""
        need(request.user, TICKET_VIEW)
        contact = contacts_seen_by(request.user).filter(pk=pk).first()
        if contact is None:
            raise Http404
        return Response(shown(request, contact, ContactShown))


class InboxEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(InboxShown))
    def list(self, request: SignedRequest) -> Response:
        """List the inboxes of the brands you work for."""
        query = read_query(request, PageQuery)
        need(request.user, TICKET_VIEW)
        brands = brands_for(request.user, TICKET_VIEW).order_by().values("pk")
        inboxes = Inbox.objects.filter(brand__in=brands)
        return paged(request, inboxes, keyset=BY_ID, query=query, show=InboxShown)
