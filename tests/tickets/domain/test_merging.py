import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import close_old_connections, connection

from accounts.models import Brand, User
from carecenter.lib import kinds
from customers.models import Customer
from journal.models import Event
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import ContactFactory, InboxFactory, TicketFactory
from tests.tickets.domain.conftest import mail
from tests.tickets.domain.test_routes import TALK
from tickets.domain import drafts
from tickets.domain.assignment import claim_unassigned
from tickets.domain.changes import set_priority, set_subject, set_tags
from tickets.domain.copies import usual_copies
from tickets.domain.delivery import claim, mark
from tickets.domain.errors import CannotMerge, CannotUndo, Merged
from tickets.domain.intake import receive_message
from tickets.domain.merging import merge
from tickets.domain.replies import add_note, queue_reply
from tickets.domain.status import change_status
from tickets.domain.threading import find_ticket
from tickets.domain.tokens import reply_token
from tickets.domain.unmerging import unmerge
from tickets.models import Contact, Delivery, Draft, Inbox, Message, Ticket, TicketMerge

ROW = (
    "status", "priority", "tags", "assignee_id", "customer_id", "waiting_since", "first_replied_at",
    "message_count", "preview", "last_message_at", "merged_into_id", "solved_at", "snoozed_until",
)  # fmt: skip


def row(ticket: Ticket) -> dict[str, Any]:
    found = Ticket.objects.get(pk=ticket.pk)
    return {name: getattr(found, name) for name in ROW}


@pytest.fixture
def made_up_kinds() -> Iterator[None]:
    before = dict(kinds._kinds)
    kinds.register(TALK)
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def second(inbox: Inbox, dana: Customer, ticket: Ticket, clock: Any) -> Ticket:
    """Dana's other ticket, an hour younger."""
    clock.shift(3600)
    incoming = mail("second@example.net", subject="Still waiting", text="Hello?", reply_text="Hello?")
    return receive_message(inbox=inbox, customer=dana, incoming=incoming).ticket


def test_merge_moves_what_was_said_and_counts_the_longer_waiting(
    clock: Any, ticket: Ticket, second: Ticket, alice: User
) -> None:
    set_tags(second, ["vip"], actor=alice)
    set_priority(second, 4, actor=alice)
    since = row(ticket)["waiting_since"]

    merge(ticket, into=second, actor=alice)

    kept = row(second)
    assert [m.text for m in second.messages.order_by("pk")] == ["Where is it?", "Hello?"]
    assert (kept["waiting_since"], kept["message_count"], kept["preview"]) == (since, 2, "Hello?")
    assert (kept["tags"], kept["priority"]) == (["vip"], 4)
    gone = row(ticket)
    assert (gone["status"], gone["merged_into_id"], gone["waiting_since"]) == ("closed", second.pk, None)
    event = Event.objects.get(name="ticket.merged")
    assert (event.ticket_id, event.data) == (
        second.pk,
        {"gone": ticket.pk, "number": ticket.number, "taken": []},
    )


def test_undo_gives_both_back_as_they_were(clock: Any, ticket: Ticket, second: Ticket, alice: User) -> None:
    claim_unassigned(ticket.pk, agent=alice)
    set_tags(ticket, ["late"], actor=alice)
    set_priority(ticket, 3, actor=alice)
    queue_reply(ticket, actor=alice, html="<p>Soon.</p>")
    add_note(ticket, actor=alice, html="<p>Look at this.</p>")
    drafts.save_draft(ticket, author=alice, audience="public", html="<p>Half an ans</p>")
    before = row(ticket), row(second), list(ticket.messages.order_by("pk").values_list("pk", "contact"))
    contacts = list(Contact.objects.order_by("pk").values())

    done = merge(ticket, into=second, actor=alice)
    clock.shift(60)
    unmerge(done, actor=alice)

    assert (row(ticket), row(second)) == before[:2]
    assert list(ticket.messages.order_by("pk").values_list("pk", "contact")) == before[2]
    assert list(Contact.objects.order_by("pk").values()) == contacts
    assert Draft.objects.get().ticket == ticket
    assert second.participants.count() == 1
    with pytest.raises(CannotUndo, match="undone already"):
        unmerge(done, actor=alice)


def test_two_open_runs_become_the_older_and_part_again(
    clock: Any, ticket: Ticket, second: Ticket, alice: User
) -> None:
    older, younger = ticket.contacts.get(), second.contacts.get()
    done = merge(ticket, into=second, actor=alice)

    assert list(second.contacts.filter(ended_at=None)) == [older]
    assert Contact.objects.get(pk=younger.pk).end_reason == "joined"
    assert set(second.messages.values_list("contact", flat=True)) == {older.pk}

    unmerge(done, actor=alice)
    assert second.contacts.get(ended_at=None) == younger
    assert ticket.contacts.get(ended_at=None) == older


