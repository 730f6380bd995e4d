"""Signatures: whose stands below an answer, what is filled in, and where none is."""

from typing import Any

import pytest

from accounts.models import Brand, Team, User
from channels_app.domain.composing import whole_words
from tickets.domain import signatures
from tickets.domain.errors import NotAllowed
from tickets.domain.replies import queue_reply, take_back
from tickets.models import Inbox, Message, Signature, Ticket

pytestmark = pytest.mark.django_db


def test_own_comes_before_inbox_before_brand(ticket: Ticket, brand: Brand, inbox: Inbox, alice: User) -> None:
    assert signatures.signature_for(ticket, alice) == ""
    Signature.objects.create(brand=brand, text="The brand")
    assert signatures.signature_for(ticket, alice) == "The brand"
    Signature.objects.create(brand=brand, inbox=inbox, text="The inbox")
    assert signatures.signature_for(ticket, alice) == "The inbox"
    alice.signature = "Alice"
    assert signatures.signature_for(ticket, alice) == "Alice"


def test_placeholders_are_filled_in_and_empty_lines_left_out(ticket: Ticket, team: Team, alice: User) -> None:
    alice.signature = "{{agent.name}}\n{{team.name}}\n\n{{brand.name}} · #{{ticket.number}}"
    filled = f"Alice Adams\n{team.name}\n\n{ticket.brand.name} · #{ticket.number}"
    assert signatures.signature_for(ticket, alice) == filled
    ticket.team = None
    assert signatures.signature_for(ticket, alice) == filled.replace(f"{team.name}\n", "")


def test_unknown_placeholder_is_named_with_the_one_that_is_meant(alice: User) -> None:
    with pytest.raises(NotAllowed) as refused:
        signatures.save_own(alice, "{{agent.nmae}}")
    assert str(refused.value) == "There is no placeholder {{agent.nmae}}. Do you mean {{agent.name}}?"


def sent(message: Message) -> tuple[str, str]:
    return whole_words(Message.objects.get(pk=message.pk))


def test_signature_stands_once_below_a_mail_and_can_be_left_off(
    ticket: Ticket, alice: User, settings: Any
) -> None:
    alice.signature = "Alice <{{brand.name}}>"
    alice.save(update_fields=["signature"])
    first = queue_reply(ticket, actor=alice, html="<p>Yes.</p>")
    assert all(part.count("Alice") == 1 for part in sent(first))
    draft = take_back(first.pk, actor=alice)
    assert "Alice" not in draft.html  # so that it is not there twice when it is sent again
    again = queue_reply(ticket, actor=alice, html=draft.html)
    assert sent(again)[0].count("-- \nAlice <") == 1
    signatures.leave_off(again)
    assert not any("Alice" in part for part in sent(again))
    again.kind, again.is_signed = "webchat", True
    assert signatures.signature_of(again) == ""
