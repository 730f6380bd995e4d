"""Customers, their identities and orders."""

import datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from customers.models import Customer, Identity, Order, Organisation
from tests.factories.accounts import PoolFactory


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    pool = factory.SubFactory(PoolFactory)
    name = factory.Sequence(lambda n: f"Organisation {n}")


class CustomerFactory(DjangoModelFactory[Customer]):
    """`email="…"` gives the customer a verified address."""

    class Meta:
        model = Customer
        skip_postgeneration_save = True

    pool = factory.SubFactory(PoolFactory)
    name = factory.Sequence(lambda n: f"Customer {n}")

    @factory.post_generation
    def email(self, create: bool, extracted: str | None, **_: Any) -> None:
        if create and extracted:
            IdentityFactory(customer=self, value=extracted)


class IdentityFactory(DjangoModelFactory[Identity]):
    class Meta:
        model = Identity

    customer = factory.SubFactory(CustomerFactory)
    pool = factory.SelfAttribute("customer.pool")
    kind = Identity.Kind.EMAIL
    value = factory.Sequence(lambda n: f"customer{n}@example.net")
    evidence = Identity.Evidence.VERIFIED


class OrderFactory(DjangoModelFactory[Order]):
    class Meta:
        model = Order

    customer = factory.SubFactory(CustomerFactory)
    pool = factory.SelfAttribute("customer.pool")
    number = factory.Sequence(lambda n: f"A-{1000 + n}")
    status = Order.Status.DELIVERED
    total_minor = 4990
    placed_at = datetime.datetime(2026, 2, 20, 10, 0, tzinfo=datetime.UTC)