def test_what_came_after_the_merge_stays(
    clock: Any, inbox: Inbox, ticket: Ticket, second: Ticket, dana: Customer, alice: User
) -> None:
    done = merge(ticket, into=second, actor=alice)
    clock.shift(60)
    receive_message(inbox=inbox, customer=dana, incoming=mail("third@example.net"), ticket=ticket)
    answer = queue_reply(second, actor=alice, html="<p>It comes today.</p>")

    unmerge(done, actor=alice)

    assert ticket.messages.count() == 1
    assert second.messages.count() == 3
    answer.refresh_from_db()
    assert (answer.ticket_id, answer.contact.ticket_id) == (second.pk, second.pk)
    # Both were answered: nobody waits again because the two parted.
    assert (row(ticket)["waiting_since"], row(second)["waiting_since"]) == (None, None)
    assert not Contact.objects.filter(ended_at=None).exists()


def test_old_numbers_tokens_and_references_lead_to_the_living(
    clock: Any, inbox: Inbox, ticket: Ticket, second: Ticket, alice: User
) -> None:
    answer = queue_reply(ticket, actor=alice, html="<p>Soon.</p>")
    Message.objects.filter(pk=answer.pk).update(external_id="answer@support.test")
    merge(ticket, into=second, actor=alice)
    ways: list[tuple[dict[str, Any], str]] = [
        ({"reply_tokens": [reply_token(ticket)]}, "token"),
        ({"references": ["answer@support.test"]}, "reference"),
        ({"references": ["first@example.net"]}, "earlier"),
        ({"subject": f"Re: [#{ticket.number}]"}, "number"),
    ]
    for how, why in ways:
        assert find_ticket(inbox=inbox, address="dana@example.net", **how) == (second, why)


def test_a_queued_answer_leaves_all_the_same(clock: Any, ticket: Ticket, second: Ticket, alice: User) -> None:
    answer = queue_reply(ticket, actor=alice, html="<p>Soon.</p>")
    merge(ticket, into=second, actor=alice)
    clock.shift(60)

    claimed = claim(answer.pk)
    assert claimed is not None
    assert claimed.ticket == second
    assert mark(answer.pk, Delivery.SENT)
    assert Event.objects.filter(name="message.delivery_changed").latest("pk").ticket_id == second.pk


def test_other_customers_take_part_too(
    clock: Any, inbox: Inbox, ticket: Ticket, dana: Customer, alice: User
) -> None:
    erik = CustomerFactory(pool=dana.pool, name="Erik", email="erik@example.net")
    incoming = mail("erik1@example.net", from_name="Erik", from_address="erik@example.net")
    other = receive_message(inbox=inbox, customer=erik, incoming=incoming).ticket

    done = merge(other, into=ticket, actor=alice)

    assert [p.address for p in ticket.participants.order_by("pk")] == ["dana@example.net", "erik@example.net"]
    assert [copy["address"] for copy in usual_copies(ticket)] == ["erik@example.net"]
    to_erik = usual_copies(ticket, to="erik@example.net")
    assert [copy["address"] for copy in to_erik] == ["dana@example.net"]
    assert Ticket.objects.get(pk=ticket.pk).customer == dana
    unmerge(done, actor=alice)
    assert [p.address for p in ticket.participants.all()] == ["dana@example.net"]
    assert [p.address for p in other.participants.all()] == ["erik@example.net"]


def test_texts_on_both_tickets_follow_each_other(
    clock: Any, ticket: Ticket, second: Ticket, alice: User, bob: User
) -> None:
    drafts.save_draft(ticket, author=alice, audience="public", html="<p>One</p>")
    drafts.save_draft(second, author=alice, audience="public", html="<p>Two</p>")
    drafts.attach(ticket, author=alice, audience="public", name="a.txt", content=b"a")
    drafts.save_draft(ticket, author=bob, audience="internal", html="<p>Note</p>")

    merge(ticket, into=second, actor=alice)

    mine = Draft.objects.get(author=alice)
    assert (mine.ticket, mine.html) == (second, "<p>Two</p><p><br></p><p>One</p>")
    assert mine.attachments.get().name == "a.txt"
    assert Draft.objects.get(author=bob).ticket == second


def test_a_solved_ticket_opens_when_somebody_waits(
    clock: Any, ticket: Ticket, second: Ticket, alice: User
) -> None:
    change_status(second, "solved", actor=alice)
    solved = row(second)
    done = merge(ticket, into=second, actor=alice)
    assert row(second)["status"] == "open"
    unmerge(done, actor=alice)
    assert row(second) == solved


def test_refused_merges(
    clock: Any, ticket: Ticket, second: Ticket, other_brand: Brand, dana: Customer, alice: User
) -> None:
    foreign = TicketFactory(brand=other_brand)
    closed = TicketFactory(brand=ticket.brand, customer=dana, status="closed")
    for gone, into, words in (
        (ticket, ticket, "same ticket"),
        (ticket, foreign, "different firms"),
        (ticket, closed, "is closed"),
    ):
        with pytest.raises(CannotMerge, match=words):
            merge(gone, into=into, actor=alice)
    merge(ticket, into=second, actor=alice)
    for gone, into in ((second, ticket), (ticket, second)):
        with pytest.raises(CannotMerge, match="merged already"):
            merge(gone, into=into, actor=alice)


