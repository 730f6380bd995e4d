"""One person or two: joining customers, taking it back, and the questions somebody has to decide."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import missing, need
from accounts.models import User
from accounts.permissions import CUSTOMER_MERGE, CUSTOMER_VIEW
from carecenter.api.fields import Id, Input, Moment
from carecenter.api.request import SignedRequest
from carecenter.api.views import invalid, read_body
from customers.access import can_merge, get_proposal_for
from customers.api.base import CustomerEndpointSet
from customers.api.customers import answer, customer_for
from customers.api.shown import CustomerWithOrdersShown
from customers.domain import proposals
from customers.domain.errors import CannotUndo
from customers.domain.merge import find_merge, merge, undo
from customers.domain.people import living
from customers.models import Customer, JoinProposal


class CustomerMergeWrite(Input):
    into = Id(help_text="The customer that stays.")


class ProposalJoinWrite(Input):
    kept = Id(required=False, help_text="Which of the two stays; else the older entry.")


class ReasonShown(serializers.Serializer[dict[str, str]]):
    code = serializers.CharField()
    detail = serializers.CharField(default="", help_text="The address or domain, where there is one.")


class ProposalShown(serializers.Serializer[proposals.Candidate]):
    """A question nobody has decided: are these two one person?"""

    id = serializers.IntegerField(source="proposal.pk")
    other = serializers.IntegerField(source="other.pk", help_text="The other customer, as they are today.")
    reasons = ReasonShown(source="proposal.reasons", many=True, help_text="What speaks for it.")
    created_at = Moment(source="proposal.created_at")


class ProposalsShown(serializers.Serializer[dict[str, Any]]):
    results = ProposalShown(many=True)


class JoiningEndpoint(CustomerEndpointSet):
    @extend_schema(request=CustomerMergeWrite, responses=CustomerWithOrdersShown)
    def merge(self, request: SignedRequest, pk: int) -> Response:
        """Join this customer with another one of the same pool; the answer is the one that stays.

        Addresses, orders and notes move there. `merged_into` of this one names the other.
        """
        body = read_body(request, CustomerMergeWrite)
        gone = self.row(request, pk)
        try:
            kept = customer_for(request.user, body["into"])
        except Http404:
            raise invalid("into", "There is none with this id.") from None
        need_merge(request.user, kept)
        merge(kept, gone, actor=request.user)
        return answer(request, customer_for(request.user, kept.pk))

    @extend_schema(request=None, responses=CustomerWithOrdersShown)
    def unmerge(self, request: SignedRequest, pk: int) -> Response:
        """Take back the join of this customer into another one; 409 when there is none.

        What moved comes back; what came since stays with the other.
        """
        gone = self.row(request, pk)
        done = find_merge(gone)
        if done is None:
            raise CannotUndo("This customer is not part of another one.")
        undo(done, actor=request.user)
        return answer(request, customer_for(request.user, pk))

    @extend_schema(responses=ProposalsShown)
    def proposals(self, request: SignedRequest, pk: int) -> Response:
        """List who may be the same person, with what speaks for it; the latest 20 that nobody has decided."""
        need(request.user, CUSTOMER_VIEW)
        open_ones: Any = proposals.open_for(living(customer_for(request.user, pk)))
        return Response({"results": ProposalShown(open_ones, many=True).data})

    @extend_schema(request=ProposalJoinWrite, responses=CustomerWithOrdersShown)
    def join(self, request: SignedRequest, pk: int) -> Response:
        """Decide "same person": the two are joined. The answer is the one that stays."""
        body = read_body(request, ProposalJoinWrite)
        proposal = self.proposal(request, pk)
        both = {one.pk: one for one in (living(proposal.customer), living(proposal.other))}
        kept = both.get(body.get("kept", min(both)))
        if kept is None:
            raise invalid("kept", "One of the two.")
        proposals.join(proposal, kept=kept, actor=request.user)
        return answer(request, customer_for(request.user, kept.pk))

    @extend_schema(request=None, responses={204: None})
    def dismiss(self, request: SignedRequest, pk: int) -> Response:
        """Decide "not the same person": it is not asked again."""
        proposals.dismiss(self.proposal(request, pk), actor=request.user)
        return Response(status=204)

    def row(self, request: SignedRequest, pk: int) -> Customer:
        need(request.user, CUSTOMER_VIEW)
        need(request.user, CUSTOMER_MERGE)
        customer = customer_for(request.user, pk)
        need_merge(request.user, customer)
        return customer

    def proposal(self, request: SignedRequest, pk: int) -> JoinProposal:
        need(request.user, CUSTOMER_VIEW)
        need(request.user, CUSTOMER_MERGE)
        proposal = get_proposal_for(request.user, pk)
        need_merge(request.user, proposal.customer)
        return proposal


def need_merge(user: User, customer: Customer) -> None:
    """Problem 403 for a customer the user may see but not join with others."""
    if not can_merge(user, customer):
        raise missing(CUSTOMER_MERGE)
