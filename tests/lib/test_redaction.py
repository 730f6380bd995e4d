import pytest

from carecenter.lib.redaction import describe, redact


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no inbox for dana@example.net", "no inbox for [address]"),
        ("<Dana.Duarte+x@mail.example.net>: 550", "<[address]>: 550"),
        ("called from +49 (30) 901820-11", "called from [number]"),
        ("event 12345 of ticket 678", "event 12345 of ticket 678"),
        ("broken\nDETAIL:  Key (name)=(Dana) exists.\nHINT: none", "broken\nDETAIL: [left out]\nHINT: none"),
    ],
)
def test_redact_takes_people_out(text, left):
    assert redact(text) == left


def test_describe_keeps_kind_message_and_place_of_an_error():
    try:
        raise ValueError("no inbox for dana@example.net")
    except ValueError as error:
        text = describe(error)

    assert text.endswith("ValueError: no inbox for [address]\n")
    assert "test_redaction.py" in text


def test_describe_keeps_the_end_of_a_long_error():
    assert describe(ValueError("x" * 9000), limit=100) == "x" * 99 + "\n"
