import datetime as dt
import email
import email.policy

import pytest

from carecenter.lib.time import now
from channels_app.domain.inbound import process_record
from channels_app.tasks import sweep_outbox
from customers.domain.consent import set_consents
from feedback.domain import sending
from feedback.domain.planning import plan_solved
from feedback.domain.scales import SCORES
from feedback.models import Invitation
from feedback.tasks import sweep_surveys
from journal.models import Event
from tests.factories.channels import arrive
from tests.factories.channels import mail as raw_mail
from tests.factories.customers import CustomerFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import TicketFactory
from tickets.domain.delivery import mark
from tickets.domain.merging import merge
from tickets.domain.status import change_status
from tickets.models import Delivery, Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State, Why = Invitation.State, Invitation.Why
HOUR = dt.timedelta(hours=1)


def asked():
    """Messages of the system itself, oldest first."""
    return list(Message.objects.filter(is_auto=True).order_by("pk"))


def outcome(invitation):
    invitation.refresh_from_db()
    return invitation.state, invitation.why


def mails(settings):
    files = sorted(settings.MAIL_DIR.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def test_nothing_is_sent_before_its_time(clock, planned):
    clock.shift(3599)
    sweep_surveys()
    assert (outcome(planned), asked()) == ((State.PLANNED, ""), [])


def test_question_goes_by_mail_when_it_is_due(clock, planned):
    clock.shift(HOUR)
    sweep_surveys()
    assert outcome(planned) == (State.SENT, "")
    (message,) = asked()
    assert (planned.message, planned.sent_at) == (message, now())
    assert (message.kind, message.contact, message.author, message.delivery) == (
        "email",
        None,
        None,
        "queued",
    )
    assert message.to == [{"name": "Dana Duarte", "address": "dana@example.net"}]
    names = (
        Event.objects.filter(subject=f"invitation:{planned.pk}").order_by("pk").values_list("name", flat=True)
    )
    assert list(names) == ["survey.planned", "survey.sent"]


def test_question_changes_nothing_on_the_ticket_but_its_count(clock, planned):
    before = Ticket.objects.get()
    clock.shift(HOUR)
    sweep_surveys()
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.waiting_since, ticket.first_replied_at, ticket.preview, ticket.last_message_at) == (
        before.status, before.waiting_since, before.first_replied_at, before.preview, before.last_message_at
    )  # fmt: skip
    assert ticket.message_count == before.message_count + 1


def test_mail_has_a_link_for_each_score_in_text_and_html(clock, planned, settings):
    clock.shift(HOUR)
    sweep_surveys()
    clock.shift(60)
    sweep_outbox()
    mail = mails(settings)[-1]
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = mail.get_body(("html",)).get_content()
    for score in range(1, 6):
        assert f"/s/{planned.key}/?score={score}\n" in text
        assert f"/s/{planned.key}/?score={score}" in html
    assert "~" not in text
    assert "/~" not in html
    assert (mail["Auto-Submitted"], mail["To"]) == ("auto-replied", "Dana Duarte <dana@example.net>")
    assert f"[#{planned.ticket.number}]" in mail["Subject"]
    assert mail["References"]


def test_key_stands_in_no_row_that_colleagues_read(clock, planned):
    clock.shift(HOUR)
    sweep_surveys()
    (message,) = asked()
    assert planned.key not in message.text + message.html + message.subject
    assert not any(planned.key in str(event.data) + event.subject for event in Event.objects.all())
    assert f"/s/~{planned.pk}/" in message.text


def test_answer_to_the_question_is_a_reply_as_any_other(clock, planned, settings, connection):
    clock.shift(HOUR)
    sweep_surveys()
    clock.shift(60)
    sweep_outbox()
    mail = mails(settings)[-1]
    reply = raw_mail(
        "Still cold.", to=mail["Reply-To"], message_id="<x@example.net>", subject="Re: How was it?"
    )
    record = process_record(arrive(connection, reply, to="support@support.test").pk)
    assert record.ticket_id == planned.ticket_id
    assert Ticket.objects.get(pk=planned.ticket_id).status == "open"


def test_question_that_comes_back_does_not_open_the_ticket(clock, planned):
    clock.shift(HOUR)
    sweep_surveys()
    (message,) = asked()
    Message.objects.filter(pk=message.pk).update(delivery=Delivery.SENT)
    assert mark(message.pk, Delivery.BOUNCED)
    assert Ticket.objects.get().status == "solved"


def test_opened_again_before_it_leaves_is_cancelled_without_any_handler(clock, planned, alice):
    change_status(planned.ticket, "open", actor=alice)
    clock.shift(HOUR)
    sending.send(planned.pk)
    assert (outcome(planned), asked()) == ((State.CANCELLED, Why.REOPENED), [])


def test_opened_and_solved_again_is_asked_once(clock, planned, alice):
    change_status(planned.ticket, "open", actor=alice)
    change_status(planned.ticket, "solved", actor=alice)
    plan_solved(planned.ticket_id, now())
    clock.shift(HOUR)
    sweep_surveys()
    clock.shift(2 * HOUR)
    sweep_surveys()
    assert len(asked()) == 1


def test_two_tickets_of_one_person_are_one_question(clock, planned, solve):
    second = plan_solved(solve().pk, now())
    clock.shift(2 * HOUR)
    sweep_surveys()
    assert (outcome(planned), outcome(second)) == ((State.SENT, ""), (State.DROPPED, Why.ASKED_LATELY))
    assert len(asked()) == 1


