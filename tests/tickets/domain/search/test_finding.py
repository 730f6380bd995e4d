"""Finding tickets: in every script, by every operator, newest first, and never what is not the user's."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Brand, Team, User
from carecenter.lib.blobs.storage import store
from carecenter.lib.time import now
from customers.models import Customer
from tests.factories.accounts import UserFactory, grant
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory
from tests.factories.tickets import InboxFactory
from tickets.domain.assignment import assign
from tickets.domain.changes import set_priority, set_tags
from tickets.domain.intake import IncomingFile
from tickets.domain.search import finding, indexing
from tickets.domain.search.finding import Close, find, find_close
from tickets.domain.status import change_status
from tickets.models import Inbox, Ticket

pytestmark = pytest.mark.django_db
Say = Callable[..., Ticket]


def pks(user: User, text: str, **more: object) -> list[int]:
    return [ticket.pk for ticket in find(user, text, **more).tickets]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Rendez-vous à l'École", "ecole"),
        ("the ecole", "École"),
        ("Привет, где посылка?", "привет"),
        ("注文した日本語の本が届きません", "日本語"),
        ("新しい靴のサイズ", "靴"),
        ("สวัสดีครับ", "สวัสดี"),
        ("Die Straße war gesperrt", "strasse"),
        ("Zażółć gęślą jaźń w Łodzi", "lodzi"),
        ("My refunds are late", "refund"),
        ("Order L-48213 is missing", "l-48213"),
        ("Order L-48213 is missing", "48213"),
        ("Call me at +49 170 1234567", "1234567"),
        ("It was not received yet, I think", '"not received"'),
    ],
)
def test_words_are_found(say: Say, alice: User, said: str, asked: str) -> None:
    ticket, _other = say(said), say("Something else entirely")
    assert pks(alice, asked) == [ticket.pk]


@pytest.mark.parametrize(
    "asked",
    ["dana", "duarte late", "dana@example.net", "example.net", "#{number}", "{number}", "Globex", "0170 1234567",
     "+491701234567", "1234567", "order:L-77", "L-77", "from:dana", "from:dana@example.net", "kontoauszug.pdf",
     "subject:parcel", "to:support@shop.example", "customer:{customer}", "from:duarte late"],
)  # fmt: skip
def test_people_numbers_and_files_are_found(say: Say, alice: User, dana: Customer, asked: str) -> None:
    IdentityFactory(customer=dana, pool=dana.pool, kind="phone", value="+491701234567")
    OrderFactory(customer=dana, pool=dana.pool, number="L-77")
    other = CustomerFactory(pool=dana.pool, name="Erik Berg", email="erik@elsewhere.example")
    dana.organisation = dana.pool.organisations.create(name="Globex")
    dana.save(update_fields=["organisation"])
    file = IncomingFile(blob=store(b"%PDF"), name="Kontoauszug.pdf", content_type="application/pdf")
    to = [{"name": "", "address": "support@shop.example"}]
    ticket = say("It is late", subject="My parcel", files=(file,), to=to)
    say("Hello", customer=other, from_address="erik@elsewhere.example", from_name="Erik Berg")
    assert pks(alice, asked.format(number=ticket.number, customer=dana.pk)) == [ticket.pk]


@pytest.fixture
def three(say: Say, alice: User, team: Team) -> dict[str, Ticket]:
    """One of alice's, urgent and tagged; one solved; one new, long ago."""
    mine, solved, old = (
        say("pump leaks"),
        say("pump broken"),
        say("pump rusts", at=now() - dt.timedelta(days=40)),
    )
    assign(mine, to=alice, actor=alice)
    set_priority(mine, 4, actor=alice)
    set_tags(mine, ["recall"], actor=alice)
    change_status(solved, "solved", actor=alice)
    Ticket.objects.filter(pk=old.pk).update(team=None, waiting_since=None)
    rows = {"mine": mine, "solved": solved, "old": old}
    indexing.write_rows([ticket.pk for ticket in rows.values()])
    return rows


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("pump", ["solved", "mine", "old"]),
        ("pump sort:oldest", ["old", "mine", "solved"]),
        ("status:solved", ["solved"]),
        ("status:active pump", ["mine", "old"]),
        ("assignee:me", ["mine"]),
        ("assignee:alice", ["mine"]),
        ("-assignee:none", ["mine"]),
        ("is:unassigned status:active", ["old"]),
        ("priority:urgent", ["mine"]),
        ("tag:recall", ["mine"]),
        ("pump -tag:recall", ["solved", "old"]),
        ("-leaks pump", ["solved", "old"]),
        ("leaks OR rusts", ["mine", "old"]),
        ("team:none", ["old"]),
        ("team:service", ["solved", "mine"]),
        ("brand:nordlicht-home", ["solved", "mine", "old"]),
        ("inbox:support kind:email", ["solved", "mine", "old"]),
        ("is:waiting", ["mine"]),
        ("older:30d", ["old"]),
        ("newer:30d", ["solved", "mine"]),
        ("created:today", ["solved", "mine"]),
        ("before:yesterday pump", ["old"]),
        ("after:yesterday", ["solved", "mine"]),
        ("has:file", []),
    ],
)  # fmt: skip
def test_operators(three: dict[str, Ticket], alice: User, asked: str, names: list[str]) -> None:
    by_pk = {ticket.pk: name for name, ticket in three.items()}
    found = find(alice, asked)
    assert [by_pk[ticket.pk] for ticket in found.tickets] == names
    assert found.query.hints == []


