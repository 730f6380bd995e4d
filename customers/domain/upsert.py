"""Customers as the firm's own systems tell us: stored in bulk, any number of times, always to the same result.

The firm vouches for the e-mail addresses it sends, so they are verified by "api" and may join people on their
own; two different customer numbers never become one person without somebody looking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerPool, User
from customers.domain.errors import IdentityTaken, InvalidIdentity, InvalidRow
from customers.domain.identify import (
    CLAIMED,
    VERIFIED,
    add_identity,
    new_identity,
    normalise_for,
    record_added,
    verify,
)
from customers.domain.merge import merge
from customers.domain.orders import Stored
from customers.domain.people import actor_code, living
from customers.domain.profile import Profile, change_profile, says_nothing_new, wanted_fields
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
    stored: dict[int, Stored] = {}
    touched: set[int] = set()
    with transaction.atomic():
        known = _known(pool, {key for of_row in keys for key in of_row})
        # In the order of what they are known by, so that two calls at once wait for each other in the same order.
        for index in sorted(range(len(rows)), key=lambda index: next(iter(keys[index]))):
            same = _unchanged(rows[index], [known.get(key) for key in keys[index]], touched)
            stored[index] = same or _store(pool, rows[index], keys[index], actor)
            if same is None:
                touched.add(stored[index].id)
    return [stored[index] for index in range(len(rows))]


def _unchanged(row: CustomerRow, identities: list[Identity | None], touched: set[int]) -> Stored | None:
    """The answer for a row that says nothing new, without a query; None for one to look at closely.

    `touched` are customers an earlier row of the call has changed: what was read of them before is old.
    """
    owners = {identity.customer_id if identity else None for identity in identities}
    first = identities[0]
    if len(owners) != 1 or first is None or first.customer_id in touched or first.customer.merged_into_id:
        return None
    if any(i is not None and i.kind in VOUCHED and i.evidence != VERIFIED for i in identities):
        return None
    return Stored(first.customer_id, created=False) if says_nothing_new(first.customer, row.profile) else None


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
    """Again from the start when somebody else was faster with one of the addresses: then it is a known one."""
    for _try in range(len(keys)):
        try:
            with transaction.atomic():
                return _store_once(pool, row, keys, actor)
        except (IdentityTaken, IntegrityError):
            continue
    return _store_once(pool, row, keys, actor)


def _store_once(pool: CustomerPool, row: CustomerRow, keys: dict[Key, str], actor: User | None) -> Stored:
    known = _known(pool, set(keys))
    customer = _owner(keys, known)
    if customer is None:
        customer, created = (
            _create(pool, row, {key: keys[key] for key in keys if key not in known}, actor),
            True,
        )
    else:
        created = False
    for (kind, value), written in keys.items():
        identity = known.get((kind, value))
        if identity is None:
            if not created:
                evidence, by = _evidence(kind)
                add_identity(
                    customer, kind=kind, value=written, actor=actor, evidence=evidence, verified_by=by
                )
            continue
        owner = living(identity.customer)
        if owner.pk != customer.pk:
            customer = _join(customer, owner, identity, actor)
        elif kind in VOUCHED:
            verify(identity, by="api", actor=actor_code(actor))
    if not created:
        customer = change_profile(customer, row.profile, actor=actor)
    return Stored(id=customer.pk, created=created)


def _create(pool: CustomerPool, row: CustomerRow, new: dict[Key, str], actor: User | None) -> Customer:
    """A customer with everything nobody has yet. Raises IntegrityError when somebody just took a value."""
    identities = []
    for (kind, normal), written in new.items():
        evidence, by = _evidence(kind)
        identities.append(
            new_identity(pool, kind=kind, normal=normal, written=written, evidence=evidence, by=by)
        )
    known_by = next((identity.shown for identity in identities if identity.shown), "")
    customer = Customer.objects.create(pool=pool, known_by=known_by, **wanted_fields(pool, row.profile))
    for identity in identities:
        identity.customer = customer
    Identity.objects.bulk_create(identities)
    record("customer.created", actor=actor_code(actor), customer_id=customer.pk)
    for identity in identities:
        record_added(identity, actor_code(actor))
    return customer


def _evidence(kind: str) -> tuple[str, str]:
    """Evidence and who vouches, for a value the firm sends."""
    return (VERIFIED, "api") if kind in VOUCHED else (CLAIMED, "")


def _known(pool: CustomerPool, keys: set[Key]) -> dict[Key, Identity]:
    found = Identity.objects.select_related("customer__organisation").filter(
        pool=pool, kind__in={kind for kind, _value in keys}, value__in={value for _kind, value in keys}
    )
    return {key: identity for identity in found if (key := (identity.kind, identity.value)) in keys}


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


def _join(customer: Customer, owner: Customer, identity: Identity, actor: User | None) -> Customer:
    """The row says that `owner`'s address is `customer`'s. Merges where that is sure, else proposes."""
    if identity.kind in VOUCHED and not (_numbers(customer) and _numbers(owner)):
        merge(customer, owner, actor=None)
        verify(identity, by="api", actor=actor_code(actor))
        return Customer.objects.get(pk=customer.pk)
    propose(customer, owner, [{"code": f"same_{identity.kind}"}])
    return customer
