"""Customers as the firm's own systems tell us: stored in bulk, any number of times, always to the same result.

The firm vouches for the e-mail addresses it sends, so they are verified by "api" and may join people on their
own; two different customer numbers never become one person without somebody looking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerPool, User
from customers.domain.errors import IdentityTaken, InvalidIdentity, InvalidRow
from customers.domain.identify import VERIFIED, add_identity, normalise_for, verify
from customers.domain.merge import merge
from customers.domain.orders import Stored
from customers.domain.people import actor_code, living
from customers.domain.profile import Profile, change_profile
from customers.domain.proposals import propose
from customers.models import Customer, Identity
from journal.domain.recording import record

VOUCHED = {Identity.Kind.EXTERNAL.value, Identity.Kind.EMAIL.value}  # a phone may be a household's
Key = tuple[str, str]


@dataclass(frozen=True)
class CustomerRow:
    """One person: known by the firm's `external_id`, by e-mail addresses, by numbers; at least one of them."""

    external_id: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    profile: Profile = field(default_factory=Profile)


def upsert_customers(pool: CustomerPool, rows: Sequence[CustomerRow], *, actor: User | None) -> list[Stored]:
    """Store all rows or none. Returns one answer a row, in their order.

    Whose row it is: the owner of the customer number, else of the first known address. An owner of another
    address of the row is the same person and is merged (recorded, undoable), unless both have customer numbers
    that differ: then the join is proposed to a person. Raises InvalidRow.
    """
    keys = [_keys(pool, index, row) for index, row in enumerate(rows)]
    with transaction.atomic():
        return [_store(pool, row, of_row, actor) for row, of_row in zip(rows, keys, strict=True)]


def _keys(pool: CustomerPool, index: int, row: CustomerRow) -> dict[Key, str]:
    """Normalised (kind, value) -> as it was written. The customer number first."""
    given = [(Identity.Kind.EXTERNAL.value, row.external_id)] if row.external_id else []
    given += [(Identity.Kind.EMAIL.value, value) for value in row.emails]
    given += [(Identity.Kind.PHONE.value, value) for value in row.phones]
    if not given:
        raise InvalidRow(index, _("A customer needs a customer number, an e-mail address or a phone number."))
    try:
        return {(kind, normalise_for(pool, kind, value)): value for kind, value in given}
    except InvalidIdentity as error:
        raise InvalidRow(index, str(error)) from error


def _store(pool: CustomerPool, row: CustomerRow, keys: dict[Key, str], actor: User | None) -> Stored:
    known = _known(pool, keys)
    customer = _owner(keys, known)
    created = customer is None
    if customer is None:
        customer = Customer.objects.create(pool=pool)
        record("customer.created", actor=actor_code(actor), customer_id=customer.pk)
    for (kind, value), written in keys.items():
        identity = known.get((kind, value))
        if identity is None:
            _add(customer, kind, written, actor)
            continue
        owner = living(identity.customer)
        if owner.pk == customer.pk:
            if kind in VOUCHED:
                verify(identity, by="api", actor=actor_code(actor))
        else:
            customer = _join(customer, owner, identity, actor)
    customer = change_profile(customer, row.profile, actor=actor)
    return Stored(id=customer.pk, created=created)


def _known(pool: CustomerPool, keys: dict[Key, str]) -> dict[Key, Identity]:
    found = Identity.objects.select_related("customer").filter(
        pool=pool, value__in={value for _kind, value in keys}
    )
    return {
        (identity.kind, identity.value): identity
        for identity in found
        if (identity.kind, identity.value) in keys
    }


def _owner(keys: dict[Key, str], known: dict[Key, Identity]) -> Customer | None:
    """Of the customer number, else of an address whose owner has no other number. A phone alone decides nothing
    when the row has something better."""
    numbered = any(kind == Identity.Kind.EXTERNAL for kind, _value in keys)
    better = any(kind in VOUCHED for kind, _value in keys)
    for key in keys:
        if key not in known or (better and key[0] not in VOUCHED):
            continue
        owner = living(known[key].customer)
        if key[0] == Identity.Kind.EXTERNAL or not numbered or not _numbers(owner):
            return owner
    return None


def _numbers(customer: Customer) -> set[str]:
    own = Identity.objects.filter(customer=customer, kind=Identity.Kind.EXTERNAL)
    return set(own.values_list("value", flat=True))


def _add(customer: Customer, kind: str, written: str, actor: User | None) -> None:
    evidence = VERIFIED if kind in VOUCHED else Identity.Evidence.CLAIMED.value
    by = "api" if kind in VOUCHED else ""
    try:
        add_identity(customer, kind=kind, value=written, actor=actor, evidence=evidence, verified_by=by)
    except IdentityTaken as taken:  # somebody was faster: the same evidence, for a person to look at
        propose(customer, Customer.objects.get(pk=taken.customer_id), [{"code": f"same_{kind}"}])


def _join(customer: Customer, owner: Customer, identity: Identity, actor: User | None) -> Customer:
    """The row says that `owner`'s address is `customer`'s. Merges where that is sure, else proposes."""
    if identity.kind in VOUCHED and not (_numbers(customer) and _numbers(owner)):
        merge(customer, owner, actor=None)
        verify(identity, by="api", actor=actor_code(actor))
        return Customer.objects.get(pk=customer.pk)
    propose(customer, owner, [{"code": f"same_{identity.kind}"}])
    return customer