def test_a_name_nobody_has_is_searched_and_said(three: dict[str, Ticket], alice: User) -> None:
    found = find(alice, "assignee:leaks")
    assert [ticket.pk for ticket in found.tickets] == [three["mine"].pk]
    assert found.query.hints == ["There is no assignee “leaks” here; it was looked for as a word."]


def test_state_is_the_tickets_own(three: dict[str, Ticket], alice: User) -> None:
    """The row is a moment old; what is shown is not."""
    Ticket.objects.filter(pk=three["mine"].pk).update(status="solved", assignee=None)
    assert three["mine"].pk not in pks(alice, "status:open pump")
    assert pks(alice, "assignee:me") == []


def test_strangers_find_nothing(say: Say, alice: User, charlie: User, nobody: User, dana: Customer) -> None:
    OrderFactory(customer=dana, pool=dana.pool, number="L-77")
    ticket = say("The secret password")
    for asked in (
        "secret",
        f"#{ticket.number}",
        "dana",
        "L-77",
        "status:new",
        f"customer:{dana.pk}",
        "-nothing",
        "secrett",
    ):
        assert pks(charlie, asked) == [], asked
        assert pks(nobody, asked) == [], asked
        assert find(charlie, asked).count == 0
        assert find_close(charlie, asked) == Close()
    assert pks(alice, "secret") == [ticket.pk]


def test_scope_follows_brand_and_team(
    say: Say, second_brand: Brand, team: Team, brand: Brand, admin: User
) -> None:
    here = say("pump")
    there = say("pump", inbox=InboxFactory(brand=second_brand, default_team=team))
    both = grant(grant(UserFactory(), "Agent", brand=brand), "Agent", brand=second_brand)
    of_team = grant(UserFactory(), "Agent", brand=second_brand, team=team)
    assert pks(both, "pump") == [there.pk, here.pk]
    assert pks(admin, "pump") == [there.pk, here.pk]
    assert pks(of_team, "pump") == [there.pk]
    Ticket.objects.filter(pk=there.pk).update(team=None)
    assert pks(of_team, "pump") == []


def test_merged_tickets_are_found_by_what_they_became(say: Say, alice: User) -> None:
    kept, gone = say("Keep me"), say("Merge me")
    Ticket.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert pks(alice, "merge") == []
    indexing.write_rows([kept.pk, gone.pk])
    assert pks(alice, f"#{gone.number}") == [kept.pk]


@pytest.mark.parametrize(
    ("asked", "close"),
    [
        ("delivry", ["delivery"]),
        ("delviery", ["delivery"]),
        ("jakcet", ["jacket"]),  # so short that a swap leaves few of its trigrams
        ("pakcage", []),
    ],
)
def test_a_typing_error_finds_what_is_close(say: Say, alice: User, asked: str, close: list[str]) -> None:
    ticket = say("The delivery of the jacket is late")
    found = find(alice, asked)
    assert found.tickets == []
    assert found.may_be_close
    guess = find_close(alice, asked)
    assert guess.words == close
    assert [one.pk for one in guess.tickets] == [ticket.pk] * len(close)
    assert find_close(alice, asked, without=(ticket.pk,)) == Close()


@pytest.mark.parametrize("frequent", [0, 10**9])
def test_pages_show_each_ticket_once(
    say: Say, alice: User, monkeypatch: pytest.MonkeyPatch, frequent: int
) -> None:
    """In slices of time, and all at once."""
    monkeypatch.setattr(finding, "FREQUENT", frequent)
    made = [
        say("pump", at=now() - dt.timedelta(days=days)).pk for days in (0, 0, 3, 9, 40, 41, 300, 900, 9000)
    ]
    for asked in ("pump", "pump sort:oldest"):
        seen: list[int] = []
        after = ""
        for _page in range(5):
            found = find(alice, asked, after=after, limit=2)
            seen += [ticket.pk for ticket in found.tickets]
            after = found.older
        assert after == ""
        assert sorted(seen) == sorted(made)
        moments = list(Ticket.objects.in_bulk(seen).values())
        assert len(moments) == len(made)
        times = [Ticket.objects.get(pk=pk).last_message_at for pk in seen]
        assert times == sorted(times, reverse="oldest" not in asked)


def test_counts_have_an_end(say: Say, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(4):
        say("pump")
    monkeypatch.setattr(finding, "COUNT_LIMIT", 2)
    assert find(alice, "pump", limit=1).count == 3


def test_queries_are_few_and_do_not_grow(say: Say, alice: User) -> None:
    for count in (1, 3):
        while Ticket.objects.count() < count:
            say("pump leaks")
        fresh = User.objects.get(pk=alice.pk)
        with CaptureQueriesContext(connection) as queries:
            found = find(fresh, "pump leaks is:unassigned -tag:x")
        assert len(found.tickets) == count
        # grants, endings, how frequent they are, the search, the tickets
        assert len(queries) == 5


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(["pump", "-", '"', "'", "\\", "tag:", "order:", "from:", "#1", " OR ", " ", "status:new"]),
            st.sampled_from([":*", "&", "12345678", "é-日本"]),
        ),
        max_size=8,
    ).map("".join)
)  # fmt: skip
def test_anything_can_be_asked(alice: User, text: str) -> None:
    found = find(alice, text)
    assert found.tickets == []


def test_other_pools_inboxes_have_no_name_here(
    three: dict[str, Ticket], alice: User, other_brand: Brand
) -> None:
    foreign: Inbox = InboxFactory(brand=other_brand, name="Secret desk")
    assert find(alice, f"inbox:{foreign.key}").query.hints != []
    assert find(alice, "brand:weststern").query.hints != []
