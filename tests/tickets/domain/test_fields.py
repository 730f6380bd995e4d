"""The firm's own fields: what they take, when they are asked, what they leave in the journal and in the search."""

from typing import Any

import pytest

from accounts.models import Brand, User
from customers.domain import field_rules as rules
from customers.models import OwnField
from journal.models import Event
from tests.factories.tickets import FieldFactory
from tickets.access import get_ticket_for
from tickets.domain.errors import NotAllowed
from tickets.domain.fields import keeping
from tickets.domain.fields.reading import shown_on
from tickets.domain.fields.values import BadFields, put_back, set_fields, take_in
from tickets.domain.replies import queue_reply
from tickets.domain.search.finding import find
from tickets.domain.search.indexing import write_rows
from tickets.domain.status import change_status
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def reason(brand: Brand) -> OwnField:
    return FieldFactory(
        pool=brand.pool, key="reason", name="Reason", kind="choice", choices=["Damaged", "Lost"]
    )


@pytest.fixture
def part(brand: Brand, reason: OwnField) -> OwnField:
    when = [{"field": "reason", "values": ["damaged"]}]
    return FieldFactory(pool=brand.pool, key="part", name="Part", required="solving", conditions=when)


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("text", "  two   words ", "two words"),
        ("text", "   ", None),
        ("number", "3,50", 3.5),
        ("number", 12, 12),
        ("date", "2026-03-02", "2026-03-02"),
        ("yes_no", "no", False),
        ("yes_no", True, True),
        ("choice", "lost", "lost"),
        ("choices", ["lost", "damaged", "lost"], ["damaged", "lost"]),
        ("choices", [], None),
    ],
)
def test_clean_keeps_one_form_of_a_value(kind: str, raw: Any, kept: Any) -> None:
    assert rules.clean(FieldFactory.build(kind=kind, choices=["Damaged", "Lost"]), raw) == kept


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text", "x" * 201),
        ("text", 5),
        ("text", ["x"]),
        ("number", "many"),
        ("number", True),
        ("number", "9" * 16),
        ("date", "2026-02-30"),
        ("yes_no", "perhaps"),
        ("choice", "stolen"),
        ("choices", ["lost", "stolen"]),
        ("choices", {"lost": 1}),
    ],
)
def test_clean_refuses_what_the_field_does_not_take(kind: str, raw: Any) -> None:
    with pytest.raises(rules.Wrong):
        rules.clean(FieldFactory.build(kind=kind, choices=["Damaged", "Lost"]), raw)


def chain() -> list[OwnField]:
    build = FieldFactory.build
    return [
        build(key="a", kind="yes_no"),
        build(
            key="b", kind="choices", choices=["One", "Two"], conditions=[{"field": "a", "values": ["yes"]}]
        ),
        build(key="c", required="sending", conditions=[{"field": "b", "values": ["two"]}]),
    ]


@pytest.mark.parametrize(
    ("values", "asked", "missing"),
    [
        ({}, ["a"], []),
        ({"a": True}, ["a", "b"], []),
        ({"a": True, "b": ["one", "two"]}, ["a", "b", "c"], ["c"]),
        ({"a": False, "b": ["two"]}, ["a"], []),  # b's old answer counts no more
    ],
)
def test_chain_of_conditions_is_followed(
    values: dict[str, Any], asked: list[str], missing: list[str]
) -> None:
    fields = chain()
    assert [field.key for field in rules.asked(fields, values)] == asked
    assert [field.key for field in rules.missing(fields, values, "sending")] == missing


def wanted(field: OwnField, **changes: Any) -> keeping.Wanted:
    values = {
        name: getattr(field, name)
        for name in ("pool", "kind", "name", "key", "brand", "required", "is_public")
    }
    values |= {"choices": tuple(field.choices), "conditions": tuple(field.conditions)}
    return keeping.Wanted(**(values | changes))


def test_two_choices_of_one_name_are_refused(reason: OwnField, admin: User) -> None:
    twice = (*reason.choices, {"code": "", "name": "LOST", "names": {}})
    with pytest.raises(NotAllowed, match="“Lost” is there twice"):
        keeping.save_field(reason, wanted(reason, choices=twice), actor=admin)
    kept = keeping.save_field(reason, wanted(reason, choices=tuple(reason.choices[:1])), actor=admin)
    again = (
        *kept.choices[:1],
        {"code": "", "name": "Lost", "names": {}},
    )  # one that is offered no more is no other
    assert len(keeping.save_field(kept, wanted(kept, choices=again), actor=admin).options()) == 2


