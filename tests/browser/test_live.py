"""Two agents in two windows: what one does appears with the other, and moves nothing the other reads or types."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.domain.sessions import end_all_sessions
from accounts.models import Brand, User
from customers.models import Customer
from tests.browser.conftest import until
from tests.browser.live_site import LiveSite
from tests.browser.looks import LOOKS
from tests.browser.settling import settle
from tests.factories.customers import CustomerFactory
from tickets.domain.assignment import assign
from tickets.domain.changes import set_priority, set_subject
from tickets.domain.merging import merge
from tickets.domain.replies import queue_reply
from tickets.models import Draft, Message, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPEN = "document.body.dataset.socket === 'open'"


@pytest.fixture(scope="module")
def live_server() -> Iterator[LiveSite]:
    """In place of the one without sockets."""
    site = LiveSite()
    yield site
    site.close()


@pytest.fixture
def tickets(mail: Callable[..., Ticket], brand: Brand) -> list[Ticket]:
    """Enough that a list scrolls, oldest first."""
    people = [CustomerFactory(pool=brand.pool, name=f"Customer {n:02}") for n in range(24)]
    return [mail(one, f"Case {n:02}", f"Question {n:02}") for n, one in enumerate(people)]


def desk(open_page: Any, user: User, path: str, **look: str) -> Any:
    page = open_page(user, path, **look)
    until(page, OPEN)
    settle(page)  # it looks once whether something happened before it could hear
    return page


def at_ticket(open_page: Any, user: User, ticket: Ticket, **look: str) -> Any:
    return desk(open_page, user, f"/desk/tickets/{ticket.pk}/?view=all", **look)


def answer(page: Any) -> Any:
    return page.get_by_role("textbox", name="Reply")


def write(page: Any, text: str) -> None:
    answer(page).click()
    page.keyboard.type(text)


def test_a_colleague_who_comes_and_writes_is_seen(
    open_page: Any, axe: Any, picture: Any, tickets: list[Ticket], alice: User, bob: User
) -> None:
    a, b = at_ticket(open_page, alice, tickets[0]), at_ticket(open_page, bob, tickets[0])
    viewers = a.locator("#viewers")
    viewers.get_by_title("Bob Brown has this ticket open").wait_for()
    b.locator("#viewers").get_by_title("Alice Adams has this ticket open").wait_for()
    write(b, "Dear customer")
    viewers.get_by_text("Bob Brown is writing an answer…").wait_for()
    a.locator("#composer-notice").get_by_text("Bob Brown is writing an answer.").wait_for()
    picture(a, "live-colleague-writes")
    assert axe(a) == []
    b.get_by_role("tab", name="Internal note").click()
    b.get_by_role("textbox", name="Internal note").click()
    b.keyboard.type("Just a note")
    viewers.get_by_text("Bob Brown is writing a note…").wait_for()
    a.locator("#composer-notice").wait_for(state="hidden")
    b.goto("/desk/?view=all")
    viewers.wait_for(state="hidden")


def test_an_answer_asks_while_a_colleague_writes_one(
    open_page: Any, tickets: list[Ticket], alice: User, bob: User
) -> None:
    a, b = at_ticket(open_page, alice, tickets[0]), at_ticket(open_page, bob, tickets[0])
    write(a, "From Alice")
    write(b, "From Bob")
    notice = a.locator("#composer-notice")
    notice.get_by_text("Bob Brown is writing an answer.").wait_for()
    answer(a).press("Control+Enter")
    notice.get_by_role("button", name="Send anyway").wait_for()
    assert not Message.objects.filter(author=alice).exists()
    a.keyboard.press("Enter")  # the button has the keyboard
    a.get_by_text("Your answer leaves in 10 seconds.").wait_for()
    assert Message.objects.get(author=alice).text.strip() == "From Alice"


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_an_answer_that_crossed_another_is_asked_about_once(
    open_page: Any,
    axe: Any,
    picture: Any,
    tickets: list[Ticket],
    alice: User,
    bob: User,
    size: str,
    theme: str,
) -> None:
    page = at_ticket(open_page, alice, tickets[0], size=size, theme=theme)
    write(page, "From Alice")
    queue_reply(tickets[0], actor=bob, html="<p>It left on Monday.</p>")
    page.locator("#composer-notice").get_by_text("Bob Brown answered while you were writing").wait_for()
    picture(page, f"live-answered-{size}-{theme}")
    page.get_by_role("button", name="More ways to send").click()
    page.get_by_role("menuitem", name="Send and solve").click()
    question = page.locator("#composer-question")
    question.get_by_text("It left on Monday.").wait_for()
    picture(page, f"live-question-{size}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert answer(page).inner_text().strip() == "From Alice"
    assert "From Alice" in Draft.objects.get(author=alice).html
    question.get_by_role("button", name="Send anyway").click()
    page.get_by_text("Solved. Your answer leaves in 10 seconds.").wait_for()
    assert answer(page).inner_text().strip() == ""
    assert not question.is_visible()


def test_who_read_the_other_answer_is_not_asked_again(
    open_page: Any, tickets: list[Ticket], alice: User, bob: User
) -> None:
    page = at_ticket(open_page, alice, tickets[0])
    write(page, "From Alice")
    queue_reply(tickets[0], actor=bob, html="<p>It left on Monday.</p>")
    page.locator("#composer-notice").get_by_role("button", name="Read it").click()
    page.locator("#composer-notice").wait_for(state="hidden")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Your answer leaves in 10 seconds.").wait_for()


def test_lists_follow_and_nothing_moves(
    open_page: Any, tickets: list[Ticket], mail: Any, alice: User, bob: User, dana: Customer
) -> None:
    page = at_ticket(open_page, alice, tickets[5])
    write(page, "In the middle of a sen")
    page.evaluate("document.querySelector('[data-list]').scrollTop = 400")
    page.evaluate(
        """() => {
            const box = document.querySelector('[data-list]');
            const top = box.getBoundingClientRect().top;
            const rows = [...document.querySelectorAll('#list-pane [data-row]')];
            const row = rows.find((one) => one.getBoundingClientRect().top > top);
            window.watched = row;
            window.before = row.getBoundingClientRect().top;
            window.conversation = document.getElementById('conversation-scroll').scrollTop;
        }"""
    )
    changed = Ticket.objects.get(pk=page.evaluate("Number(window.watched.dataset.row)"))
    set_priority(changed, 4, actor=bob)
    page.locator(f"#row-{changed.pk}").get_by_text("Urgent").wait_for(timeout=2000)
    above = Ticket.objects.get(subject="Case 23")
    set_subject(above, "A subject of another length", actor=bob)
    page.locator(f"#row-{above.pk}").get_by_text("A subject of another length").wait_for(timeout=2000)
    mail(dana, "Brand new", "Hello")
    page.get_by_role("button", name="1 new").wait_for(timeout=2000)

    assert abs(page.evaluate("window.watched.getBoundingClientRect().top - window.before")) < 1
    assert page.evaluate("document.getElementById('conversation-scroll').scrollTop === window.conversation")
    page.keyboard.type("tence.")
    assert answer(page).inner_text().strip() == "In the middle of a sentence."


def test_an_open_ticket_shows_a_new_line_at_once_and_who_it_goes_to(
    open_page: Any, tickets: list[Ticket], mail: Any, alice: User, dana: Customer
) -> None:
    ticket = tickets[0]
    page = at_ticket(open_page, alice, ticket)
    write(page, "Half an answer")
    to = page.locator("#composer-to")
    before = to.inner_text()
    mail(dana, "Re: Case", "I answer in her place.", ticket=ticket)
    page.get_by_text("I answer in her place.").wait_for(timeout=2000)
    until(page, f"!document.getElementById('composer-to').textContent.includes({before.split('<')[1]!r})")
    assert f"customer{dana.pk}@example.net" in to.inner_text()
    page.locator("#composer-notice").get_by_text("Your answer goes to somebody else now").wait_for()
    page.keyboard.type(" more")
    assert answer(page).inner_text().strip() == "Half an answer more"


def test_new_work_is_told_where_it_belongs(
    open_page: Any, tickets: list[Ticket], alice: User, bob: User
) -> None:
    page = desk(open_page, alice, "/desk/?view=mine")
    assign(tickets[0], to=bob, actor=bob)
    assign(tickets[1], to=alice, actor=bob)
    page.get_by_role("button", name="1 new").click()
    page.locator(f"#row-{tickets[1].pk}").wait_for()
    assert page.locator("#list-pane [data-row]").count() == 1


def test_what_was_new_and_is_gone_is_told_no_more(
    open_page: Any, tickets: list[Ticket], mail: Any, alice: User, bob: User, dana: Customer
) -> None:
    page = desk(open_page, alice, "/desk/?view=unassigned")
    new = mail(dana, "Brand new", "Hello")
    page.get_by_role("button", name="1 new").wait_for(timeout=2000)
    merge(new, into=tickets[0], actor=bob)
    page.get_by_role("button", name="1 new").wait_for(state="hidden", timeout=2000)


def test_after_a_gap_the_page_is_as_a_fresh_one(
    open_page: Any, live_server: LiveSite, tickets: list[Ticket], alice: User, bob: User
) -> None:
    page = at_ticket(open_page, alice, tickets[0])
    write(page, "Kept")
    live_server.stop()
    until(page, "document.body.dataset.socket === 'closed'")
    set_priority(tickets[20], 4, actor=bob)
    queue_reply(tickets[0], actor=bob, html="<p>While you were away.</p>")
    live_server.start()
    until(page, OPEN)
    page.locator("#conversation").get_by_text("While you were away.").wait_for()
    page.locator(f"#row-{tickets[20].pk}").get_by_text("Urgent").wait_for()
    assert answer(page).inner_text().strip() == "Kept"


def test_the_page_says_when_it_hears_nothing_and_when_it_is_signed_out(
    open_page: Any, live_server: LiveSite, tickets: list[Ticket], alice: User
) -> None:
    page = open_page(alice, "/desk/?view=all")
    page.clock.install()
    page.goto("/desk/?view=all")
    until(page, OPEN)
    settle(page)
    lost = page.get_by_text("No connection, trying again.")
    live_server.stop()
    until(page, "document.body.dataset.socket === 'closed'")
    assert not lost.is_visible()
    page.clock.fast_forward(11_000)
    lost.wait_for()
    live_server.start()
    for _ in range(400):  # the page's clock only moves when told, and a busy machine takes its time
        page.clock.fast_forward(2_000)
        if page.evaluate(OPEN):
            break
        page.wait_for_timeout(50)
    lost.wait_for(state="hidden")
    end_all_sessions(alice, actor="system")
    for _ in range(400):
        page.clock.fast_forward(2_000)
        page.wait_for_timeout(50)
        if page.get_by_text("You are signed out.").is_visible():
            return
    pytest.fail("the page does not say that it is signed out")
