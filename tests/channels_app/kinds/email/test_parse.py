"""Bytes of the wild to an event: one behaviour a test."""

from __future__ import annotations

import datetime
import struct
import time

import pytest

from carecenter.lib.filenames import clean_name
from channels_app.kinds.email.charsets import decode_text, find_codec
from channels_app.kinds.email.parse import parse_mail
from channels_app.kinds.email.words import parse_addresses, parse_parameters
from tests.channels_app.kinds.email.mails import multipart, read

CYRILLIC, CHINESE, TAIWAN = "Привет, это проверка", "你好世界这是一个测试邮件", "軟體帝國的新聞通訊測試"
DECLARED = [
    ("Grüße", "iso-8859-1", "Grüße"),
    ("Grüße", '"UTF-8"', "Grüße"),
    (CYRILLIC, "koi8-r", CYRILLIC),
    (CYRILLIC, "windows-1251", CYRILLIC),
    (CHINESE, "gb2312", CHINESE),
    (TAIWAN, "big5", TAIWAN),
    ("注文番号", "iso-2022-jp", "注文番号"),
    ("안녕하세요", "ks_c_5601-1987", "안녕하세요"),
    ("Grüße", "utf-7", "Grüße"),
]
CODECS = {'"UTF-8"': "utf-8", "ks_c_5601-1987": "cp949", "gb2312": "gb18030"}


@pytest.mark.parametrize(("text", "charset", "expected"), DECLARED)
def test_declared_charsets(text: str, charset: str, expected: str) -> None:
    raw = text.encode(CODECS.get(charset, charset))

    assert read(raw, content_type=f"text/plain; charset={charset}").text == expected


WRONG = [
    ("Grüße – „x“".encode(), "iso-8859-1", "Grüße – „x“"),
    ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
    ("Grüße".encode("latin-1"), "x-unknown", "Grüße"),
    (CYRILLIC.encode("koi8-r"), "", CYRILLIC),
    (CYRILLIC.encode("cp1251"), "unknown-8bit", CYRILLIC),
    (CHINESE.encode("gbk"), "", CHINESE),
    (TAIWAN.encode("big5"), "", TAIWAN),
    ("안녕하세요 반갑습니다".encode("cp949"), "", "안녕하세요 반갑습니다"),
    ("お世話になっております".encode("cp932"), "iso-2022-jp", "お世話になっております"),
    ("“don’t” ‘can’t’ – it’s".encode("cp1252"), "us-ascii", "“don’t” ‘can’t’ – it’s"),
    (b"a\0b", "utf-8", "ab"),
    (b"+2AA-", "utf-7", "\ufffd"),
]


@pytest.mark.parametrize(("raw", "charset", "expected"), WRONG)
def test_wrong_and_missing_charsets(raw: bytes, charset: str, expected: str) -> None:
    assert decode_text(raw, charset) == expected


@pytest.mark.parametrize(
    "name", ["unicode_escape", "punycode", "idna", "zlib", "rot13", "hex", "undefined", "mbcs", "x" * 99]
)
def test_codecs_that_a_mail_may_not_choose(name: str) -> None:
    assert find_codec(name) is None


ADDRESSES = [
    (b"Dana <dana@X.Example>", (("Dana", "dana@x.example"),)),
    (b'"Doe, Dana" <d@x.example>, e@y.example', (("Doe, Dana", "d@x.example"), ("", "e@y.example"))),
    (b"=?utf-8?q?D=C3=B6e=2C?= Dana <d@x.example>", (("Döe, Dana", "d@x.example"),)),
    (b"d@x.example (Dana Doe)", (("Dana Doe", "d@x.example"),)),
    (
        b"Team: a@x.example, b@x.example;, c@x.example",
        (("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")),
    ),
    (b"undisclosed-recipients:;", ()),
    (b'"Dana <d@x.example>', (("Dana", "d@x.example"),)),
    (b"<d@x.example", (("", "d@x.example"),)),
    (b"MAILER-DAEMON", (("", "MAILER-DAEMON"),)),
    (b'"a b"@x.example', (("", '"a b"@x.example'),)),
    (b"", ()),
]


@pytest.mark.parametrize(("raw", "expected"), ADDRESSES)
def test_addresses(raw: bytes, expected: tuple[tuple[str, str], ...]) -> None:
    assert parse_addresses(raw) == expected


