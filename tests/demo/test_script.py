"""The conversations: enough of them, in two languages, and every slot known."""

import random
import re

import pytest

from carecenter.demo.script import conversations, read_conversation
from carecenter.demo.wording import choose, money, say


def test_conversations_are_many_and_each_has_a_name() -> None:
    keys = [one.key for one in conversations()]
    assert len(keys) == len(set(keys))
    assert len(keys) >= 60


def test_conversations_are_told_in_two_languages() -> None:
    german = [one for one in conversations() if one.brand == "gratweg"]
    english = [one for one in conversations() if one.brand != "gratweg"]
    assert len(german) >= 15
    assert len(english) >= 45


def test_steps_read_who_when_and_how() -> None:
    block = "late\nbrand: b\nsubject: s\norder: shipped 6d > delivered\n\n>> customer\nHello\n>> agent 3h solve\nYes\n"
    told = read_conversation(block)
    assert [(step.who, step.after.total_seconds(), step.flags, step.text) for step in told.steps] == [
        ("customer", 0, (), "Hello"),
        ("agent", 10_800, ("solve",), "Yes"),
    ]
    assert told.order is not None
    assert (told.order.state, told.order.age.days, told.order.ends) == ("shipped", 6, "delivered")


def test_an_unknown_speaker_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot speak"):
        read_conversation("x\nbrand: b\nsubject: s\n\n>> parrot\nHello\n")


def test_choices_nest_and_slots_are_filled() -> None:
    rng = random.Random(1)
    assert choose("{a {b|b}|a {b|b}} c", rng) == "a b c"
    assert say("Order [order]", {"order": "{HF-1|HF-1}"}, rng) == "Order HF-1"


def test_no_conversation_has_an_open_bracket() -> None:
    for one in conversations():
        for step in one.steps:
            text = choose(step.text, random.Random(2))
            assert re.findall(r"[{}|]", text) == [], one.key


def test_money_is_written_as_in_its_country() -> None:
    assert money(123456, "EUR", "de") == "1.234,56 €"
    assert money(123456, "GBP", "en") == "£1,234.56"
