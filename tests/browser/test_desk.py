"""The desk as an agent uses it: by mouse, by keyboard alone, on every size, in both themes."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from carecenter.lib.blobs.storage import store
from carecenter.lib.time import now
from tests.browser.conftest import until
from tests.browser.looks import LOOKS
from tests.browser.settling import settle
from tests.factories.customers import CustomerFactory, OrderFactory
from tickets.domain.assignment import claim_unassigned
from tickets.domain.changes import set_priority, set_tags
from tickets.domain.intake import IncomingFile
from tickets.domain.replies import add_note, queue_reply
from tickets.domain.search.indexing import write_rows
from tickets.models import Draft, Message, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = (
    '<table style="border: 1px solid #ccd"><tr><td style="background-color:#eef"><b>Kapoor Ltd</b></td></tr>'
    '<tr><td>We need a corrected copy. <img src="https://pictures.example/x.png"></td></tr></table>'
)
WRITERS = (
    ("Jonas Lindqvist", "Cannot sign in after password reset", "I get “session expired” each time.", ""),
    ("Priya Kapoor", "Invoice shows the wrong VAT number", "We need a corrected copy.", TABLE),
    ("نورة الحربي", "طلب استرداد المبلغ", "مرحبا، أود استرداد قيمة الطلب رقم 48190", ""),
    ("Rosa Esposito", "Damaged on arrival — photos attached", "Two of the four glasses were broken.", ""),
)


@pytest.fixture
def desk(mail: Callable[..., Ticket], brand: Brand, alice: User, bob: User) -> Ticket:
    """A list with everything a row can show; returns a ticket with everything a conversation can show."""
    for name, subject, text, html in WRITERS:
        mail(
            CustomerFactory(pool=brand.pool, name=name, email=f"c{len(name)}@example.net"),
            subject,
            text,
            html,
        )
    amara = CustomerFactory(pool=brand.pool, name="Amara Mensah", email="amara@example.net")
    OrderFactory(customer=amara, number="48213", placed_at=now() - datetime.timedelta(days=12))
    file = IncomingFile(
        blob=store(b"%PDF-1.4 " + b"0" * 84_000), name="bank-statement.pdf", content_type="x/y"
    )
    ticket = mail(
        amara,
        "Refund not received for order #48213",
        "Hi,\n\nIt has been 9 days since you told me the refund was on its way. Could you check?\n\nAmara",
        files=(file,),
    )
    claim_unassigned(ticket.pk, agent=alice)
    set_priority(ticket, 4, actor=alice)
    set_tags(ticket, ["refund", "vip", "bank-transfer"], actor=alice)
    add_note(ticket, actor=bob, html="<p>The bank says it was <em>rejected</em>. By transfer?</p>")
    for state, detail in (("sent", ""), ("failed", "550 no such mailbox"), ("unconfirmed", "")):
        message = queue_reply(ticket, actor=alice, html="<p>Hi Amara,</p><p>Could you confirm your IBAN?</p>")
        Message.objects.filter(pk=message.pk).update(delivery=state, delivery_detail=detail, sent_at=now())
    mail(amara, "Re: Refund", "Yes, it ends in 4471. Please hurry.", ticket=ticket)
    return ticket


def fits(page: Any) -> bool:
    fitting: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return fitting


def words(editor: Any) -> str:
    return " ".join(editor.inner_text().split())


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_desk_has_no_finding(
    open_page: Any, axe: Any, picture: Any, desk: Ticket, alice: User, size: str, theme: str
) -> None:
    priya = Ticket.objects.get(subject__startswith="Invoice")
    paths = {
        "list": "/desk/?view=all",
        "empty": "/desk/?view=mine&state=closed",
        "ticket": f"/desk/tickets/{desk.pk}/?view=all",
        "formatted": f"/desk/tickets/{priya.pk}/?view=all",
        "new": "/desk/new/",
    }
    page = open_page(alice, paths["list"], size=size, theme=theme)
    for name, path in paths.items():
        page.goto(path)
        settle(page)
        picture(page, f"desk-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert fits(page), name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dialogs_have_no_finding(
    open_page: Any, axe: Any, picture: Any, desk: Ticket, alice: User, theme: str
) -> None:
    page = open_page(alice, f"/desk/tickets/{desk.pk}/?view=all", theme=theme)
    for name, key in {"keys": "?", "palette": "Control+k", "assign": "a", "tags": "#", "log": "l"}.items():
        page.keyboard.press(key)
        page.locator("dialog[open] > *").wait_for()
        picture(page, f"desk-dialog-{name}-{theme}")
        assert axe(page) == [], name
        page.keyboard.press("Escape")
        page.locator("dialog[open]").wait_for(state="detached")


def test_desk_reads_from_right_to_left(
    open_page: Any, axe: Any, picture: Any, desk: Ticket, alice: User
) -> None:
    page = open_page(alice, f"/desk/tickets/{desk.pk}/?view=all")
    page.evaluate("document.documentElement.dir = 'rtl'")
    picture(page, "desk-ticket-rtl")
    assert axe(page) == []
    assert fits(page)
    list_left = page.locator("#list-pane").bounding_box()["x"]
    assert list_left > page.locator("#conversation-scroll").bounding_box()["x"]


def test_an_agent_works_by_keyboard_alone(open_page: Any, desk: Ticket, alice: User) -> None:
    page = open_page(alice, "/desk/?view=unassigned")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#ticket-head").wait_for()
    ticket = Ticket.objects.get(pk=page.locator("#ticket-pane").get_attribute("data-ticket"))

    page.keyboard.press("t")
    page.get_by_text("You have this ticket now.").wait_for()
    page.keyboard.press("p")
    page.locator("#picker[open] > *").wait_for()
    page.keyboard.type("hig")
    page.keyboard.press("Enter")
    page.get_by_text("Priority: High.").wait_for()
    page.keyboard.press("#")
    page.locator("#picker[open] > *").wait_for()
    page.keyboard.type("Fragile goods")
    page.keyboard.press("Enter")
    page.get_by_text("Tag fragile-goods added.").wait_for()
    page.keyboard.press("n")
    page.keyboard.type("Ask the carrier")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Note added.").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.get_by_text("Solved.", exact=True).wait_for()

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority, ticket.status, ticket.tags) == (
        alice,
        3,
        "solved",
        ["fragile-goods"],
    )
    assert ticket.messages.filter(audience="internal").get().text.strip() == "Ask the carrier"


def test_an_answer_is_told_though_the_button_that_asked_has_gone(
    open_page: Any, desk: Ticket, alice: User
) -> None:
    page = open_page(alice, f"/desk/tickets/{desk.pk}/")
    page.evaluate(
        """document.addEventListener("htmx:beforeSend", () =>
            setTimeout(() => document.getElementById("solve-button").remove()), {once: true})"""
    )
    page.keyboard.press("s")
    page.get_by_text("Solved.", exact=True).wait_for()


def test_shortcuts_can_be_switched_off(open_page: Any, desk: Ticket, alice: User) -> None:
    alice.shortcuts = False
    alice.save(update_fields=["shortcuts"])
    page = open_page(alice, f"/desk/tickets/{desk.pk}/")
    page.keyboard.press("s")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert page.locator("dialog[open]").count() == 0
    assert Ticket.objects.get(pk=desk.pk).status != "solved"


def test_an_answer_is_kept_sent_and_taken_back(open_page: Any, desk: Ticket, alice: User) -> None:
    page = open_page(alice, f"/desk/tickets/{desk.pk}/")
    editor = page.get_by_role("textbox", name="Reply")
    page.keyboard.press("r")
    page.keyboard.type("The transfer is ")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("on its way")
    page.get_by_text("Draft saved").wait_for()
    assert "<b>on its way</b>" in Draft.objects.get(ticket=desk).html
    page.locator("[data-file-input]").set_input_files(
        [{"name": "receipt.txt", "mimeType": "text/plain", "buffer": b"84 EUR"}]
    )
    page.get_by_label("Files of the answer").get_by_text("receipt.txt").wait_for()

    page.reload()
    assert words(editor) == "The transfer is on its way"
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Your answer leaves in 10 seconds.").wait_for()
    assert words(editor) == ""
    answer = desk.messages.order_by("-pk")[0]
    assert (answer.delivery, answer.attachments.get().name) == ("queued", "receipt.txt")

    page.locator(".toast-card").get_by_role("button", name="Take back").click()
    page.get_by_text("Taken back. Your text is in the editor again.").wait_for()
    page.get_by_label("Files of the answer").get_by_text("receipt.txt").wait_for()
    assert words(editor) == "The transfer is on its way"
    answer.refresh_from_db()
    assert answer.delivery == "withdrawn"


def test_send_and_solve_is_one_step(open_page: Any, desk: Ticket, alice: User) -> None:
    page = open_page(alice, f"/desk/tickets/{desk.pk}/")
    page.get_by_role("textbox", name="Reply").click()
    page.keyboard.type("All done.")
    page.get_by_role("button", name="More ways to send").click()
    page.get_by_role("menuitem", name="Send and solve").click()
    page.get_by_text("Solved. Your answer leaves in 10 seconds.").wait_for()
    page.locator("#ticket-properties").get_by_text("Solved").wait_for()
    assert Ticket.objects.get(pk=desk.pk).status == "solved"


def test_files_dropped_and_pasted_are_attached(open_page: Any, desk: Ticket, alice: User) -> None:
    page = open_page(alice, f"/desk/tickets/{desk.pk}/")
    page.evaluate(
        """() => {
            for (const [type, name] of [["drop", "dropped.txt"], ["paste", "pasted.png"]]) {
                const data = new DataTransfer();
                data.items.add(new File(["x"], name, { type: "text/plain" }));
                const about = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
                const event = type === "drop" ? new DragEvent(type, about) : new ClipboardEvent(type, about);
                document.querySelector("[data-editor=public]").dispatchEvent(event);
            }
        }"""
    )
    files = page.get_by_label("Files of the answer")
    files.get_by_role("button", name="Remove dropped.txt").wait_for()
    files.get_by_role("button", name="Remove pasted.png").click()
    files.get_by_text("pasted.png").wait_for(state="detached")
    assert [file.name for file in Draft.objects.get(ticket=desk).attachments.all()] == ["dropped.txt"]


def test_a_formatted_mail_is_as_tall_as_it_is_and_loads_nothing_unasked(
    open_page: Any, desk: Ticket, alice: User
) -> None:
    ticket = Ticket.objects.get(subject__startswith="Invoice")
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/")
    asked: list[str] = []
    page.route("https://pictures.example/**", lambda route: (asked.append(route.request.url), route.abort()))
    frame = page.frame_locator("iframe.mail-frame")
    frame.get_by_text("Kapoor Ltd").wait_for()
    tall = page.evaluate(
        "(f => f.clientHeight - f.contentDocument.body.scrollHeight)(document.querySelector('iframe.mail-frame'))"
    )
    assert 0 <= tall <= 4
    assert asked == []
    page.get_by_role("button", name="Load pictures from the web").click()
    frame.locator("img[src]").wait_for()
    assert asked == ["https://pictures.example/x.png"]
    page.get_by_role("button", name="Show as text").click()
    page.get_by_text("We need a corrected copy.").first.wait_for()


def test_a_phone_shows_one_pane_at_a_time(open_page: Any, desk: Ticket, alice: User) -> None:
    page = open_page(alice, "/desk/?view=all", size="phone")
    page.get_by_text("Refund not received").click()
    page.locator("#ticket-head").wait_for()
    assert not page.locator("#list-pane").is_visible()
    page.get_by_role("button", name="Details", exact=True).click()
    assert page.locator("#ticket-properties").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#ticket-properties").is_visible()
    page.get_by_role("link", name="Back to the list").click()
    page.locator("#list-pane").wait_for()


def test_undecided_and_failed_answers_are_settled_by_the_agent(
    open_page: Any, desk: Ticket, alice: User
) -> None:
    page = open_page(alice, f"/desk/tickets/{desk.pk}/")
    page.get_by_role("button", name="It arrived").click()
    page.get_by_text("Marked as sent.").wait_for()
    page.locator(".delivery[data-state=failed]").get_by_role("button", name="Send again").click()
    page.get_by_text("It will be sent again now.").wait_for()
    assert sorted(desk.messages.exclude(delivery="none").values_list("delivery", flat=True)) == [
        "queued",
        "sent",
        "sent",
    ]


def test_a_button_that_has_just_come_works_at_once(open_page: Any, desk: Ticket, alice: User) -> None:
    page = open_page(alice, f"/desk/tickets/{desk.pk}/")
    page.evaluate(
        """document.getElementById("conversation").addEventListener("htmx:afterSwap", () => setTimeout(
            () => document.querySelector("[data-fresh]").click()), {once: true})"""
    )
    page.route(
        "**/live/**",
        lambda route: route.fulfill(
            body=f'<li id="new"><button data-fresh hx-post="/desk/tickets/{desk.pk}/status/?to=solved"'
            ' hx-swap="none">Now</button></li>',
            content_type="text/html",
        ),
        times=1,
    )
    page.evaluate('document.getElementById("conversation").dispatchEvent(new Event("refresh"))')
    page.get_by_text("Solved.", exact=True).wait_for()


def test_a_new_ticket_is_written_to_a_found_customer(open_page: Any, desk: Ticket, alice: User) -> None:
    page = open_page(alice, "/desk/")
    page.keyboard.press("c")
    page.get_by_role("textbox", name="Customer").press_sequentially("amara")
    page.get_by_role("button", name="Amara Mensah").click()
    page.get_by_label("Subject").fill("Your transfer")
    page.get_by_label("Text").fill("It left today.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Your message is on its way.").wait_for()
    ticket = Ticket.objects.order_by("-pk")[0]
    assert (ticket.subject, str(ticket.customer)) == ("Your transfer", "Amara Mensah")
    assert page.url.endswith(f"/desk/tickets/{ticket.pk}/")


def test_a_socket_that_tells_of_a_change_shows_it(
    open_page: Any, desk: Ticket, alice: User, bob: User
) -> None:
    """Facts carry ids only; the page fetches what they are about. Here the test speaks for the server."""
    page = open_page(alice, "/desk/?view=all")
    sockets: list[Any] = []

    def keep(socket: Any) -> None:  # Playwright marks its handlers: a built-in method cannot be one
        sockets.append(socket)

    page.route_web_socket("**/ws/desk/", keep)
    page.goto(f"/desk/tickets/{desk.pk}/?view=all")
    until(page, "document.body.dataset.socket === 'open'")
    add_note(desk, actor=bob, html="<p>Bob was here</p>")
    sockets[-1].send(json.dumps({"name": "note.added", "ticket": desk.pk}))
    page.get_by_text("Bob was here").wait_for()

    set_priority(Ticket.objects.get(subject__startswith="Damaged"), 3, actor=bob)
    other = Ticket.objects.get(subject__startswith="Damaged")
    sockets[-1].send(json.dumps({"name": "ticket.priority_changed", "ticket": other.pk}))
    page.locator(f"#row-{other.pk}").get_by_text("High").wait_for()

    sockets[-1].send(json.dumps({"name": "message.received", "ticket": 987654}))
    page.get_by_role("button", name="1 new").wait_for()


def test_lost_facts_are_made_up_for_after_the_gap(
    open_page: Any, desk: Ticket, alice: User, bob: User
) -> None:
    """This server has no sockets: after a while without one the page looks by itself."""
    page = open_page(alice, "/desk/?view=all")
    page.clock.install()
    page.goto(f"/desk/tickets/{desk.pk}/?view=all")
    until(page, "document.body.dataset.socket === 'closed'")
    add_note(desk, actor=bob, html="<p>While you were away</p>")
    set_priority(Ticket.objects.get(subject__startswith="Damaged"), 4, actor=bob)
    page.clock.fast_forward(16_000)
    page.get_by_text("While you were away").wait_for()
    row = page.locator("#list-pane li", has_text="Damaged on arrival")
    row.get_by_text("Urgent").wait_for()


def test_a_ticket_is_found_and_its_subject_changed(open_page: Any, desk: Ticket, alice: User) -> None:
    write_rows([desk.pk])
    page = open_page(alice, "/desk/?view=mine")
    page.keyboard.press("/")
    page.keyboard.type("mensah")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Refund not received").click()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Change the subject…").click()
    page.get_by_role("textbox", name="Subject").fill("Refund by transfer")
    page.keyboard.press("Enter")
    page.locator("#ticket-head").get_by_text("Refund by transfer").wait_for()
    page.locator(".toast-card").get_by_role("button", name="Undo").click()
    page.locator("#ticket-head").get_by_text("Refund not received").wait_for()