PARAMETERS = [
    (b'a/b; name="x;y.pdf"', "x;y.pdf"),
    (b"a/b; name=x y.pdf", "x y.pdf"),
    (b"a/b; name*=utf-8''%C3%BC.pdf", "ü.pdf"),
    (b"a/b; name*1=b.pdf; name*0=a", "ab.pdf"),
    (b"a/b; name*0*=iso-8859-1''%FC; name*1=.pdf", "ü.pdf"),
    (b'a/b; name="=?utf-8?B?w7wucGRm?="', "ü.pdf"),
    (b'a/b; name="unclosed.pdf', "unclosed.pdf"),
]


@pytest.mark.parametrize(("raw", "name"), PARAMETERS)
def test_parameters(raw: bytes, name: str) -> None:
    assert parse_parameters(raw) == ("a/b", {"name": name})


NAMES = [
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\x\\a.doc", "a.doc"),
    ("inv\u202efdp.exe", "invfdp.exe"),
    ("a\r\n\tb.txt", "a b.txt"),
    ("a\0b.txt", "a_b.txt"),
    ("CON.txt", "_CON.txt"),
    ("...", ""),
    ("x" * 300 + ".pdf", "x" * 164 + ".pdf"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_names_of_files_are_safe(name: str, expected: str) -> None:
    assert clean_name(name) == expected


SUBJECTS = [
    (b"=?utf-8?B?w4Q=?= =?utf-8?B?w5w=?=", "ÄÜ"),
    (b"=?utf-8?B?ww==?= =?utf-8?B?hA==?=", "Ä"),
    (b"=?utf-8?q?a b=C3=A4?=", "a bä"),
    (b"x =?utf-8?q?y?= z", "x y z"),
    (b"=?utf-8?q?open", "open"),
    (b"=?nonsense?q?=FC?=", "ü"),
    (b"Gr\xfc\xdfe", "Grüße"),
    (b"100% =?x", "100% =?x"),
]


@pytest.mark.parametrize(("raw", "expected"), SUBJECTS)
def test_subjects(raw: bytes, expected: str) -> None:
    assert read(subject=raw).subject == expected


def test_dates_are_utc_or_none() -> None:
    at = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)

    assert read(date="Mon, 2 Mar 2026 09:00:00 +0100 (CET)").sent_at == at
    assert [
        read(date=text).sent_at
        for text in ("yesterday", "Mon, 99 Mar 2026 09:00:00", "Mon, 2 Mar 9926 09:00 +0100")
    ] == [None] * 3


def test_html_only_is_read_as_text() -> None:
    event = read("<p>One</p><ul><li>two</ul><script>three()</script>", content_type="text/html")

    assert event.text == "One\n\n  * two"
    assert "<p>One</p>" in event.html


def test_plain_text_that_is_only_a_stub_gives_way_to_the_html() -> None:
    event = multipart(
        "Content-Type: text/plain\n\nPlease use a modern mail program.",
        "Content-Type: text/html\n\n<p>The lamp that you sent me on Monday is broken at its foot.</p>",
        subtype="alternative",
    )

    assert event.text == "The lamp that you sent me on Monday is broken at its foot."


def test_attached_mail_is_a_file_and_is_shown_below() -> None:
    event = multipart(
        "Content-Type: text/plain\n\nSee below",
        "Content-Type: message/rfc822\n\nSubject: Old\nContent-Type: text/plain\n\nOld words",
    )

    assert [(item.name, item.content_type) for item in event.attachments] == [("Old.eml", "message/rfc822")]
    assert (event.text, event.reply_text) == ("See below\nOld words", "See below")


@pytest.mark.parametrize("ending", ["", "--b\n", "--b--", "--b--\n--b\n\nmore"])
def test_last_boundary_may_be_missing_or_repeated(ending: str) -> None:
    event = read(f"--b\n\nHello\n{ending}", content_type="multipart/mixed; boundary=b")

    assert event.text.startswith("Hello")


def test_part_without_fields_keeps_lines_that_look_like_some() -> None:
    assert (
        read("--b\n\nNote: this\nis text\n--b--\n", content_type="multipart/mixed; boundary=b").text
        == "Note: this\nis text"
    )


def test_base64_with_a_footer_of_plain_text() -> None:
    event = read(
        "SGVsbG8gV29ybGQhIFRoaXMgaXMgYSBsb25nIGxpbmUgb2YgdGV4dCBoZXJl\n\n-- \nlist footer",
        content_transfer_encoding="base64",
    )

    assert event.text == "Hello World! This is a long line of text here"


def tnef(*attributes: tuple[int, bytes]) -> bytes:
    pieces = [struct.pack("<BII", 1, key, len(value)) + value + b"\0\0" for key, value in attributes]
    return b"\x78\x9f\x3e\x22\x01\0" + b"".join(pieces)


def test_winmail_dat_gives_its_files() -> None:
    data = tnef((0x00069002, b"\0" * 14), (0x00018010, b"price list.txt\0"), (0x0006800F, b"12 EUR"))
    event = multipart("\nHi", b"Content-Type: application/ms-tnef; name=winmail.dat\n\n" + data)

    assert [(item.name, item.content) for item in event.attachments] == [("price list.txt", b"12 EUR")]


def test_damaged_winmail_dat_stays_a_file() -> None:
    event = multipart("\nHi", "Content-Type: application/ms-tnef; name=winmail.dat\n\nnonsense")

    assert [item.name for item in event.attachments] == ["winmail.dat"]


def der(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    return bytes([tag, 0x82]) + len(body).to_bytes(2, "big") + body


def signed(content: bytes) -> bytes:
    data, kind = bytes.fromhex("06092a864886f70d010701"), bytes.fromhex("06092a864886f70d010702")
    inner = der(0x30, b"\x02\x01\x01", der(0x31), der(0x30, data, der(0xA0, der(0x24, der(0x04, content)))))
    return der(0x30, kind, der(0xA0, inner))


def test_opaque_signed_mail_is_opened() -> None:
    raw = signed(b"Content-Type: text/plain; charset=utf-8\n\nGr\xc3\xbc\xc3\x9fe, signed")
    event = read(raw, content_type="application/pkcs7-mime; name=smime.p7m")

    assert (event.text, event.attachments) == ("Grüße, signed", ())


def test_encrypted_mail_is_a_file() -> None:
    event = read(b"\x30\x03\x02\x01\x01", content_type="application/pkcs7-mime; name=smime.p7m")

    assert (event.text, [item.name for item in event.attachments]) == ("", ["smime.p7m"])


def test_reply_tokens_come_from_plus_addresses_and_ids() -> None:
    event = read(
        to="help+tok.sig@shop.example",
        delivered_to="help+other1@shop.example",
        references="<a1b2c3.t@shop.example>",
    )

    assert event.reply_tokens == ("tok.sig", "other1", "a1b2c3.t")


HOSTILE = {
    "deep": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    + b"end",
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
    "same boundary": b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 5_000,
    "false boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bx" * 500_000,
    "deep mails": b"Content-Type: message/rfc822\n\n" * 5_000 + b"x",
    "many fields": b"X: y\n" * 200_000 + b"\nbody",
    "one long field": b"Subject: " + b"=?utf-8?q?" * 200_000 + b"\n\nbody",
    "many addresses": b"To: " + b'"<a@b>,' * 200_000 + b"\n\nbody",
    "many parameters": b"Content-Type: text/plain" + b'; name*0*="' * 100_000 + b"\n\nbody",
    "deep html": b"Content-Type: text/html\n\n" + b"<div>" * 200_000 + b"x",
    "open tags": b"Content-Type: text/html\n\n" + b"<a " * 500_000,
    "blank": b"Content-Type: text/plain\n\n" + b" \n" * 1_000_000,
    "long line": b"Content-Type: text/plain\n\n" + b"on 1 wrote " * 300_000,
    "uuencode": b"Subject: x\n\n" + b"begin 644 x\n#0V%T\n" * 100_000,
    "equals": b"Content-Transfer-Encoding: base64\n\n" + b"=" * 2_000_000,
    "noise": bytes(range(256)) * 8_000,
    "daemon": b"From: MAILER-DAEMON@x\nSubject: failure notice\n\n"
    + b"user <a@b.example> unknown\n" * 100_000,
    "json": b"Subject: x\n\n" + b'[{"a":' * 100_000,
    "rtf": b"Content-Type: application/ms-tnef\n\n" + b"\x78\x9f\x3e\x22\x01\0" * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_takes_bounded_time(name: str) -> None:
    started = time.process_time()
    event = parse_mail(HOSTILE[name])

    assert time.process_time() - started < 8
    assert len(event.text) <= 1_000_000


def test_parts_over_the_limit_are_named() -> None:
    event = parse_mail(HOSTILE["many parts"])

    assert event.warnings == ("too many parts",)
    assert event.text.count("x") == 599


def test_forty_megabytes_take_seconds() -> None:
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\n"
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\nContent-Type: application/zip; name=a.zip\n"
        b"Content-Transfer-Encoding: base64\n\n" + line * (40_000_000 // len(line)) + b"--b--\n"
    )
    started = time.process_time()
    event = parse_mail(raw)

    assert time.process_time() - started < 5
    assert (event.text, len(event.attachments[0].content) > 29_000_000) == ("Hello", True)
