"""The firm's own fields when tickets are merged and split: what is missing is taken, nothing is written over."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, User
from customers.models import Customer
from journal.models import Event
from tests.factories.tickets import FieldFactory
from tests.tickets.domain.test_splitting import more  # noqa: F401  a fixture
from tickets.domain.fields.values import set_fields
from tickets.domain.merging import merge
from tickets.domain.splitting import split, unsplit
from tickets.domain.unmerging import unmerge
from tickets.models import Inbox, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(brand: Brand) -> None:
    FieldFactory(pool=brand.pool, key="reason", name="Reason", kind="choice", choices=["Damaged", "Lost"])
    damaged = [{"field": "reason", "values": ["damaged"]}]
    FieldFactory(pool=brand.pool, key="part", name="Part", conditions=damaged, position=1)
    FieldFactory(pool=brand.pool, key="depot", name="Depot", position=2)
    FieldFactory(pool=brand.pool, key="crate", name="Crate", position=3)


def own(ticket: Ticket) -> Any:
    return Ticket.objects.get(pk=ticket.pk).fields


def test_merge_takes_what_is_missing_says_so_and_gives_it_back(
    asked: None,
    inbox: Inbox,
    dana: Customer,
    ticket: Ticket,
    alice: User,
    client_for: Callable[[User], Client],
) -> None:
    kept = Ticket.objects.create(brand=ticket.brand, number=77, customer=dana, subject="Other", inbox=inbox)
    there = {"reason": "damaged", "part": "Lid", "depot": "North", "crate": "9"}
    there |= {"imported": {"id": "1", "from": "x"}}  # what an import noted is no field
    Ticket.objects.filter(pk=ticket.pk).update(fields=there)
    set_fields(kept, {"reason": "lost"}, actor=alice)
    done = merge(ticket, into=kept, actor=alice)
    assert own(kept) == {"reason": "lost", "depot": "North", "crate": "9"}
    assert Event.objects.get(name="ticket.merged").data["taken"] == ["crate", "depot"]
    page = client_for(alice).get(f"/desk/tickets/{kept.pk}/").content.decode()
    assert "taken over: <bdi>Crate, Depot</bdi>" in page
    set_fields(kept, {"crate": "10"}, actor=alice)
    unmerge(done, actor=alice)
    assert own(kept) == {"reason": "lost", "crate": "10"}  # what was changed since stays
    assert own(ticket)["part"] == "Lid"


def test_split_ticket_has_them_too_and_what_became_known_comes_back(
    asked: None,
    ticket: Ticket,
    more: Callable[[str], Message],  # noqa: F811
    alice: User,
) -> None:
    set_fields(ticket, {"reason": "lost", "depot": "North"}, actor=alice)
    done = split(ticket, [more("An invoice, please.").pk], subject="Invoice", actor=alice)
    assert own(done.made) == own(ticket)
    assert [
        event.data.get("taken") for event in Event.objects.filter(name="ticket.split").order_by("pk")
    ] == [
        None,
        ["depot", "reason"],
    ]
    set_fields(ticket, {"depot": None}, actor=alice)
    set_fields(done.made, {"crate": "9"}, actor=alice)
    unsplit(done, actor=alice)
    assert own(ticket) == {"reason": "lost", "crate": "9"}  # the depot was emptied on purpose
    told = Event.objects.get(name="ticket.unsplit", ticket_id=ticket.pk)
    assert told.data["taken"] == ["crate"]
