"""The chat on somebody else's page: a strict policy, a bad network, a second tab."""

from typing import Any

import pytest

from accounts.models import Brand, User
from channels_app.models import ChatSession
from knowledge_base.domain.help_settings import save_held_out
from knowledge_base.models import Step
from tests.browser.widget.page import (
    Site,
    agent_says,
    frame,
    inside_of,
    launcher,
    open_chat,
    said,
    texts,
    wait_for,
    write,
)
from tests.factories.articles import article
from tickets.domain.lines import end
from tickets.models import CannedReply, Contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001149444154789c63aceff5668001"
    "163803001a9001d90f1cbd3f0000000049454e44ae426082"
)


def test_visitor_and_agent_talk(browse: Any, site: Site, alice: User) -> None:
    page = browse()
    inside = open_chat(page)
    write(inside, "Is the blue kettle back?")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    agent_says(alice, "It is. See https://shop.example/blue")
    inside.get_by_text("Alice Adams is with you").wait_for()
    assert said(inside) == ["Is the blue kettle back?", "It is. See https://shop.example/blue"]
    link = inside.get_by_role("link", name="https://shop.example/blue")
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    session = ChatSession.objects.get()
    wait_for(page, lambda: ChatSession.objects.filter(read_to__gt=0).exists())
    assert session.page_url.startswith(site.origin)
    assert session.page_title == "Kettles"


def test_conversation_survives_a_reload_and_a_second_tab(browse: Any, alice: User) -> None:
    page = browse()
    write(open_chat(page), "From the first tab")
    frame(page).get_by_text("Sent").wait_for(timeout=8000)
    second = browse(context=page.context)
    inside = open_chat(second)
    inside.get_by_text("From the first tab").wait_for()
    write(inside, "From the second tab")
    frame(page).get_by_text("From the second tab").wait_for()
    wait_for(page, lambda: len(texts()) == 2)
    agent_says(alice, "For both")
    for tab in (page, second):
        frame(tab).get_by_text("For both").wait_for()
        assert said(frame(tab)) == ["From the first tab", "From the second tab", "For both"]
    page.reload()
    page.locator("#carecenter-chat button.ready").wait_for()
    inside = open_chat(page)
    inside.get_by_text("For both").wait_for()
    assert said(inside) == ["From the first tab", "From the second tab", "For both"]
    assert ChatSession.objects.count() == 1


def test_what_is_written_without_a_network_is_sent_once_and_in_order(browse: Any) -> None:
    page = browse()
    inside = open_chat(page)
    write(inside, "One")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    page.context.set_offline(True)
    for text in ("Two", "Three", "Four"):
        write(inside, text)
    inside.get_by_text("No connection. What you write is sent as soon as it is back.").wait_for()
    assert texts() == ["One"]
    page.context.set_offline(False)
    wait_for(page, lambda: len(texts()) == 4)
    inside.get_by_text("Sent").wait_for(timeout=8000)
    assert texts() == said(inside) == ["One", "Two", "Three", "Four"]


def test_line_whose_answer_was_lost_is_not_said_twice(browse: Any) -> None:
    page = browse()
    inside = open_chat(page)
    lost = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())  # it arrives; the answer does not
            route.abort()
        else:
            route.continue_()

    page.route("**/lines/", lose)
    write(inside, "Only once")
    write(inside, "And then this")
    wait_for(page, lambda: len(texts()) == 2)
    assert (texts(), len(lost)) == (["Only once", "And then this"], 1)
    wait_for(page, lambda: said(inside) == ["Only once", "And then this"])


def test_where_frames_may_keep_nothing_the_page_keeps_it(browse: Any, site: Site) -> None:
    site.origin = site.foreign
    page = browse()
    inside = open_chat(page)
    write(inside, "Kept by the page")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    inside.get_by_role("textbox", name="Your message").fill("Half a sen")
    page.reload()
    page.locator("#carecenter-chat button.ready").wait_for()
    inside = open_chat(page)
    inside.get_by_text("Kept by the page").wait_for(timeout=8000)
    assert inside.get_by_role("textbox", name="Your message").input_value() == "Half a sen"
    assert ChatSession.objects.count() == 1


def test_draft_and_waiting_lines_survive_a_reload(browse: Any) -> None:
    page = browse()
    inside = open_chat(page)
    page.route("**/lines/", lambda route: route.abort())
    write(inside, "Kept in the outbox")
    inside.get_by_role("textbox", name="Your message").fill("Half a sen")
    page.unroute("**/lines/")
    page.reload()
    page.locator("#carecenter-chat button.ready").wait_for()
    inside = open_chat(page)
    wait_for(page, lambda: texts() == ["Kept in the outbox"])
    assert inside.get_by_role("textbox", name="Your message").input_value() == "Half a sen"


def test_files_go_by_button_and_pictures_are_shown(browse: Any) -> None:
    page = browse()
    inside = open_chat(page)
    inside.locator("#file").set_input_files(
        [
            {"name": "kettle.png", "mimeType": "image/png", "buffer": PNG},
            {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"lid, handle"},
        ]
    )
    inside.locator(".picture.shown").wait_for()
    with page.expect_download() as download:
        inside.get_by_role("button", name="Save notes.txt").click()
    assert download.value.suggested_filename == "notes.txt"
    assert download.value.path().read_bytes() == b"lid, handle"


