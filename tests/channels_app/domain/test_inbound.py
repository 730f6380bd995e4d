import pytest

from channels_app.domain import inbound
from channels_app.domain.addresses import LOOP_HEADER, loop_mark, reply_address
from channels_app.domain.decisions import block_sender, open_anyway
from channels_app.models import InboundRecord, Reason
from customers.models import Identity
from tests.factories.accounts import UserFactory
from tests.factories.channels import arrive, mail
from tickets.domain.copies import usual_copies
from tickets.models import Message, Status, Ticket

pytestmark = pytest.mark.django_db
State = InboundRecord.State


def run(connection, raw, *, to=""):
    return inbound.process_record(arrive(connection, raw, to=to).pk)


def test_mail_becomes_ticket_of_customer(connection):
    record = run(connection, mail())
    # It should be on a new ticket of a customer known by that address
    assert (record.state, record.opened_ticket) == (State.DONE, True)
    assert record.ticket.subject == "Kettle"
    assert record.ticket.customer.name == "Dana Duarte"
    assert Identity.objects.get().evidence == "claimed"
    # It should tell the list of incoming mail who wrote what
    assert (record.sender, record.subject) == ("dana@example.net", "Kettle")
    assert (record.message.text.strip(), record.message.external_id) == (
        "My kettle does not boil.",
        "first@example.net",
    )


def test_second_run_of_a_record_changes_nothing(connection):
    record = run(connection, mail())
    inbound.process_record(record.pk)
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_same_bytes_again_are_the_same_record(connection):
    first, second = run(connection, mail()), run(connection, mail())
    assert (first.pk, first.message_id) == (second.pk, second.message_id)


def test_same_mail_by_another_way_is_a_duplicate(connection):
    first = run(connection, mail())
    second = run(connection, mail(received="from mx2"))
    assert (second.state, second.reason) == (State.IGNORED, Reason.DUPLICATE)
    assert second.message_id == first.message_id
    assert Message.objects.count() == 1


def test_same_message_id_with_other_content_is_kept(connection):
    first = run(connection, mail())
    second = run(connection, mail("Something else."))
    third = run(connection, mail("Something else.", received="from mx2"))
    assert (second.state, Message.objects.count()) == (State.DONE, 2)
    assert second.message.external_id.startswith("first@example.net#")
    # It should know that one too when it comes again
    assert (third.reason, third.message_id) == (Reason.DUPLICATE, second.message_id)
    assert first.message_id != second.message_id


def test_reply_to_our_token_comes_to_the_ticket(connection):
    ticket = run(connection, mail()).ticket
    to = reply_address("support@support.test", ticket)
    record = run(connection, mail("Still cold.", message_id="<2@example.net>", subject="no trace"), to=to)
    assert (record.ticket_id, record.opened_ticket) == (ticket.pk, False)


def test_forged_token_opens_a_new_ticket(connection):
    ticket = run(connection, mail()).ticket
    forged = f"support+{ticket.token}aaaaaaaa@support.test"
    record = run(connection, mail("Hello", message_id="<2@x.example>", From="Eve <eve@x.example>"), to=forged)
    assert record.ticket_id != ticket.pk


def test_token_of_another_pool_counts_nothing(connection, other_connection):
    ticket = run(other_connection, mail()).ticket
    to = reply_address("support@support.test", ticket)
    record = run(connection, mail(message_id="<2@example.net>"), to=to)
    assert record.ticket_id != ticket.pk


def test_mail_without_address_becomes_ticket_without_customer(connection):
    record = run(connection, mail(From="nobody at all"))
    assert (record.state, record.ticket.customer) == (State.DONE, None)


def test_form_mail_from_our_own_address_is_of_its_reply_to(connection):
    record = run(connection, mail(From="support@support.test", Reply_To="Erik <erik@example.org>"))
    assert record.message.from_address == "erik@example.org"
    assert record.ticket.customer.name == "Erik"


def test_own_mail_coming_back_is_ignored(connection):
    record = run(connection, mail(**{LOOP_HEADER: loop_mark()}))
    assert (record.state, record.reason) == (State.IGNORED, Reason.OWN_MAIL)
    assert not Ticket.objects.exists()


def test_forged_loop_mark_hides_nothing(connection):
    assert run(connection, mail(**{LOOP_HEADER: "0" * 32})).state == State.DONE