def test_a_chain_is_undone_from_its_end(clock: Any, ticket: Ticket, second: Ticket, alice: User) -> None:
    third = TicketFactory(brand=ticket.brand, customer=ticket.customer)
    first = merge(ticket, into=second, actor=alice)
    later = merge(second, into=third, actor=alice)
    assert third.messages.count() == 2
    with pytest.raises(CannotUndo, match="Undo that merge first"):
        unmerge(first, actor=alice)
    unmerge(later, actor=alice)
    assert (second.messages.count(), third.messages.count()) == (2, 0)
    unmerge(first, actor=alice)
    assert (ticket.messages.count(), second.messages.count()) == (1, 1)


def test_two_merges_into_one_are_undone_in_any_order(
    clock: Any, inbox: Inbox, ticket: Ticket, second: Ticket, dana: Customer, alice: User
) -> None:
    clock.shift(3600)
    third = receive_message(inbox=inbox, customer=dana, incoming=mail("third@example.net")).ticket
    since = row(third)["waiting_since"]
    one, two = merge(ticket, into=third, actor=alice), merge(second, into=third, actor=alice)
    unmerge(one, actor=alice)
    unmerge(two, actor=alice)
    assert row(third)["waiting_since"] == since
    assert [t.messages.count() for t in (ticket, second, third)] == [1, 1, 1]
    for one_ticket in (ticket, second, third):
        run = one_ticket.contacts.get(ended_at=None)
        assert set(one_ticket.messages.values_list("contact", flat=True)) == {run.pk}


def test_two_live_conversations_cannot_become_one(
    made_up_kinds: None, clock: Any, brand: Brand, alice: User
) -> None:
    chat = InboxFactory(brand=brand, kind="talk")
    one, two = TicketFactory(brand=brand, inbox=chat), TicketFactory(brand=brand, inbox=chat)
    for ticket in (one, two):
        ContactFactory(ticket=ticket, inbox=chat, kind="talk")
    with pytest.raises(CannotMerge, match="going on"):
        merge(one, into=two, actor=alice)
    Contact.objects.filter(ticket=two).update(ended_at="2026-03-02T09:00Z")
    done = merge(one, into=two, actor=alice)
    with pytest.raises(CannotUndo, match="going on"):
        unmerge(done, actor=alice)


def test_nothing_is_written_on_a_merged_ticket(
    clock: Any, ticket: Ticket, second: Ticket, alice: User
) -> None:
    merge(ticket, into=second, actor=alice)
    for verb in (
        lambda: queue_reply(ticket, actor=alice, html="<p>x</p>"),
        lambda: add_note(ticket, actor=alice, html="<p>x</p>"),
        lambda: change_status(ticket, "open", actor=alice),
        lambda: set_subject(ticket, "x", actor=alice),
        lambda: claim_unassigned(ticket.pk, agent=alice),
    ):
        with pytest.raises(Merged, match=f"merged into #{second.number}") as caught:
            verb()
        assert caught.value.into == second.pk


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """Each in a thread and a connection of its own, started together."""
    start, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(number: int) -> None:
        close_old_connections()
        start.wait()
        try:
            results[number] = verbs[number]()
        except Exception as error:  # noqa: BLE001 -- looked at by the test
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_opposite_merges_one_wins(inbox: Inbox, dana: Customer, alice: User, bob: User) -> None:
    one, two = (
        receive_message(inbox=inbox, customer=dana, incoming=mail(f"{n}@example.net")).ticket for n in "ab"
    )
    results = at_once(lambda: merge(one, into=two, actor=alice), lambda: merge(two, into=one, actor=bob))
    assert sorted(type(result).__name__ for result in results) == ["CannotMerge", "TicketMerge"]
    done = TicketMerge.objects.get()
    assert done.kept.messages.count() == 2
    assert Ticket.objects.filter(merged_into=None).get() == done.kept


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_comes_during_a_merge_is_on_the_living_ticket(
    inbox: Inbox, dana: Customer, alice: User
) -> None:
    for number in range(5):
        one, two = (
            receive_message(inbox=inbox, customer=dana, incoming=mail(f"{n}{number}@example.net")).ticket
            for n in "ab"
        )
        late = mail(f"late{number}@example.net")
        results = at_once(
            lambda one=one, two=two: merge(one, into=two, actor=alice),
            lambda one=one, late=late: receive_message(inbox=inbox, customer=dana, incoming=late, ticket=one),
        )
        assert [result for result in results if isinstance(result, Exception)] == []
        assert (one.messages.count(), two.messages.count()) == (0, 3)
        assert Ticket.objects.get(pk=two.pk).message_count == 3
