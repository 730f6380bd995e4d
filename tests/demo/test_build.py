"""The demo firm: complete, consistent, in two languages, and only once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from accounts.models import Brand, CustomerPool, Grant, Team, User
from carecenter.demo import build as building
from carecenter.demo.firm import PASSWORD, SIGN_INS
from carecenter.lib.time import now
from channels_app.domain.chat_leaving import left_sessions
from channels_app.models import ChatSession, DeliveryAttempt, InboundRecord
from customers.models import Customer, JoinProposal, Merge, Order
from journal.models import Event
from tests.demo.consistency import differences
from tests.demo.help_centres import assert_help_centres_are_whole
from tests.demo.opinions import assert_asked_and_heard_as_the_rules_would
from tickets.models import Attachment, Contact, Delivery, Message, SearchTask, Status, Ticket


def test_demo_is_whole_and_consistent(db: None) -> None:
    """One run, many looks: building takes seconds."""
    building.build(tickets=240)
    assert differences() == []
    assert_firm()
    assert_work_of_all_kinds()
    assert_journal()
    assert_border()
    assert_chats()
    assert_two_languages()
    assert_pools_apart()
    assert_no_mail_is_told_twice()
    assert_tickets_are_due_for_the_search()
    assert_asked_and_heard_as_the_rules_would()
    assert_help_centres_are_whole()


def assert_firm() -> None:
    assert CustomerPool.objects.count() == 2
    assert dict(Brand.objects.values_list("slug", "pool__name")) == {
        "harrowfell": "Fell & Grat Outfitters",
        "gratweg": "Fell & Grat Outfitters",
        "bramblecup": "Bramblecup",
    }
    assert Team.objects.count() == 3
    roles = dict(Grant.objects.values_list("role__name").annotate(Count("user", distinct=True)))
    assert roles == {"Agent": 12, "Lead": 1, "Manager": 1, "Admin": 1}
    assert Customer.objects.count() == 200
    assert Order.objects.count() > 200
    assert not Order.objects.filter(total_minor__lte=0).exists()


def assert_work_of_all_kinds() -> None:
    assert Ticket.objects.count() == 240
    kinds = set(Ticket.objects.values_list("last_kind", flat=True))
    assert kinds == {"email", "phone", "visit", "internal", "webchat"}
    assert set(Ticket.objects.values_list("status", flat=True)) >= {
        "new",
        "open",
        "pending",
        "solved",
        "closed",
    }
    assert Ticket.objects.filter(waiting_since__isnull=False).count() > 10
    oldest = now() - Ticket.objects.order_by("created_at")[0].created_at
    assert 80 < oldest.days <= 90
    assert not Message.objects.filter(created_at__gt=now()).exists()
    assert not Ticket.objects.filter(status=Status.NEW, assignee__isnull=False).exists()
    assert Attachment.objects.count() > 10
    assert Message.objects.exclude(html="").filter(author=None).count() > 50


def assert_journal() -> None:
    """Positions follow time, every event is done, and the last status told is the one on the row."""
    events = list(Event.objects.order_by("position").values_list("position", "next_try_at"))
    assert [position for position, _ in events] == sorted({position for position, _ in events})
    assert {due for _, due in events} == {None}
    assert not Event.objects.filter(position=None).exists()
    told = Event.objects.filter(name="ticket.status_changed").order_by("position")
    last = {ticket: data["after"] for ticket, data in told.values_list("ticket_id", "data")}
    rows = dict(Ticket.objects.filter(pk__in=last).values_list("pk", "status"))
    assert last == rows
    created = Event.objects.filter(name="ticket.created").values_list("ticket_id", flat=True)
    assert sorted(created) == sorted(Ticket.objects.values_list("pk", flat=True))


def assert_border() -> None:
    """Every customer's mail has the raw bytes it came as; every answer that left has its attempt."""
    for kind, begin in (("email", b"Message-ID:"), ("webchat", b'{"type":"line"')):
        inbound = Message.objects.filter(kind=kind, direction="in")
        records = InboundRecord.objects.filter(state="done", connection__inbox__kind=kind)
        assert records.count() == inbound.count() > 20
        assert all(bytes(record.raw).startswith(begin) for record in records[:20])
    assert set(InboundRecord.objects.exclude(state="done").values_list("reason", flat=True)) == {
        "automatic",
        "storm",
        "bounce",
        "error",
    }
    answers = Message.objects.filter(kind="email", direction="out")
    assert answers.count() == DeliveryAttempt.objects.count()
    assert not answers.filter(delivery__in=[Delivery.NONE, Delivery.QUEUED]).exists()


