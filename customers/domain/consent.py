"""What a customer allowed us. Without a word from them we may ask how it went, and call numbers they gave us."""

from collections.abc import Mapping
from functools import cache

from django.db import transaction

from accounts.models import User
from carecenter.lib.statements import Statement, any_given
from customers.domain.people import actor_code, ids_of
from customers.models import Consent, Customer
from journal.actors import customer_actor
from journal.domain.recording import record

Purpose = Consent.Purpose
Way = Consent.Way
UNASKED: Mapping[str, bool] = {Purpose.SURVEYS: True, Purpose.CALLS: True}


def wants_surveys(customer: Customer) -> bool:
    return consents_of(customer)[Purpose.SURVEYS]


def consents_of(customer: Customer | int, ids: list[int] | None = None) -> dict[str, bool]:
    """What holds now, of every purpose; the latest word counts, whichever row of the person it was said on.

    `ids` are the person's rows, where they have been read.
    """
    return {**UNASKED, **{row.purpose: row.is_given for row in latest(customer, ids).values()}}


def latest(customer: Customer | int, ids: list[int] | None = None) -> dict[str, Consent]:
    """purpose -> the row that counts. Purposes that nobody spoke of are left out. Two queries, or one with `ids`."""
    rows = _latest().rows(ids=ids if ids is not None else ids_of(customer))
    return {row.purpose: row for row in rows}


@cache
def _latest() -> Statement[Consent]:
    said = Consent.objects.filter(any_given("customer_id", "ids"))
    return Statement(said.order_by("purpose", "-pk").distinct("purpose"))


def set_consents(
    customer: Customer, wanted: Mapping[str, bool], *, way: str, actor: User | None = None
) -> list[str]:
    """Keep what differs, as new rows. Without an actor it is the customer's own word. Returns what changed."""
    with transaction.atomic():
        row = Customer.objects.select_for_update().get(pk=ids_of(customer)[0])
        before = consents_of(row)
        changed = sorted(purpose for purpose in wanted if wanted[purpose] != before[purpose])
        Consent.objects.bulk_create(
            Consent(customer=row, purpose=purpose, is_given=wanted[purpose], way=way) for purpose in changed
        )
        if changed:
            record(
                "customer.preferences_changed",
                actor=actor_code(actor) if actor else customer_actor(row.pk),
                customer_id=row.pk,
                purposes={purpose: wanted[purpose] for purpose in changed},
                way=way,
            )
    return changed
