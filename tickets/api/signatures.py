"""Signatures: one's own, and those of brands and of the inboxes mail leaves from."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.models import Brand
from accounts.permissions import REPLIES_MANAGE, TICKET_REPLY
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Input, Text
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example
from carecenter.api.views import invalid, read_body
from tickets.api.base import TicketEndpointSet
from tickets.domain import signatures
from tickets.domain.errors import NotAllowed
from tickets.models import Inbox, Signature


@example({"text": "Kind regards\n{{agent.name}}"})
class SignatureChange(Input):
    text = Text(
        max_length=signatures.LONGEST,
        allow_blank=True,
        help_text="With placeholders like {{agent.name}}; empty: none.",
    )


class SignatureShown(serializers.Serializer[Any]):
    text = serializers.CharField()


class SignatureEndpoint(TicketEndpointSet):
    @extend_schema(responses=SignatureShown)
    def retrieve(self, request: SignedRequest) -> Response:
        """Show what stands below your own answers by mail; empty: what the inbox or the brand says."""
        need(request.user, TICKET_REPLY)
        return with_tag({"text": request.user.signature})

    @extend_schema(request=SignatureChange, responses=SignatureShown)
    def partial_update(self, request: SignedRequest) -> Response:
        """Change your own signature. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, SignatureChange)
        need(request.user, TICKET_REPLY)
        with transaction.atomic():
            user = hold(request.user)
            check_seen(request, {"text": user.signature})
            try:
                signatures.save_own(user, body["text"])
            except NotAllowed as error:
                raise invalid("text", str(error)) from None
        return with_tag({"text": user.signature})


class UsualSignatureEndpoint(TicketEndpointSet):
    """Of a brand or of one of its inboxes."""

    @extend_schema(responses=SignatureShown)
    def retrieve(
        self, request: SignedRequest, brand: int | None = None, inbox: int | None = None
    ) -> Response:
        """Show the signature below answers of whoever has none of their own."""
        return with_tag(kept(*self.place(request, brand, inbox)))

    @extend_schema(request=SignatureChange, responses=SignatureShown)
    def partial_update(
        self, request: SignedRequest, brand: int | None = None, inbox: int | None = None
    ) -> Response:
        """Change such a signature; an empty text takes it away. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, SignatureChange)
        of_brand, of_inbox = self.place(request, brand, inbox)
        with transaction.atomic():
            hold(of_brand)
            check_seen(request, kept(of_brand, of_inbox))
            try:
                signatures.save_usual(of_brand, of_inbox, body["text"], actor=request.user)
            except NotAllowed as error:
                raise invalid("text", str(error)) from None
        return with_tag(kept(of_brand, of_inbox))

    def place(
        self, request: SignedRequest, brand: int | None, inbox: int | None
    ) -> tuple[Brand, Inbox | None]:
        need(request.user, REPLIES_MANAGE)
        brands, inboxes = signatures.places_for(request.user)
        if inbox is not None:
            found = inboxes.select_related("brand").filter(pk=inbox).first()
            if found is None:
                raise Http404
            return found.brand, found
        of_brand = brands.filter(pk=brand or 0).first()
        if of_brand is None:
            raise Http404
        return of_brand, None


def kept(brand: Brand, inbox: Inbox | None) -> dict[str, str]:
    found = Signature.objects.filter(brand=brand, inbox=inbox).first()
    return {"text": found.text if found else ""}
