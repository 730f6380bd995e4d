"""What a person wrote, cut out of what their mail program put around it."""

from __future__ import annotations

import time

import pytest

from channels_app.kinds.email.replies import find_reply

QUOTE = "> We are on it.\n> Shop help"
ATTRIBUTIONS = [
    "On Mon, Mar 2, 2026 at 9:12 AM Shop help <help@shop.example> wrote:",
    "On 2 Mar 2026, at 09:12, Shop help wrote:",
    "Am 02.03.2026 um 09:12 schrieb Shop help:",
    "Shop help <help@shop.example> schrieb am Mo., 2. März 2026 um\n09:12 Uhr:",
    "Le lun. 2 mars 2026 à 09:12, Shop help <help@shop.example> a écrit :",
    "El lun, 2 mar 2026 a las 9:12, Shop help (<help@shop.example>) escribió:",
    "Il giorno lun 2 mar 2026 alle ore 09:12 Shop help <\nhelp@shop.example> ha scritto:",
    "Op ma 2 mrt 2026 om 09:12 schreef Shop help <help@shop.example>:",
    "Em seg., 2 de mar. de 2026 às 09:12, Shop help <help@shop.example> escreveu:",
    "Den mån 2 mars 2026 kl 09:12 skrev Shop help <help@shop.example>:",
    "ma 2. maalisk. 2026 klo 9.12 Shop help (help@shop.example) kirjoitti:",
    "W dniu 2.03.2026 o 09:12, Shop help pisze:",
    "pon., 2 mar 2026 o 09:12 Shop help <help@shop.example> napisał(a):",
    "пн, 2 мар. 2026 г. в 09:12, Shop help <help@shop.example>:",
    "2 марта 2026 г., 09:12, Shop help написал:",
    "Vào Th 2, 2 thg 3, 2026 vào lúc 09:12 Shop help <help@shop.example> đã viết:",
    "2026年3月2日(月) 9:12 Shop help <help@shop.example>:",
    "在 2026年3月2日，09:12，Shop help 写道：",
    "2026년 3월 2일 (월) 오전 9:12, Shop help <help@shop.example>님이 작성:",
    "---- On Mon, 02 Mar 2026 09:12:00 +0100 Shop help <help@shop.example> wrote ----",
]
BLOCKS = [
    "From: Shop help\nSent: Monday, March 2, 2026 9:12 AM\nTo: Dana\nSubject: Your order",
    "Von: Shop help <help@shop.example>\nGesendet: Montag, 2. März 2026 09:12\nAn: Dana\nBetreff: Ihre Bestellung",
    "De : Shop help\nEnvoyé : lundi 2 mars 2026 09:12\nÀ : Dana\nObjet : Votre commande",
    "*From:* Shop help\n*Date:* Monday, 2 March 2026\n*Subject:* Your order",
    "Da: Shop help\nInviato: lunedì 2 marzo 2026\nA: Dana\nOggetto: Ordine",
    "发件人: Shop help\n发送时间: 2026年3月2日\n收件人: Dana\n主题: 订单",
    "-----Original Message-----\nFrom: Shop help",
    "-------- Ursprüngliche Nachricht --------",
    "________________________________\nFrom: Shop help <help@shop.example>\nSent: Monday\nSubject: x",
]
MOBILE = [
    "Sent from my iPhone",
    "Get Outlook for iOS<https://aka.ms/x>",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPad",
    "Skickat från min iPhone",
    "Отправлено с iPhone",
    "iPhoneから送信",
    "发自我的iPhone",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_reply_above_an_attribution(attribution: str) -> None:
    assert (
        find_reply(f"The door is missing.\n\nDana\n\n{attribution}\n\n{QUOTE}\n", "")
        == "The door is missing.\n\nDana"
    )


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_reply_below_a_quote(attribution: str) -> None:
    assert find_reply(f"{attribution}\n\n{QUOTE}\n\nThe door is missing.\n", "") == "The door is missing."


@pytest.mark.parametrize("block", BLOCKS)
def test_reply_above_a_header_block(block: str) -> None:
    assert find_reply(f"The door is missing.\n\n{block}\n\nWe are on it.\n", "") == "The door is missing."


@pytest.mark.parametrize("line", MOBILE)
def test_line_of_a_mobile_program_is_cut(line: str) -> None:
    assert find_reply(f"The door is missing.\n\n{line}\n", "") == "The door is missing."


def test_answers_between_quotes_are_kept_with_them() -> None:
    body = "> Which colour?\nRed.\n> Which size?\n\nLarge."
    assert find_reply(f"On 2 Mar 2026, at 09:12, Shop help wrote:\n\n{body}\n-- \nDana\n", "").endswith(body)


def test_signature_is_cut() -> None:
    assert find_reply("Hello\n\n-- \nDana Doe\nACME", "") == "Hello"


def test_what_stands_above_our_mark_is_the_reply() -> None:
    assert find_reply("Hello\n\n##- Please write above this line -##\nold", "") == "Hello"


def test_forward_is_kept_whole() -> None:
    text = "See below.\n\n---------- Forwarded message ---------\nFrom: x@y.example\nSubject: z\n\nThe thing"
    assert find_reply(text, "", subject="Fwd: z") == text


KEPT = [
    "> Only a quote.",
    "On 12 May I sent you the following:\nthe red one\nthe blue one",
    "I ordered on 12.05. and you wrote that it would come.\nIt did not.",
    "From: what I see, nothing came.\nTo: be honest, I am cross.",
    "--- Error log ---\nline 1",
    "Order: 12\nDate: Monday\nColour: red",
    "Thanks,\nDana",
]


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_text_is_kept(text: str) -> None:
    assert find_reply(text, "") == text


MARKS = [
    '<div class="gmail_quote"><div>Xq 2 zz Shop qrote</div><blockquote class="gmail_quote">old</blockquote></div>',
    '<blockquote type="cite"><div>old</div></blockquote>',
    '<div class="moz-cite-prefix">Xq 2 zz</div><blockquote type="cite" cite="mid:1">old</blockquote>',
    '<hr><div id="divRplyFwdMsg"><b>Zz:</b> Shop</div><div>old</div>',
    '<div class="yahoo_quoted">old</div>',
    '<div class="protonmail_quote">old<blockquote>older</blockquote></div>',
    '<div id="appendonsend"></div><div>old</div>',
    "<div><p><b>From:</b> Shop<br><b>Sent:</b> Monday<br><b>To:</b> Dana<br><b>Subject:</b> Order</p></div><p>old</p>",
    "<div data-carecenter-above></div><p>old</p>",
]


@pytest.mark.parametrize("mark", MARKS)
def test_reply_in_html_alone(mark: str) -> None:
    assert (
        find_reply("", f"<html><body><p>The door is missing.</p>{mark}</body></html>")
        == "The door is missing."
    )


def test_html_helps_where_the_plain_text_shows_no_quote() -> None:
    html = '<p>The door is missing.</p><blockquote type="cite">We are on it.</blockquote>'
    assert find_reply("The door is missing.\nWe are on it.", html) == "The door is missing."


def test_html_that_is_all_quote_is_kept() -> None:
    assert find_reply("", '<blockquote type="cite">All there is</blockquote>') == "All there is"


HOSTILE = [
    "On 1 ",
    "> " * 40 + "\n",
    "From: x\n",
    "wrote:\n",
    "-" * 500 + "\n",
    "On 1 May wrote\n",
    "Le 1 a écrit <",
    "\n",
    "a:",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear(piece: str) -> None:
    started = time.process_time()
    find_reply(piece * (400_000 // len(piece)), "")
    assert time.process_time() - started < 8


LINK = f"https://help.shop.example/my/tickets/{'abcdefghijklmnopqrstuvwxyz'}/?to=0123456789abcdef"
SAFE = (
    "https://eur01.safelinks.protection.example/?url="
    + LINK.replace("/", "%2F").replace("?", "%3F").replace("=", "%3D")
    + "&amp;data=05"
)
FOOT = f"You can read and answer this online:\n{LINK}"


@pytest.mark.parametrize(
    "text",
    [
        f"Thanks!\n\nOn Mon, Mar 2, 2026 at 9:12 AM Shop help wrote:\n> We are on it.\n>\n> {FOOT}".replace(
            "\nhttps", "\n> https"
        ),
        f"Thanks!\n\nOn Mon, Mar 2, 2026 at 9:12 AM Shop help wrote:\n> We are on it.\n>\n> {FOOT}",
        f"Thanks!\n\nAm 02.03.2026 um 09:12 schrieb Shop help:\n> Ja.\n> Sie können das online lesen:\n<{LINK}>\n",
        f"Thanks!\n\n-----Original Message-----\nFrom: Shop help\n\nWe are on it.\n\n{FOOT}",
        f"Thanks!\n\n{FOOT}",
        f"Thanks!\n\nYou can read and answer this online: <{LINK}>",
        f"Thanks!\n\nYou can read and answer this online:\n\n{LINK}\n",
    ],
)  # fmt: skip
def test_foot_of_our_own_mail_is_no_part_of_the_reply(text):
    assert find_reply(text, "") == "Thanks!"


@pytest.mark.parametrize("link", [LINK, SAFE])
def test_foot_of_our_own_mail_is_no_part_of_a_reply_in_html(link):
    html = f'<div>Thanks!</div><p style="margin:0">Read it online: <a href="{link}">help.shop.example</a></p>'
    assert find_reply("", html) == "Thanks!"
    # It should leave alone what the customer wrote around it
    html = f'<div>Thanks! I read it here: <br><a href="{link}">help.shop.example</a></div>'
    assert find_reply("", html).startswith("Thanks! I read it here:")


@pytest.mark.parametrize(
    "text",
    [
        "I answered at https://help.shop.example/my/tickets/ already.",
        f"Is {LINK} the right page?",
        f"I wrote there: {LINK} but nobody answers.",
    ],
)
def test_links_that_a_customer_writes_stay(text):
    assert find_reply(text, "") == text
