"""From the body of POST /tickets/ to the verb that opens what it asks for."""

from functools import cache, lru_cache
from typing import Any

from django.db import connection

from accounts.access import brands_for, brands_within, scope
from accounts.api.directory import teams_seen_by
from accounts.models import Brand, User
from accounts.permissions import CUSTOMER_VIEW, TICKET_CREATE, Scope
from carecenter.api.views import invalid
from carecenter.lib.kinds import Capability, can
from carecenter.lib.statements import KEPT, Given, Statement, Text, any_given
from customers.domain.people import ids_of, living
from customers.models import Customer, Identity
from tickets.api.uploads import uploads_for
from tickets.by_hand import ByHand
from tickets.domain.opening import NewCase, log_contact, open_internal, write_to_customer
from tickets.models import Inbox, Message


def case_from(user: User, body: dict[str, Any]) -> NewCase:
    """The case with its rows, all of them such as the user may use. Raises ValidationError."""
    inbox = inbox_for(user, body)
    brand = brand_for(user, body, inbox)
    team = None
    if "team" in body:
        team = teams_seen_by(user).filter(pk=body["team"], pool=brand.pool_id).first()
        if team is None:
            raise invalid("team", "There is none with this id.")
    return NewCase(
        brand=brand,
        subject=body["subject"],
        html=body["html"],
        inbox=inbox,
        customer=customer_for(user, body, brand),
        team=team,
        tags=tuple(body.get("tags", ())),
        uploads=uploads_for(user, body),
    )


def inbox_for(user: User, body: dict[str, Any]) -> Inbox | None:
    if "inbox" not in body:
        if can(body["kind"], Capability.ADDRESSES):
            raise invalid("inbox", "Needed to write to a customer.")
        return None
    inbox = _inbox(scope(user, TICKET_CREATE)).first(pk=body["inbox"])
    if inbox is None or (can(body["kind"], Capability.ADDRESSES) and inbox.kind != body["kind"]):
        raise invalid("inbox", "There is none with this id.")
    return inbox


@lru_cache(KEPT)
def _inbox(where: Scope) -> Statement[Inbox]:
    inboxes = Inbox.objects.select_related("brand", "default_team").filter(is_active=True, pk=Given("pk"))
    return Statement(inboxes.filter(brand__in=brands_within(where).order_by().values("pk")))


def brand_for(user: User, body: dict[str, Any], inbox: Inbox | None) -> Brand:
    if inbox is not None:
        if body.get("brand", inbox.brand_id) != inbox.brand_id:
            raise invalid("brand", "The inbox belongs to another brand.")
        return inbox.brand
    if "brand" not in body:
        raise invalid("brand", "Needed without an inbox.")
    brand = brands_for(user, TICKET_CREATE).filter(pk=body["brand"]).first()
    if brand is None:
        raise invalid("brand", "There is none with this id.")
    return brand


def customer_for(user: User, body: dict[str, Any], brand: Brand) -> Customer | None:
    if body["kind"] == ByHand.INTERNAL:
        if "customer" in body:
            raise invalid("customer", "An internal case has none.")
        return None
    if "customer" not in body:
        raise invalid("customer", "Needed unless internal.")
    customer = _customer(scope(user, CUSTOMER_VIEW)).first(pk=body["customer"], pool=brand.pool_id)
    if customer is None:
        raise invalid("customer", "There is none with this id.")
    return living(customer)


@lru_cache(KEPT)
def _customer(where: Scope) -> Statement[Customer]:
    return Statement(Customer.objects.within(where).filter(pk=Given("pk"), pool_id=Given("pool")))


def open_ticket(case: NewCase, body: dict[str, Any], *, actor: User) -> Message:
    """Raises what the verbs raise, and ValidationError for an address that is not the customer's."""
    kind = body["kind"]
    if kind == ByHand.INTERNAL:
        return open_internal(case, actor=actor)
    if can(kind, Capability.ADDRESSES):
        return write_to_customer(case, address=address_for(case, body.get("to", "")), actor=actor)
    return log_contact(case, kind=kind, direction=body["direction"], actor=actor)


def address_for(case: NewCase, wanted: str) -> str:
    """One of the customer's own: that asked for, else the best proved. Raises ValidationError."""
    people = ids_of(case.customer) if case.customer else []
    with connection.cursor() as cursor:
        cursor.execute(*_addresses().ready(connection, {"people": people}))
        addresses: list[str] = [value for (value,) in cursor.fetchall()]
    if not addresses:
        raise invalid("customer", "This customer has no e-mail address.")
    if not wanted:
        return addresses[0]
    if wanted.lower() not in addresses:
        raise invalid("to", "This is not an address of the customer.")
    return wanted.lower()


@cache
def _addresses() -> Text:
    identities = Identity.objects.filter(any_given("customer_id", "people"), kind=Identity.Kind.EMAIL)
    best_first = identities.order_by("-evidence", "pk").values_list("value", flat=True)
    return Text(*best_first[:200].query.sql_with_params())
