"""The audit trail: found by person, event, ticket, brand and period; never of a brand one may not read."""

import csv
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from journal.actors import user_actor
from journal.domain.dispatch import number_events
from journal.domain.recording import record
from tests.factories.accounts import BrandFactory, UserFactory, grant
from tests.factories.tickets import TicketFactory
from tickets.domain import audit
from tickets.domain.audit import Search

URL = reverse("tickets:audit")


def happened(name: str, user: User, *, brand: Any, ticket: Any = None, **data: Any) -> None:
    with transaction.atomic():
        record(name, actor=user_actor(user.pk), brand_id=brand.pk, ticket=ticket, **data)
    number_events()


def names(user: User, **search: Any) -> list[str]:
    return [line.event.name for line in audit.page(user, Search(**search)).lines]


@pytest.fixture
def story(alice: User, bob: User, brand: Any, clock: Any) -> Any:
    ticket = TicketFactory(brand=brand)
    happened("ticket.created", alice, brand=brand, ticket=ticket)
    clock.shift(86_400)
    happened("ticket.assigned", bob, brand=brand, ticket=ticket, to=alice.pk)
    happened("hours.saved", bob, brand=brand)
    happened("brand.changed", bob, brand=BrandFactory())
    return ticket


def test_each_search_finds_its_events(admin: User, story: Any, brand: Any) -> None:
    day = story.created_at.replace(hour=0, minute=0)

    assert names(admin) == ["brand.changed", "hours.saved", "ticket.assigned", "ticket.created"]
    assert names(admin, person="bob", brand=brand.pk) == ["hours.saved", "ticket.assigned"]
    assert names(admin, name="ticket.") == ["ticket.assigned", "ticket.created"]
    assert names(admin, name="assigned") == ["ticket.assigned"]  # any part of its name, or of its words
    assert names(admin, name="Office hours") == ["hours.saved"]
    assert names(admin, ticket=story.number) == ["ticket.assigned", "ticket.created"]
    assert names(admin, until=day.replace(day=day.day + 1)) == ["ticket.created"]
    assert "ticket.created" not in names(admin, since=day.replace(day=day.day + 1))
    assert names(admin, person="nobody of this name") == names(admin, ticket=987_654) == []


def test_only_brands_one_may_read(story: Any, brand: Any) -> None:
    reader = grant(UserFactory(), "Manager", brand=brand)

    assert names(reader) == ["hours.saved", "ticket.assigned", "ticket.created"]
    assert "brand.changed" not in "".join(audit.csv_lines(reader, Search()))


def test_file_that_is_cut_says_so_and_goes_on(admin: User, story: Any) -> None:
    def rows(**how: Any) -> list[list[str]]:
        return list(csv.reader("".join(audit.csv_lines(admin, Search(), **how)).splitlines()))

    whole, cut = rows(), rows(most=3)
    rest = rows(before=int(cut[-1][0]))

    assert cut[-1][2] == "file.goes_on"
    assert [len(row) for row in cut] == [len(whole[0])] * 5
    assert [*cut[:-1], *rest[1:]] == whole
    assert "file.goes_on" not in str(whole)


def test_pages_follow_one_another_and_a_long_stretch_is_read_in_pieces(
    admin: User, story: Any, monkeypatch: Any
) -> None:
    first = audit.page(admin, Search(), most=3)
    second = audit.page(admin, Search(), before=first.older, most=3)
    monkeypatch.setattr(audit, "WINDOW", 2)
    piece = audit.page(admin, Search(name="ticket.created"))
    further = audit.page(admin, Search(name="ticket.created"), before=piece.older)

    assert [len(first.lines), len(second.lines), second.older] == [3, 1, None]
    assert (piece.lines, bool(piece.older)) == ([], True)
    assert [line.event.name for line in further.lines] == ["ticket.created"]


def test_page_says_it_in_words_and_the_table_is_the_same_search(
    admin: User, story: Any, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(admin)
    with django_assert_max_num_queries(14):
        shown = client.get(URL, {"event": "ticket."}).content.decode()
    sheet = client.get(f"{URL}csv/", {"event": "ticket."}).getvalue().decode().splitlines()

    assert "Bob Brown" in shown
    assert f"#{story.number}" in shown
    assert len(sheet) == 3
    assert sheet[1].split(",")[2:4] == ["ticket.assigned", "Bob Brown"]


def test_what_cannot_be_read_is_said(admin: User, client_for: Any) -> None:
    assert client_for(admin).get(URL, {"ticket": "abc"}).status_code == 422


def test_no_cell_is_a_formula(admin: User, story: Any) -> None:
    for line in audit.page(admin, Search()).lines:
        line.event.data = {"tag": "x;=HYPERLINK(1)"}
        assert audit.cells(line)[-1] == "tag=x;'=HYPERLINK(1)"