def test_circle_of_conditions_is_refused(reason: OwnField, brand: Brand, admin: User) -> None:
    when = [{"field": "reason", "values": ["lost"]}]
    other = FieldFactory(pool=brand.pool, key="other", name="Other", kind="yes_no", conditions=when)
    circle = ({"field": "other", "values": ["yes"]},)
    with pytest.raises(NotAllowed, match="Reason → Other → Reason"):
        keeping.save_field(reason, wanted(reason, conditions=circle), actor=admin)
    with pytest.raises(NotAllowed, match="“Other” hangs on it"):
        keeping.retire(reason, actor=admin)
    keeping.retire(other, actor=admin)
    keeping.retire(reason, actor=admin)
    with pytest.raises(NotAllowed, match="not there"):
        keeping.bring_back(other, actor=admin)


def test_choice_that_is_offered_no_more_keeps_its_name(reason: OwnField, admin: User) -> None:
    rows = ({"code": "lost", "name": "Gone astray"}, {"code": "", "name": "Lost"})
    saved = keeping.save_field(reason, wanted(reason, choices=rows), actor=admin)
    assert saved.options() == [("lost", "Gone astray"), ("lost_2", "Lost")]
    assert rules.in_words(saved, "damaged") == "Damaged"


def test_values_are_told_with_old_and_new_and_can_be_put_back(
    ticket: Ticket, part: OwnField, alice: User
) -> None:
    set_fields(ticket, {"reason": "damaged", "part": "Dana's lid"}, actor=alice)
    before = Ticket.objects.get(pk=ticket.pk).fields
    set_fields(ticket, {"reason": "lost"}, actor=alice)
    assert Ticket.objects.get(pk=ticket.pk).fields == {"reason": "lost"}  # what hung on it went too
    put_back(ticket, before, actor=alice)
    assert Ticket.objects.get(pk=ticket.pk).fields == before
    told = [
        event.data["changes"] for event in Event.objects.filter(name="ticket.fields_changed").order_by("pk")
    ]
    assert told == [
        {"reason": {"before": None, "after": "damaged"}, "part": {"text": True}},
        {"reason": {"before": "damaged", "after": "lost"}, "part": {"text": True}},
        {"reason": {"before": "lost", "after": "damaged"}, "part": {"text": True}},
    ]


def test_wrong_values_change_nothing_and_are_all_named(ticket: Ticket, part: OwnField, alice: User) -> None:
    with pytest.raises(BadFields) as refused:
        set_fields(ticket, {"reason": "stolen", "part": "Lid", "imported": "x"}, actor=alice)
    assert set(refused.value.problems) == {"reason", "part", "imported"}
    assert refused.value.problems["part"] == "It is asked only when “Reason” is “Damaged”."
    assert Ticket.objects.get(pk=ticket.pk).fields == {}


def test_solving_waits_for_what_must_be_known(ticket: Ticket, part: OwnField, alice: User) -> None:
    set_fields(ticket, {"reason": "damaged"}, actor=alice)
    with pytest.raises(NotAllowed, match=r"Fill in “Part” before you solve this ticket\."):
        change_status(ticket, "solved", actor=alice)
    with pytest.raises(NotAllowed, match="Fill in “Part”"):
        queue_reply(ticket, actor=alice, html="<p>Done.</p>", then="solved")
    set_fields(ticket, {"reason": "lost"}, actor=alice)
    assert change_status(ticket, "solved", actor=alice).status == "solved"


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("field:reason=damaged", True),
        ("field:reason=DAMAGED", True),
        ("field:reason=Beschädigt", True),  # by its name in another language
        ("field:part", True),
        ('field:"part=dana\'s lid"', True),
        ("-field:reason=lost", True),
        ("field:reason=lost", False),
        ("field:nobody=lost", False),
        ("lid", True),
    ],
)
def test_search_finds_by_field(
    query: str, is_found: bool, ticket: Ticket, part: OwnField, reason: OwnField, alice: User
) -> None:
    reason.choices[0]["names"] = {"de": "Beschädigt"}
    reason.save(update_fields=["choices"])
    set_fields(ticket, {"reason": "damaged", "part": "Dana's lid"}, actor=alice)
    write_rows([ticket.pk])
    assert bool(find(alice, query).tickets) == is_found


def test_form_takes_in_only_what_customers_are_asked(reason: OwnField, part: OwnField) -> None:
    reason.is_public = True
    given = {"reason": "damaged", "part": "Lid", "imported": {"id": "1"}}
    assert take_in([reason, part], given) == {"reason": "damaged"}
    assert take_in([reason], {"reason": "stolen"}) == {}


def test_ticket_reads_its_fields_without_a_query(
    ticket: Ticket, part: OwnField, alice: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):  # grants, ticket
        found = get_ticket_for(alice, ticket.pk)
        assert [(one.field.label, one.is_open) for one in shown_on(found)] == [("Reason", True)]
