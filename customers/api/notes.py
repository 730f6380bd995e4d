"""Notes on customers: what colleagues should know."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import missing, need
from accounts.permissions import CUSTOMER_EDIT, CUSTOMER_VIEW
from carecenter.api.fields import Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_body, read_query, shown
from customers.access import can_delete_note, get_note_for
from customers.api.base import CustomerEndpointSet, need_edit
from customers.api.customers import customer_for
from customers.domain.people import living
from customers.domain.profile import add_note, delete_note
from customers.models import Customer, CustomerNote

NEWEST_FIRST = Keyset(("id",), descending=True)


class CustomerNoteWrite(Input):
    text = Text(max_length=5000)


class CustomerNoteShown(serializers.Serializer[CustomerNote]):
    id = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    author = serializers.IntegerField(source="author_id")
    text = serializers.CharField()
    created_at = Moment()


class CustomerNoteEndpoint(CustomerEndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(CustomerNoteShown))
    def list(self, request: SignedRequest, customer: int) -> Response:
        """List the notes on a customer, the newest first."""
        query = read_query(request, PageQuery)
        need(request.user, CUSTOMER_VIEW)
        notes: QuerySet[CustomerNote] = self.customer(request, customer).notes.all()
        return paged(request, notes, keyset=NEWEST_FIRST, query=query, show=CustomerNoteShown)

    @extend_schema(request=CustomerNoteWrite, responses={201: CustomerNoteShown})
    def create(self, request: SignedRequest, customer: int) -> Response:
        """Write a note on a customer: colleagues read it, the customer never."""
        body = read_body(request, CustomerNoteWrite)
        need(request.user, CUSTOMER_VIEW)
        need(request.user, CUSTOMER_EDIT)
        about = self.customer(request, customer)
        need_edit(request.user, about)
        note = add_note(about, body["text"], actor=request.user)
        return Response(shown(request, note, CustomerNoteShown), status=201)

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete a note of your own."""
        need(request.user, CUSTOMER_EDIT)
        note = get_note_for(request.user, pk)
        if not can_delete_note(request.user, note):
            raise missing("its authorship")
        delete_note(note, actor=request.user)
        return Response(status=204)

    def customer(self, request: SignedRequest, pk: int) -> Customer:
        return living(customer_for(request.user, pk))
