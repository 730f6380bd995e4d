"""Who a visitor is: nobody, who they say, or who the site signs for."""

from datetime import timedelta

import jwt
import pytest

from carecenter.lib.time import now
from channels_app.models import ChatSession
from customers.models import Customer, Identity, JoinProposal
from tests.channels_app.chat.conftest import SECRET
from tickets.models import Participant, Ticket


def signed(secret=SECRET, algorithm="HS256", **claims):
    given = {
        "sub": "K-1001",
        "email": "dana@example.net",
        "name": "Dana Duarte",
        "exp": now().timestamp() + 600,
    }
    given |= claims
    return jwt.encode({name: value for name, value in given.items() if value is not None}, secret, algorithm)


def test_signed_user_is_the_customer_we_know(visitor, dana):
    answer = visitor.begin(user_token=signed())
    visitor.say("Where is my order?")

    session = ChatSession.objects.get()
    assert (answer.json()["trouble"], session.evidence, session.visitor_name) == (
        "",
        "verified",
        "Dana Duarte",
    )
    assert Ticket.objects.get().customer == dana
    known = {(row.kind, row.value): (row.evidence, row.verified_by) for row in dana.identities.all()}
    assert known == {
        ("email", "dana@example.net"): ("verified", ""),
        ("external", "K-1001"): ("verified", "site"),
    }


def test_signed_user_whom_nobody_knows_is_a_new_customer(visitor):
    visitor.begin(user_token=signed(sub="K-7", email="new@example.net", name="Noa New"))
    visitor.say("Hello")

    customer = Ticket.objects.get().customer
    assert customer.name == "Noa New"
    assert sorted(customer.identities.values_list("value", flat=True)) == ["K-7", "new@example.net"]


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (lambda: signed(exp=now().timestamp() - 120), "expired"),
        (lambda: signed(exp=now().timestamp() + 90_000), "24 hours"),
        (lambda: signed(exp=None), "lacks exp"),
        (lambda: signed(exp="soon"), "no number"),
        (lambda: signed(exp=float("nan")), "no moment"),
        (lambda: signed(exp=10**400), "no moment"),
        (lambda: signed(nbf=10**400), "not valid yet"),
        (lambda: signed(sub=None), "lacks sub"),
        (lambda: signed(sub="  "), "sub is empty"),
        (lambda: signed(secret="another secret that somebody else made up"), "not signed"),
        (lambda: signed(secret=SECRET * 2, algorithm="HS384"), "not signed"),
        (lambda: jwt.encode({"sub": "K-1001", "exp": now().timestamp() + 60}, "", "none"), "not signed"),
        (lambda: signed()[:-2] + "xx", "not signed"),
        (lambda: "no token", "not signed"),
    ],
)
def test_token_that_cannot_be_believed_is_refused_and_the_chat_goes_on(visitor, dana, token, reason):
    answer = visitor.begin(user_token=token())
    visitor.say("Hello all the same")

    assert (answer.status_code, reason in answer.json()["trouble"]) == (201, True), answer.json()
    assert ChatSession.objects.get().evidence == ""
    assert Ticket.objects.get().customer != dana


def test_secret_before_this_one_is_good_for_a_while(visitor, chat, clock):
    kept = [{"value": "the-new-secret-of-the-shop-01234567", "until": ""}]
    chat.seal({"user_secret": [*kept, {"value": SECRET, "until": (now() + timedelta(hours=1)).isoformat()}]})
    chat.save(update_fields=["sealed"])
    assert visitor.begin(user_token=signed()).json()["trouble"] == ""
    clock.shift(3700)
    visitor.token = ""
    assert "not signed" in visitor.begin(user_token=signed()).json()["trouble"]


def test_inbox_without_a_secret_believes_nobody(visitor, chat):
    chat.seal({})
    chat.save(update_fields=["sealed"])
    answer = visitor.begin(user_token=signed())
    assert "no secret" in answer.json()["trouble"]


def test_another_user_at_the_same_browser_gets_another_chat(visitor, dana):
    visitor.begin(user_token=signed())
    visitor.say("Mine alone")
    first = visitor.token

    assert visitor.post("sessions/", {"only_resume": True}).json()["is_known"] is False  # signed out
    answer = visitor.begin(user_token=signed(sub="K-2", email="eve@example.net"))

    assert (answer.status_code, visitor.token == first, visitor.lines()) == (201, False, [])


def test_visitor_who_signs_in_goes_on_as_the_customer(visitor, dana):
    visitor.begin()
    visitor.say("Before")
    answer = visitor.post("sessions/", {"user_token": signed()})
    visitor.say("After")

    assert answer.json()["state"]["name"] == "Dana Duarte"
    assert [line["text"] for line in visitor.lines()] == ["Before", "After"]
    assert ChatSession.objects.get().evidence == "verified"
    proposal = JoinProposal.objects.get()  # a person decides whether who wrote before is the same
    assert {proposal.customer, proposal.other} == {dana, Ticket.objects.get().customer}


def test_same_user_again_goes_on(visitor):
    visitor.begin(user_token=signed())
    visitor.say("Mine alone")
    answer = visitor.post("sessions/", {"only_resume": True, "user_token": signed()})
    assert (answer.status_code, "token" in answer.json()) == (200, False)


def test_typed_address_shows_nothing_and_asks_whether_it_is_the_same_person(visitor, dana):
    visitor.begin(email="Dana@example.net", name="Dana")
    visitor.say("It is me, Dana")

    ticket = Ticket.objects.get()
    assert ticket.customer != dana
    assert list(Identity.objects.filter(customer=ticket.customer).values_list("evidence", flat=True)) == [
        "claimed"
    ]
    proposal = JoinProposal.objects.get()
    assert ({proposal.customer, proposal.other}, proposal.reasons) == (
        {dana, ticket.customer},
        [{"code": "typed_email"}],
    )
    assert Participant.objects.get(ticket=ticket).address == "dana@example.net"
    assert [line["text"] for line in visitor.lines()] == ["It is me, Dana"]


def test_typed_address_that_nobody_has_is_kept_as_a_claim(visitor):
    visitor.begin(email="kim@example.net")
    visitor.say("One")
    visitor.say("Two")
    customer = Customer.objects.get()
    assert sorted(customer.identities.values_list("kind", "evidence")) == [
        ("email", "claimed"),
        ("external", "claimed"),
    ]


@pytest.mark.parametrize("address", ["kim", "kim@", "a b@example.net", "support@nordlicht.test"])
def test_address_that_is_none_or_ours_is_refused_in_words(visitor, mail, address):
    answer = visitor.begin(email=address)
    assert (answer.status_code, ChatSession.objects.count()) == (400, 0)
    assert answer.json()["detail"]


def test_address_may_be_given_later_but_never_over_another(visitor):
    visitor.begin()
    visitor.say("Hello")
    visitor.post("sessions/", {"email": "kim@example.net"})
    visitor.post("sessions/", {"email": "eve@example.net"})
    assert ChatSession.objects.get().visitor_email == "kim@example.net"


def test_token_stands_nowhere_but_with_the_visitor(visitor):
    visitor.begin()
    visitor.say("Hello")
    rows = repr(list(ChatSession.objects.values())) + repr(list(Ticket.objects.values()))
    assert visitor.token not in rows
