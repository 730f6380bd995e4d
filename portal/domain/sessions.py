"""A customer's stay at one brand: begun by a proved address, known by a cookie, ended by them or by time."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from django.db import transaction

from accounts.models import Brand
from carecenter.lib.cookies import of_host
from carecenter.lib.time import now
from customers.domain.identify import CLAIMED, VERIFIED, find_identity, verify
from customers.domain.people import ids_of
from customers.models import Customer, Identity
from journal.actors import customer_actor
from journal.domain.recording import record
from portal.domain.shown import Reader
from portal.models import PortalSession

DAYS = 14
FRESH = timedelta(minutes=30)  # what concerns all of one's data wants a sign-in that is not older
EMAIL = Identity.Kind.EMAIL


@dataclass
class Me:
    """Who is signed in, with what is read of them on nearly every page."""

    session: PortalSession
    brand: Brand
    customer: Customer
    ids: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.session.address

    @property
    def is_narrow(self) -> bool:
        return self.session.is_narrow

    @property
    def is_fresh(self) -> bool:
        return self.session.created_at > now() - FRESH

    @property
    def actor(self) -> str:
        return customer_actor(self.customer.pk)

    @cached_property
    def addresses(self) -> dict[str, str]:
        """E-mail address -> how sure we are that it is theirs."""
        known = Identity.objects.filter(customer__in=self.ids, kind=EMAIL)
        return dict(known.values_list("value", "evidence"))

    @property
    def own_addresses(self) -> frozenset[str]:
        """Those that are proved to be theirs. In a narrow session only the one they signed in with."""
        if self.is_narrow:
            return frozenset({self.address})
        proved = {value for value, evidence in self.addresses.items() if evidence == VERIFIED}
        return frozenset({self.address, *proved})

    @property
    def only(self) -> frozenset[str]:
        """What a narrow session is narrowed to; empty for the others."""
        return frozenset({self.address}) if self.is_narrow else frozenset()

    @property
    def foreign_addresses(self) -> frozenset[str]:
        """Claimed ones: somebody said they were theirs, perhaps somebody else."""
        return frozenset(self.addresses) - self.own_addresses

    @property
    def reader(self) -> Reader:
        return Reader(frozenset(self.ids), self.own_addresses, self.only, self.foreign_addresses)


def cookie_name(brand: Brand) -> str:
    return of_host(f"my-{brand.pk}")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def me_of(brand: Brand, token: str) -> Me | None:
    """The session of this token at this brand, while its address still belongs to the person it was opened for."""
    if not 20 <= len(token) <= 100:
        return None
    sessions = PortalSession.objects.select_related("customer")
    session = sessions.filter(brand=brand, token_hash=hash_of(token), expires_at__gt=now()).first()
    if session is None or session.customer.pool_id != brand.pool_id:
        return None
    return me_behind(session, brand)


def me_behind(session: PortalSession, brand: Brand) -> Me | None:
    """None once the address is somebody else's: a merge was taken back, or it went to another person."""
    identity = find_identity(brand.pool, EMAIL, session.address)
    if identity is None:
        return None
    ids = ids_of(identity.customer)
    if session.customer_id not in ids:
        return None
    return Me(session=session, brand=brand, customer=identity.customer, ids=ids)


def open_session(brand: Brand, address: str) -> tuple[PortalSession, str] | None:
    """A session for who has proved this address, and its token. None when nobody is known by it (any more).

    A proof joins nobody: on a person whom other proved addresses or numbers stand for, a merely claimed address opens
    what was written from it, and no more.
    """
    with transaction.atomic():
        identity = find_identity(brand.pool, EMAIL, address)
        if identity is None:
            return None
        customer = identity.customer
        others = Identity.objects.filter(customer__in=ids_of(customer), evidence=VERIFIED)
        is_narrow = identity.evidence == CLAIMED and others.exclude(pk=identity.pk).exists()
        if not is_narrow:
            verify(identity, by="code", actor=customer_actor(customer.pk))
        token = secrets.token_urlsafe(32)
        session = PortalSession.objects.create(
            brand=brand,
            customer=customer,
            address=address,
            is_narrow=is_narrow,
            token_hash=hash_of(token),
            expires_at=now() + timedelta(days=DAYS),
        )
        record(
            "portal.signed_in",
            actor=customer_actor(customer.pk),
            brand_id=brand.pk,
            customer_id=customer.pk,
            is_narrow=is_narrow,
        )
    return session, token


def end_session(me: Me, *, everywhere: bool = False) -> None:
    """This browser's, or all of the person at every brand of the firm."""
    with transaction.atomic():
        sessions = PortalSession.objects.filter(pk=me.session.pk)
        if everywhere:
            sessions = PortalSession.objects.filter(customer__in=me.ids)
            if me.is_narrow:
                sessions = sessions.filter(address=me.address)
        sessions.delete()
        record(
            "portal.signed_out",
            actor=me.actor,
            brand_id=me.brand.pk,
            customer_id=me.customer.pk,
            everywhere=everywhere,
        )


def forget_ended() -> int:
    ended = PortalSession.objects.filter(expires_at__lt=now()).order_by("pk").values_list("pk", flat=True)
    return PortalSession.objects.filter(pk__in=list(ended[:1000])).delete()[0]