def test_day_without_workers_asks_late_and_once(clock, planned):
    clock.shift(dt.timedelta(days=1, hours=2))
    sweep_surveys()
    sweep_surveys()
    clock.shift(dt.timedelta(days=1))
    sweep_surveys()
    assert (outcome(planned), len(asked())) == ((State.SENT, ""), 1)


def test_too_late_is_dropped(clock, planned):
    clock.shift(dt.timedelta(hours=73, seconds=1))
    sweep_surveys()
    sweep_surveys()
    assert (outcome(planned), asked()) == ((State.DROPPED, Why.LATE), [])


def test_day_without_handlers_asks_late_by_when_it_happened(clock, solve, rule):
    ticket, at = solve(), now()
    clock.shift(dt.timedelta(days=1))
    late = plan_solved(ticket.pk, at)
    assert late.send_at == at + HOUR
    sweep_surveys()
    assert outcome(late) == (State.SENT, "")


def test_workers_that_come_back_at_night_wait_for_the_morning(clock, planned):
    clock.move_to(dt.datetime(2026, 3, 2, 22, 0, tzinfo=dt.UTC))
    sweep_surveys()
    assert outcome(planned) == (State.PLANNED, "")
    clock.move_to(dt.datetime(2026, 3, 3, 7, 59, tzinfo=dt.UTC))
    sweep_surveys()
    assert asked() == []
    clock.move_to(dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC))
    sweep_surveys()
    assert outcome(planned) == (State.SENT, "")


def test_said_no_meanwhile_is_not_asked(clock, planned, dana):
    set_consents(dana, {"surveys": False}, way="survey")
    clock.shift(HOUR)
    sweep_surveys()
    assert (outcome(planned), asked()) == ((State.DROPPED, Why.REFUSED), [])


@pytest.mark.parametrize("what", ["survey", "rule", "rule deleted"])
def test_switched_off_meanwhile_is_not_asked(what, clock, planned):
    if what == "rule deleted":
        planned.rule.delete()
    else:
        row = getattr(planned, what)
        row.is_active = False
        row.save(update_fields=["is_active"])
    clock.shift(HOUR)
    sweep_surveys()
    assert outcome(planned) == (State.DROPPED, Why.SWITCHED_OFF)


def test_asked_by_another_brand_meanwhile_is_not_asked(clock, planned, second_brand, dana):
    other = TicketFactory(brand=second_brand, customer=dana)
    InvitationFactory(survey=SurveyFactory(brand=second_brand), ticket=other)
    clock.shift(HOUR)
    sweep_surveys()
    assert outcome(planned) == (State.DROPPED, Why.ASKED_LATELY)


def test_merged_ticket_is_asked_about_as_the_one_it_went_into(clock, planned, solve, alice, brand):
    kept = solve()
    merge(planned.ticket, into=kept, actor=alice)
    clock.shift(HOUR)
    sweep_surveys()
    planned.refresh_from_db()
    assert (planned.state, planned.ticket) == (State.SENT, kept)


def test_customer_without_any_address_is_not_asked(clock, planned):
    Message.objects.update(from_address="", reply_to="")
    planned.ticket.participants.all().delete()
    planned.customer.identities.all().delete()
    clock.shift(HOUR)
    sweep_surveys()
    assert outcome(planned) == (State.DROPPED, Why.NO_WAY)


def test_ticket_or_customer_that_is_gone_is_not_asked(clock, planned):
    Invitation.objects.update(ticket=None)
    clock.shift(HOUR)
    sweep_surveys()
    assert outcome(planned) == (State.DROPPED, Why.GONE)


def test_question_in_the_customers_language(clock, solve, rule, dana):
    dana.language = "de"
    dana.save(update_fields=["language"])
    rule.survey.words = {"de": {"question": "Wie war es bei uns?"}}
    rule.survey.save(update_fields=["words"])
    invitation = plan_solved(solve().pk, now())
    clock.shift(HOUR)
    sweep_surveys()
    assert invitation.language == "de"
    assert "Wie war es bei uns?" in asked()[0].text


def test_row_that_always_breaks_is_given_up(clock, planned):
    type(planned.survey).objects.update(measure="none")
    for _ in range(10):
        clock.shift(HOUR + dt.timedelta(minutes=1))
        sweep_surveys()
    assert (outcome(planned), planned.tries, asked()) == ((State.DROPPED, Why.FAILED), 8, [])


def test_broken_row_does_not_hold_up_the_others(clock, planned, solve, brand, rule):
    good = plan_solved(solve(CustomerFactory(pool=brand.pool, email="eve@example.net")).pk, now())
    broken = SurveyFactory(brand=brand, measure="none")
    Invitation.objects.filter(pk=planned.pk).update(survey=broken)
    clock.shift(2 * HOUR)
    sweep_surveys()
    assert outcome(good) == (State.SENT, "")
    assert (outcome(planned)[0], planned.tries) == (State.SENDING, 1)


@pytest.mark.parametrize("measure", ["csat", "nps", "ces1", "ces2", "settled"])
@pytest.mark.parametrize("look", ["stars", "faces", "numbers"])
def test_every_scale_makes_a_letter(measure, look, clock, planned):
    type(planned.survey).objects.update(measure=measure, look=look)
    clock.shift(HOUR)
    sweep_surveys()
    assert outcome(planned) == (State.SENT, "")
    assert asked()[0].html.count("?score=") == len(SCORES[measure])
