"""Who is this? An address, number or handle becomes the one person of the pool it belongs to."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Brand, CustomerPool, User
from carecenter.lib.rows import insert
from carecenter.lib.time import now
from customers.domain.errors import IdentityTaken
from customers.domain.normalise import normalise, person_name, region_of_zone
from customers.domain.people import actor_code, living
from customers.models import Customer, Identity
from journal.actors import SYSTEM
from journal.domain.recording import record

VERIFIED = Identity.Evidence.VERIFIED
CLAIMED = Identity.Evidence.CLAIMED


def resolve_identity(
    pool: CustomerPool,
    *,
    kind: str,
    value: str,
    name: str = "",
    evidence: str = CLAIMED,
    verified_by: str = "",
) -> Identity:
    """The identity of this value in the pool, made with a new customer when nobody has it yet.

    `identity.customer` is the living row of its person, merged rows are followed. Two at once get the same
    identity (unique constraint). Effects: an empty name is filled, a claim becomes verified; nothing is ever
    downgraded or renamed, and a claimed value never joins two people. Raises InvalidIdentity. One query for a
    known value that brings nothing new.
    """
    normal = normalise_for(pool, kind, value)
    new = new_identity(pool, kind=kind, normal=normal, written=value, evidence=evidence, by=verified_by)
    return settle(find_identity(pool, kind, normal), new, name=name)


def settle(known: Identity | None, new: Identity, *, name: str) -> Identity:
    """`resolve_identity` for one who has just looked: `known` is what was found, `new` what would be stored."""
    if known is None:
        made = _create_with_customer(new, name=person_name(name))
        if made is not None:
            return made
        known = Identity.objects.select_related("customer").get(pool=new.pool, kind=new.kind, value=new.value)
        known.customer = living(known.customer)
    if new.evidence == VERIFIED:
        verify(known, by=new.verified_by, actor=SYSTEM)
    fill_name(known.customer, person_name(name))
    return known


def find_identity(pool: CustomerPool, kind: str, value: str) -> Identity | None:
    """By the normalised value; its customer is the living row."""
    identity = Identity.objects.select_related("customer").filter(pool=pool, kind=kind, value=value).first()
    if identity is not None:
        identity.customer = living(identity.customer)
    return identity


def find_identities(pairs: Iterable[tuple[int, str]], kind: str) -> dict[tuple[int, str], Identity]:
    """`find_identity` for pairs of a pool's key and a normalised value, in one query."""
    wanted = set(pairs)
    rows = Identity.objects.select_related("customer").filter(
        kind=kind, pool__in={pool for pool, _ in wanted}, value__in={value for _, value in wanted}
    )
    found = {(row.pool_id, row.value): row for row in rows if (row.pool_id, row.value) in wanted}
    for identity in found.values():
        identity.customer = living(identity.customer)
    return found


def normalise_for(pool: CustomerPool, kind: str, value: str) -> str:
    """The value as this pool would keep it. Raises InvalidIdentity."""
    return normalise(kind, value, region=region_for(pool, kind, value))


def region_for(pool: CustomerPool, kind: str, value: str) -> str | None:
    """The country a national number is dialled in: that of the pool's brands, when they agree. Else no guess."""
    if kind != Identity.Kind.PHONE or value.lstrip().startswith(("+", "＋")):
        return None
    zones = Brand.objects.filter(pool=pool).values_list("zone", flat=True).distinct()[:20]
    regions = {region_of_zone(zone) for zone in zones} - {None}
    return regions.pop() if len(regions) == 1 else None


def new_identity(
    pool: CustomerPool, *, kind: str, normal: str, written: str, evidence: str, by: str
) -> Identity:
    """Not stored yet, and nobody's. `by` counts for verified evidence only."""
    is_verified = evidence == VERIFIED
    return Identity(
        pool=pool,
        kind=kind,
        value=normal,
        display=written.strip()[:320],
        evidence=evidence,
        verified_by=by if is_verified else "",
        verified_at=now() if is_verified else None,
    )


def _create_with_customer(identity: Identity, *, name: str) -> Identity | None:
    """Customer and identity in one savepoint. None when another was faster: then nothing of ours stays."""
    try:
        with transaction.atomic():
            customer = Customer(pool=identity.pool, name=name, known_by=identity.shown)
            insert(customer)
            identity.customer = customer
            insert(identity)
            record("customer.created", actor=SYSTEM, customer_id=identity.customer_id)
            record_added(identity, SYSTEM)
    except IntegrityError:
        return None
    return identity


def add_identity(
    customer: Customer,
    *,
    kind: str,
    value: str,
    actor: User | None,
    evidence: str = CLAIMED,
    verified_by: str = "",
) -> Identity:
    """One more way this customer is known by. Raises InvalidIdentity, or IdentityTaken when somebody else has it.

    The customer's own value again is no error: it is strengthened when the evidence is better.
    """
    normal = normalise_for(customer.pool, kind, value)
    identity = new_identity(
        customer.pool, kind=kind, normal=normal, written=value, evidence=evidence, by=verified_by
    )
    identity.customer = customer
    try:
        with transaction.atomic():
            identity.save(force_insert=True)
            record_added(identity, actor_code(actor))
            if identity.shown and not customer.known_by:
                Customer.objects.filter(pk=customer.pk, known_by="").update(known_by=identity.shown)
                customer.known_by = identity.shown
    except IntegrityError:
        return _already_there(customer, identity, actor)
    return identity


def _already_there(customer: Customer, wanted: Identity, actor: User | None) -> Identity:
    taken = Identity.objects.select_related("customer").get(
        pool_id=wanted.pool_id, kind=wanted.kind, value=wanted.value
    )
    owner = living(taken.customer)
    if owner.pk != living(customer).pk:
        raise IdentityTaken(
            _("%(name)s has this already. If it is the same person, merge the two.") % {"name": owner},
            owner.pk,
        )
    if wanted.evidence == VERIFIED:
        verify(taken, by=wanted.verified_by, actor=actor_code(actor))
    return taken


def verify(identity: Identity, *, by: str, actor: str) -> bool:
    """Claimed becomes verified, once, by a conditional UPDATE. False when it was verified before."""
    if identity.evidence == VERIFIED:
        return False
    with transaction.atomic():
        at = now()
        claimed = Identity.objects.filter(pk=identity.pk, evidence=CLAIMED)
        changed = claimed.update(evidence=VERIFIED, verified_by=by, verified_at=at)
        if changed:
            record(
                "identity.verified",
                actor=actor,
                customer_id=identity.customer_id,
                subject=f"identity:{identity.pk}",
                by=by,
            )
    identity.evidence, identity.verified_by, identity.verified_at = VERIFIED, by, at
    return bool(changed)


def fill_name(customer: Customer, name: str) -> bool:
    """Give a nameless customer a name. A name that is there is never replaced by what a mail claims."""
    if not name or customer.name:
        return False
    nameless = Customer.objects.filter(pk=customer.pk, name="")
    changed = nameless.update(name=name, updated_at=now())
    if changed:
        customer.name = name
    return bool(changed)


def record_added(identity: Identity, actor: str) -> None:
    record(
        "identity.added",
        actor=actor,
        customer_id=identity.customer_id,
        subject=f"identity:{identity.pk}",
        kind=identity.kind,
        evidence=identity.evidence,
    )
