"""Who may do what with which customer. A stranger gets 404: existence is not told."""

from functools import lru_cache

from django.http import Http404

from accounts.access import pools_for, pools_within, scope
from accounts.models import CustomerPool, User
from accounts.permissions import CUSTOMER_EDIT, CUSTOMER_MERGE, CUSTOMER_VIEW, Scope
from carecenter.lib.statements import KEPT, Given, Statement
from customers.models import Customer, CustomerNote, JoinProposal, Merge, Organisation


def get_customer_for(user: User, pk: int) -> Customer:
    """The row itself, merged or not, with its pool and organisation. Raises Http404."""
    customer = _customer(scope(user, CUSTOMER_VIEW)).first(pk=pk)
    if customer is None:
        raise Http404
    return customer


@lru_cache(KEPT)
def _customer(where: Scope) -> Statement[Customer]:
    customers = Customer.objects.within(where).select_related("organisation", "pool")
    return Statement(customers.filter(pk=Given("pk")))


def get_note_for(user: User, pk: int) -> CustomerNote:
    """Raises Http404."""
    note = CustomerNote.objects.filter(pk=pk, customer__in=Customer.objects.visible_to(user)).first()
    if note is None:
        raise Http404
    return note


def get_proposal_for(user: User, pk: int) -> JoinProposal:
    """Both are of one pool always. Raises Http404."""
    proposals = JoinProposal.objects.select_related("customer", "other")
    proposal = proposals.filter(pk=pk, customer__in=Customer.objects.visible_to(user)).first()
    if proposal is None:
        raise Http404
    return proposal


def get_merge_for(user: User, pk: int) -> Merge:
    """Raises Http404."""
    merge = Merge.objects.filter(pk=pk, kept__in=Customer.objects.visible_to(user)).first()
    if merge is None:
        raise Http404
    return merge


def get_organisation_for(user: User, pk: int) -> Organisation:
    """Of a pool whose customers the user may join. Raises Http404."""
    pools = pools_for(user, CUSTOMER_MERGE)
    organisation = Organisation.objects.filter(pk=pk, pool__in=pools).first()
    if organisation is None:
        raise Http404
    return organisation


def can_edit(user: User, customer: Customer) -> bool:
    return _pool(scope(user, CUSTOMER_EDIT)).first(pk=customer.pool_id) is not None


def can_merge(user: User, customer: Customer) -> bool:
    return _pool(scope(user, CUSTOMER_MERGE)).first(pk=customer.pool_id) is not None


@lru_cache(KEPT)
def _pool(where: Scope) -> Statement[CustomerPool]:
    return Statement(pools_within(where).filter(pk=Given("pk")))


def can_delete_note(user: User, note: CustomerNote) -> bool:
    """One's own words only."""
    return note.author_id == user.pk