def test_answers_are_suggested_and_that_helped_makes_no_ticket(browse: Any, brand: Brand, axe: Any) -> None:
    reply = {"pool": brand.pool, "language": "en", "is_public": True}
    CannedReply.objects.create(
        title="How do I descale a kettle?", text="With vinegar.\n\nThen rinse.", **reply
    )
    CannedReply.objects.create(
        title="Descale in secret", text="For us alone", **{**reply, "is_public": False}
    )
    page = browse()
    inside = open_chat(page)
    inside.get_by_role("textbox", name="Your message").fill("descaling my kettle")
    inside.get_by_text("How do I descale a kettle?").click()
    inside.get_by_role("button", name="That helped").wait_for()
    assert axe(inside_of(page)) == []
    assert inside.get_by_text("in secret").count() == 0
    inside.get_by_role("button", name="That helped").click()
    inside.get_by_text("Glad that helped").wait_for()
    assert Contact.objects.count() == 0


def test_article_is_read_inside_the_chat_and_that_helped(
    browse: Any, brand: Brand, axe: Any, picture: Any
) -> None:
    save_held_out(brand, 0, actor="system")
    article(brand, "Returning a parcel", "<p>Print the label.</p>")
    article(brand, "Opening hours of our shops", "<p>Nine to five.</p>")
    article(
        brand,
        "How do I descale a kettle?",
        "<p>With <b>vinegar</b>.</p><h2>How often</h2><table><tr><th>Water</th><td>Hard</td></tr></table>",
    )
    page = browse()
    inside = open_chat(page)
    inside.get_by_role("textbox", name="Your message").fill("How do I descale my kettle?")
    inside.get_by_role("button", name="How do I descale a kettle?").click()
    inside.locator("#reader").get_by_text("How often").wait_for()
    picture(page, "widget-article")
    assert axe(inside_of(page)) == []
    inside.get_by_role("button", name="Back to the chat").press("Escape")
    assert inside.get_by_role("button", name="Close the chat").count() == 1
    inside.get_by_role("button", name="How do I descale a kettle?").click()
    inside.get_by_role("button", name="That helped").click()
    inside.get_by_text("Glad that helped").wait_for()
    assert Contact.objects.count() == 0
    wait_for(page, lambda: Step.objects.filter(name="solved").count() == 1)
    assert list(Step.objects.order_by("pk").values_list("name", flat=True)) == [
        "began", "suggested", "read", "read", "solved",
    ]  # fmt: skip


def test_question_goes_to_a_person_when_the_article_did_not_help(browse: Any, brand: Brand) -> None:
    save_held_out(brand, 0, actor="system")
    article(brand, "Returning a parcel", "<p>Print the label.</p>")
    article(brand, "Opening hours of our shops", "<p>Nine to five.</p>")
    article(brand, "How do I descale a kettle?", "<p>With vinegar.</p>")
    page = browse()
    inside = open_chat(page)
    inside.get_by_role("textbox", name="Your message").fill("How do I descale my kettle?")
    inside.get_by_role("button", name="How do I descale a kettle?").click()
    inside.get_by_role("button", name="I still have a question").click()
    inside.get_by_text("Sent").wait_for(timeout=8000)
    assert texts() == ["How do I descale my kettle?"]
    wait_for(page, lambda: Step.objects.filter(name="sent", place="chat").count() == 1)


def test_unread_answers_are_counted_on_the_button(browse: Any, alice: User) -> None:
    page = browse()
    write(open_chat(page), "Hello")
    frame(page).get_by_text("Sent").wait_for(timeout=8000)
    frame(page).get_by_role("button", name="Close the chat").click()
    wait_for(page, lambda: launcher(page).get_attribute("aria-expanded") == "false")
    agent_says(alice, "Hello!")
    page.wait_for_timeout(300)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    inside_of(page).evaluate("window.dispatchEvent(new Event('online'))")
    wait_for(page, lambda: "1 new" in (launcher(page).get_attribute("aria-label") or ""))


def test_conversation_is_ended_by_either_side(browse: Any, alice: User) -> None:
    page = browse()
    inside = open_chat(page)
    write(inside, "Hello")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    inside.get_by_role("button", name="More").click()
    inside.get_by_role("menuitem", name="End the conversation").click()
    inside.get_by_text("This conversation has ended. Write again any time.").wait_for()
    write(inside, "One more")
    wait_for(page, lambda: Contact.objects.count() == 2)
    end(Contact.objects.get(ended_at=None), reason="finished", actor="system")
    inside.get_by_text("This conversation has ended. Write again any time.").wait_for()


def test_keyboard_reaches_everything_and_finds_out(browse: Any) -> None:
    page = browse()
    page.get_by_role("button", name="Buy").focus()
    page.evaluate("window.Carecenter.open()")
    inside = inside_of(page)
    wait_for(page, lambda: inside.evaluate("document.activeElement.id") == "text")
    seen = []
    for _ in range(6):
        page.keyboard.press("Tab")
        seen.append(inside.evaluate("document.activeElement.id"))
    assert seen == ["emoji-open", "attach", "close", "scroll", "text", "emoji-open"]
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert frame(page).locator("#text").input_value() == "😀"
    page.keyboard.press("Escape")
    wait_for(page, lambda: launcher(page).get_attribute("aria-expanded") == "false")
    assert page.evaluate("document.activeElement.textContent") == "Buy"