def assert_chats() -> None:
    """Over, read to their ends, of people the shop knows by their number; one begins a ticket and names it."""
    chats = ChatSession.objects.select_related("contact__ticket", "contact__customer", "contact__agent")
    assert chats.count() == Contact.objects.filter(kind="webchat").count() > 10
    for chat in chats:
        contact = chat.contact
        assert contact is not None
        said = list(contact.messages.filter(audience="public").order_by("pk"))
        assert contact.ended_at is not None
        assert contact.ended_at <= now()
        assert contact.end_reason in ("finished", "left")
        assert contact.agent is not None
        assert said[0].text.startswith(contact.ticket.subject.rstrip("…"))
        assert chat.read_to == chat.agent_read_to == said[-1].pk
        assert contact.customer is not None
        assert contact.customer.identities.filter(kind="external", value=chat.external_id).exists()
        assert contact.conversation_part.conversation.key == chat.key
    assert left_sessions(10) == []


def assert_two_languages() -> None:
    german = Message.objects.filter(ticket__brand__slug="gratweg", direction="in", kind="email")
    english = Message.objects.filter(ticket__brand__slug="harrowfell", direction="in", kind="email")
    assert german.filter(text__regex=r"\y(und|nicht|bitte|Bestellung)\y").count() > german.count() / 2
    assert english.filter(text__regex=r"\y(the|and|you)\y").count() > english.count() / 2


def assert_pools_apart() -> None:
    stray = Ticket.objects.exclude(customer=None).exclude(customer__pool=F("brand__pool"))
    assert not stray.exists()
    assert JoinProposal.objects.exclude(customer__pool=F("other__pool")).count() == 0
    assert JoinProposal.objects.filter(state="open").count() >= 3
    assert Merge.objects.count() == 1


def assert_no_mail_is_told_twice() -> None:
    openers = Message.objects.filter(
        kind="email", direction="in", in_reply_to="", subject=F("ticket__subject")
    )
    texts = list(openers.values_list("text", flat=True))
    assert len(texts) == len(set(texts))


def assert_tickets_are_due_for_the_search() -> None:
    due = set(SearchTask.objects.values_list("ticket_id", flat=True))
    assert due == set(Ticket.objects.values_list("pk", flat=True))


def test_demo_data_is_written_once(db: None) -> None:
    out = StringIO()
    call_command("demo_data", tickets=30, stdout=out)
    before = Ticket.objects.count()
    call_command("demo_data", tickets=30, stdout=out)
    assert Ticket.objects.count() == before == 30
    assert out.getvalue().splitlines()[-1] == "There are tickets already: nothing was written."


def test_demo_data_refuses_a_real_database(db: None, settings: object) -> None:
    settings.EMBEDDED = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("demo_data")
    assert not User.objects.exists()


def test_demo_sign_ins_work(db: None, client: object) -> None:
    building.build(tickets=12)
    out = StringIO()
    call_command("demo_sign_ins", stdout=out)
    assert out.getvalue().splitlines() == [f"{role}: {email} / {PASSWORD}" for role, email in SIGN_INS]
    for _, email in SIGN_INS:
        assert User.objects.get(email=email).check_password(PASSWORD)