def test_mail_between_two_of_our_inboxes_is_parked(connection, other_connection):
    record = run(connection, mail(From="hello@weststern.test"))
    assert (record.state, record.reason) == (State.PARKED, Reason.OWN_ADDRESS)


def test_automatic_mail_without_ticket_is_parked(connection):
    record = run(connection, mail(Auto_Submitted="auto-replied"))
    assert (record.state, record.reason) == (State.PARKED, Reason.AUTOMATIC)
    assert not Identity.objects.exists()


def test_automatic_mail_on_a_ticket_wakes_nobody(connection):
    ticket = run(connection, mail()).ticket
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.PENDING, waiting_since=None)
    to = reply_address("support@support.test", ticket)
    record = run(
        connection, mail("I am away.", message_id="<2@example.net>", Auto_Submitted="auto-replied"), to=to
    )
    ticket.refresh_from_db()
    assert (record.ticket_id, record.message.is_auto) == (ticket.pk, True)
    assert (ticket.status, ticket.waiting_since) == (Status.PENDING, None)


def test_automatic_mail_on_a_closed_ticket_opens_no_new_one(connection):
    ticket = run(connection, mail()).ticket
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED)
    to = reply_address("support@support.test", ticket)
    record = run(
        connection, mail("I am away.", message_id="<2@example.net>", Auto_Submitted="auto-replied"), to=to
    )
    assert (record.state, record.ticket_id, Ticket.objects.count()) == (State.PARKED, ticket.pk, 1)


def test_blocked_sender_is_ignored(connection):
    block_sender(connection.inbox.brand.pool, "@Example.net", actor=UserFactory())
    record = run(connection, mail())
    assert (record.state, record.reason) == (State.IGNORED, Reason.BLOCKED)


def test_parked_record_becomes_ticket_when_a_person_says_so(connection, lead):
    record = run(connection, mail(Auto_Submitted="auto-replied"))
    open_anyway(record, actor=lead)
    record = inbound.process_record(record.pk)
    assert (record.state, record.opened_ticket) == (State.DONE, True)


def test_large_mail_lies_in_a_blob(connection):
    record = run(connection, mail("x " * 200_000))
    assert record.raw is None
    assert record.blob.size == record.size > 400_000
    assert record.state == State.DONE


def test_record_with_lost_bytes_is_tried_again_and_then_fails(connection, settings, clock):
    record = arrive(connection, mail("x " * 200_000))
    settings.BLOB_DIR = settings.BLOB_DIR / "elsewhere"
    for pause in (0, *inbound.PAUSES):
        clock.shift(pause + 1)
        found = inbound.process_record(record.pk)
    assert (found.state, found.reason, found.tries) == (State.FAILED, Reason.ERROR, 7)
    assert "FileNotFoundError" in found.error


def test_record_that_kills_its_worker_is_given_up(connection, clock):
    record = arrive(connection, mail())
    for _ in range(len(inbound.PAUSES) + 1):
        assert inbound.claim([record.pk])
        clock.shift(inbound.LEASE_SECONDS + 1)
    record = inbound.process_record(record.pk)
    assert (record.state, record.reason) == (State.FAILED, Reason.ERROR)


def test_due_records_are_those_whose_time_has_come(connection, clock):
    record = arrive(connection, mail())
    other = arrive(connection, mail("Other", message_id="<2@example.net>"))
    assert inbound.due_handfuls(10) == []
    clock.shift(11)
    assert inbound.due_handfuls(10) == [[record.pk, other.pk]]
    # It should run alone what a worker may have died of
    InboundRecord.objects.update(tries=1)
    assert inbound.due_handfuls(10) == [[record.pk], [other.pk]]


def test_forged_sender_brings_nobody_into_copy(connection):
    ticket = run(connection, mail()).ticket
    subject = f"Kettle [#{ticket.number}]"
    forged = run(
        connection, mail("Answer me", message_id="<evil@x>", subject=subject, cc="mallory@evil.test")
    )
    assert forged.ticket_id == ticket.pk
    assert usual_copies(ticket) == []
    # One who got a mail of ours may bring others
    to = reply_address("support@support.test", ticket)
    run(connection, mail("With my boss", message_id="<ok@x>", cc="boss@example.net"), to=to)
    assert [copy["address"] for copy in usual_copies(ticket)] == ["boss@example.net"]
