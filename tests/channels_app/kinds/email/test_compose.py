from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_app.kinds.base import Attachment
from channels_app.kinds.email.compose import compose
from channels_app.kinds.email.parse import parse_mail
from tests.channels_app.kinds.email.mails import outbound

LONG = "Größe und Preis für Artikel 日本語 – " * 12


def header_of(raw: bytes) -> bytes:
    return raw.split(b"\r\n\r\n", 1)[0]


def test_compose_is_read_back() -> None:
    picture = Attachment("bild ü.png", "image/png", b"\x89PNG", "p1@shop.example", True)
    file = Attachment(f"{LONG[:80]}.pdf", "application/pdf", b"%PDF\n.\r\nend")
    message = outbound(
        subject=LONG.strip(),
        from_name='Büro "Nord", Köln',
        to=(("Müller, Zoë", "zoe@customer.example"), ("", "b@customer.example")),
        cc=(("C (c)", "c@customer.example"),),
        reply_to="help+token@shop.example",
        text="Grüße\n.\n" + "x" * 1200,
        html='<p>Grüße <img src="cid:p1@shop.example"></p>',
        attachments=(picture, file),
        in_reply_to="q@customer.example",
        references=("q@customer.example",),
    )
    event = parse_mail(compose(message))

    assert (event.subject, event.sender_name, event.to, event.cc) == (
        message.subject,
        message.from_name,
        message.to,
        message.cc,
    )
    assert event.reply_to == (("", "help+token@shop.example"),)
    assert (event.external_id, event.in_reply_to, event.sent_at) == (
        "m.1@shop.example",
        "q@customer.example",
        message.sent_at,
    )
    assert event.text == message.text
    assert event.html.strip() == message.html
    assert [(item.name, item.content, item.inline) for item in event.attachments] == [
        (picture.name, picture.content, True),
        (file.name, file.content, False),
    ]


def test_compose_gives_the_same_bytes_each_time() -> None:
    message = outbound(html="<p>x</p>", attachments=(Attachment("a.txt", "text/plain", b"a"),))

    assert compose(message) == compose(message)


def test_compose_stays_within_seven_bits_and_short_lines() -> None:
    raw = compose(outbound(subject=LONG, text="ä" * 3000, html="<p>" + "ö" * 3000))

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 100
    assert b"\n" not in raw.replace(b"\r\n", b"")


BREAK_OUT = "x\r\nBcc: thief@evil.example\r\n\r\n<p>"
FIELDS = ["subject", "from_name", "from_address", "reply_to", "message_id", "in_reply_to"]


@pytest.mark.parametrize("name", FIELDS)
def test_no_field_breaks_out_of_its_line(name: str) -> None:
    header = header_of(compose(outbound(**{name: BREAK_OUT})))

    assert b"\nBcc:" not in header
    assert header.count(b"\nSubject:") == 1


def test_lists_and_extra_fields_do_not_break_out_either() -> None:
    message = outbound(
        to=((BREAK_OUT, BREAK_OUT),),
        references=(BREAK_OUT,),
        headers={"X-Ticket": BREAK_OUT, "X-Bad\r\nBcc": "1", "Bcc": "thief@evil.example"},
        attachments=(Attachment(BREAK_OUT, f"text/plain{BREAK_OUT}", b"x"),),
    )
    raw = compose(message)

    assert b"\nBcc:" not in raw
    assert b"X-Ticket: x Bcc: thief@evil.example" in raw


@settings(max_examples=60, deadline=None)
@given(subject=st.text(max_size=300), name=st.text(max_size=80))
def test_any_text_is_composed_and_read(subject: str, name: str) -> None:
    event = parse_mail(compose(outbound(subject=subject, from_name=name)))

    assert event.sender_address == "help@shop.example"
    assert event.text == "Hello Dana"


def test_references_keep_the_first_and_the_latest() -> None:
    ids = tuple(f"r{number}@x.example" for number in range(40))
    event = parse_mail(compose(outbound(references=ids)))

    assert event.references == (ids[0], *ids[-11:])


def test_automatic_mail_says_so() -> None:
    assert b"\r\nAuto-Submitted: auto-replied\r\n" in compose(outbound(auto_submitted=True))
    assert b"Auto-Submitted" not in compose(outbound())


def test_international_domains_go_in_ascii() -> None:
    assert b"<info@xn--mller-kva.example>" in compose(outbound(to=(("M", "info@müller.example"),)))
