"""Records that a worker takes in one go: one transaction, and each of them as if it had come alone."""

from typing import Any

import pytest

from channels_app.domain import inbound
from channels_app.models import Connection, InboundRecord, Reason
from customers.models import Customer, Identity
from journal.domain import recording
from journal.models import Event
from tests.factories.channels import arrive, mail
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
State = InboundRecord.State


def letters(connection: Connection, count: int) -> list[InboundRecord]:
    """Mails of different people, on different things."""
    return [
        arrive(
            connection,
            mail(
                f"Letter {n}", message_id=f"<{n}@example.net>", **{"from": f"Person {n} <p{n}@x{n}.example>"}
            ),
        )
        for n in range(count)
    ]


def run(records: list[InboundRecord]) -> list[InboundRecord]:
    inbound.run_all([record.pk for record in records])
    return [inbound.load(record.pk) for record in records]


def test_a_mail_of_many_costs_thirteen_statements(
    connection: Connection, django_assert_num_queries: Any
) -> None:
    """Six of them are for savepoints: the mail's, the person's, the message's. Alone it was 22."""
    records = letters(connection, 4)
    # claim, connection; ours, seen, blocked, senders, people; the transaction; events
    with django_assert_num_queries(2 + 5 + 2 + 1 + 13 * 4):
        inbound.run_all([record.pk for record in records])
    names = ["customer.created", "identity.added", "ticket.created", "contact.opened", "message.received"]
    assert list(Event.objects.order_by("pk").values_list("name", flat=True)) == names * 4


def test_a_bad_mail_takes_no_other_down(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    records, append = letters(connection, 3), inbound.append

    def break_for_one(item: Any, *rest: Any, **options: Any) -> Any:
        received = append(item, *rest, **options)
        if "p1@" in item.address:
            raise ValueError("a bad one")
        return received

    monkeypatch.setattr(inbound, "append", break_for_one)
    good, bad, other = run(records)

    assert (good.state, bad.state, other.state) == (State.DONE, State.NEW, State.DONE)
    assert "a bad one" in bad.error
    assert set(Identity.objects.values_list("value", flat=True)) == {"p0@x0.example", "p2@x2.example"}
    assert Event.objects.filter(name="message.received").count() == Ticket.objects.count() == 2


def test_a_handful_that_is_lost_is_run_one_by_one(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails at its very end, where all its events are written."""
    records, insert = letters(connection, 3), recording.insert

    def refuse_many(events: Any) -> None:
        if len(events) > 5:
            raise ValueError("too many")
        insert(events)

    monkeypatch.setattr(recording, "insert", refuse_many)

    assert [record.state for record in run(records)] == [State.DONE] * 3
    assert (Ticket.objects.count(), Message.objects.count(), Customer.objects.count()) == (3, 3, 3)
    assert {record.tries for record in records} == {0}
    assert {record.tries for record in run(records)} == {1}


def test_mails_of_one_person_in_one_handful_know_each_other(connection: Connection) -> None:
    first = arrive(connection, mail())
    again = arrive(connection, mail(received="from mx2"))
    answer = arrive(connection, mail("And?", message_id="<2@example.net>", in_reply_to="<first@example.net>"))
    one, same, more = run([first, again, answer])

    assert (one.state, same.state, same.reason, more.state) == (
        State.DONE,
        State.IGNORED,
        Reason.DUPLICATE,
        State.DONE,
    )
    assert one.ticket == more.ticket
    assert same.message == one.message
    assert (Customer.objects.count(), Message.objects.count()) == (1, 2)


def test_a_storm_within_a_handful_is_seen(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels_app.domain.screening.FROM_ONE_SENDER", 2)
    mails = [mail(f"No {n}", message_id=f"<{n}@example.net>") for n in range(3)]

    assert [one.reason for one in run([arrive(connection, raw) for raw in mails])] == ["", "", Reason.STORM]
