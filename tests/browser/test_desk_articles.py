"""Articles at the desk as an agent uses them: into an answer, into a chat, what solved it; and an import."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from customers.models import Customer
from knowledge_base.models import Article, Miss, Visibility
from tests.browser.conftest import until
from tests.browser.settling import settle
from tests.factories.articles import article
from tickets.models import Draft, Ticket, TicketArticle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [("desktop", "light"), ("desktop", "dark"), ("phone", "light")]


@pytest.fixture
def returns(brand: Brand) -> Article:
    article(brand, "Where is my parcel?", "<p>Look at the number in the mail we sent you.</p>")
    article(
        brand,
        "Return a lamp: what we refund ourselves",
        "<p>Up to 40 euros without asking.</p>",
        visibility=Visibility.INTERNAL,
    )
    html = "<p>Pack it well and send it back within 30 days.</p><ul><li>The label is in the box.</li></ul>"
    return article(brand, "How do I return a lamp?", html, phrases=("send a lamp back", "return a lamp"))


@pytest.fixture
def ticket(mail: Callable[..., Ticket], dana: Customer) -> Ticket:
    return mail(dana, "Return a lamp", "How do I return a lamp that I do not like?")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_screens_have_no_finding(
    open_page: Any,
    axe: Any,
    picture: Any,
    ticket: Ticket,
    returns: Article,
    alice: User,
    size: str,
    theme: str,
) -> None:
    TicketArticle.objects.create(ticket=ticket, article=Article.objects.first(), how="solved", by=alice)
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/?view=all", size=size, theme=theme)
    if size == "phone":
        page.locator("[data-toggle-details]").first.click()
    page.locator("#ticket-articles li").first.wait_for()
    page.locator("#ticket-articles").scroll_into_view_if_needed()
    picture(page, f"desk-articles-panel-{size}-{theme}")
    assert axe(page, "#ticket-articles") == []
    page.locator("#ticket-articles [data-finds-articles]").first.click()
    page.locator("#article-options > ul > li").first.wait_for()
    page.locator("#article-search").fill("lamp")
    page.locator("#article-options > ul > li").nth(1).wait_for()
    picture(page, f"desk-articles-dialog-{size}-{theme}")
    assert axe(page, "#action-dialog") == []


def test_an_article_is_chosen_by_keys(open_page: Any, ticket: Ticket, returns: Article, alice: User) -> None:
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/?view=all")
    page.locator("[data-composer] [data-find-articles]").click()
    page.locator("#article-search").fill("return lamp")
    found = page.locator("#article-options > ul > li", has_text="How do I return a lamp?")
    found.wait_for()
    page.locator("#article-search").press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "article-search"
    settle(page)
    chosen = found.get_by_role("button", name="Insert link")
    for _ in range(10):
        page.keyboard.press("ArrowDown")
        if chosen.evaluate("one => one === document.activeElement"):
            break
    # The answer of a slow search comes while one chooses.
    page.evaluate(
        "htmx.ajax('GET', document.getElementById('article-search').getAttribute('hx-get'),"
        " {source: '#article-search', target: '#article-options'})"
    )
    chosen.and_(page.locator(":focus")).wait_for()  # focus comes back a moment after the list
    page.keyboard.press("Enter")
    page.locator("[data-editor=public] a", has_text="How do I return a lamp?").wait_for()


def test_an_article_goes_into_the_answer_and_solved_it(
    open_page: Any, ticket: Ticket, returns: Article, alice: User
) -> None:
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/?view=all")
    editor = page.locator("[data-editor=public]")
    editor.click()
    page.keyboard.type("Hello Dana, ")
    page.locator("[data-composer] [data-find-articles]").click()
    page.locator("#article-options > ul > li").first.wait_for()
    page.locator("#article-search").fill("refund")
    secret = page.locator("#article-options > ul > li", has_text="Colleagues only")
    secret.wait_for()
    assert secret.locator("[data-insert-article]").count() == 0
    page.locator("#article-search").fill("return lamp")
    found = page.locator("#article-options > ul > li", has_text="How do I return a lamp?")
    found.wait_for()
    found.get_by_role("button", name="Insert link").click()
    link = editor.locator("a")
    link.wait_for()
    assert link.inner_text() == "How do I return a lamp?"
    assert link.get_attribute("href").endswith(f"/help/nordlicht-home/articles/{returns.slug}/")
    assert editor.inner_text().startswith("Hello Dana,")
    for _ in range(100):  # it was saved before the link, and is again
        if returns.slug in Draft.objects.get().html:
            break
        page.wait_for_timeout(100)
    assert returns.slug in Draft.objects.get().html

    row = page.locator("#ticket-articles li", has_text="How do I return a lamp?")
    row.get_by_text("In an answer").wait_for()
    row.get_by_role("button", name="This solved it: How do I return a lamp?").click()
    row.get_by_text("Solved it", exact=True).wait_for()
    assert TicketArticle.objects.get().how == "solved"
    page.get_by_role("button", name="Undo").click()
    row.get_by_text("In an answer").wait_for()

    page.locator("[data-composer] [data-find-articles]").click()
    page.locator("#article-search").fill("return lamp")
    found.get_by_role("button", name="Insert text").click()
    editor.get_by_text("The label is in the box.").wait_for()


def test_an_answer_becomes_an_article(
    open_page: Any, axe: Any, ticket: Ticket, alice: User, lead: User
) -> None:
    from tickets.domain.replies import queue_reply

    message = queue_reply(ticket, actor=alice, html="<p>Hello Dana,</p><p>Pack it and send it back.</p>")
    page = open_page(lead, f"/desk/tickets/{ticket.pk}/?view=all")
    card = page.locator(f"#message-{message.pk}")
    card.hover()
    card.get_by_role("button", name="Make an article of this answer").click()
    page.wait_for_url("**/desk/articles/**")
    made = Article.objects.get()
    text = made.texts.get()
    assert (text.title, text.html) == ("Return a lamp", "<p>Pack it and send it back.</p>")
    page.get_by_text("It solved 1 ticket").wait_for()


def test_an_article_goes_into_a_chat(
    open_page: Any, brand: Brand, dana: Customer, returns: Article, alice: User, team: Any
) -> None:
    from tests.factories.tickets import ContactFactory, InboxFactory, MessageFactory, TicketFactory

    inbox = InboxFactory(brand=brand, kind="webchat", name="Chat", default_team=team)
    case = TicketFactory(
        brand=brand, customer=dana, inbox=inbox, last_kind="webchat", assignee=alice, subject="Return a lamp"
    )
    chat = ContactFactory(ticket=case, inbox=inbox, kind="webchat", holder="agent", agent=alice)
    MessageFactory(ticket=case, contact=chat, inbox=inbox, kind="webchat", text="How do I return a lamp?")
    page = open_page(alice, f"/desk/chats/?chat={chat.pk}")
    column = page.locator(f".chat[data-contact='{chat.pk}']")
    column.locator("[data-find-articles]").click()
    page.locator("#article-search").fill("return lamp")
    found = page.locator("#article-options > ul > li", has_text="How do I return a lamp?")
    found.get_by_role("button", name="Insert link").click()
    until(page, "document.querySelector('.chat textarea').value.includes('/articles/')")
    assert column.locator("textarea").input_value().startswith("How do I return a lamp?\n")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_gaps_and_imports_have_no_finding(
    open_page: Any, axe: Any, picture: Any, brand: Brand, lead: User, size: str, theme: str
) -> None:
    for count, words in (
        (42, "lamp flickers"),
        (7, "invoice with another address"),
        (1, "cancel subscription"),
    ):
        Miss.objects.create(brand=brand, language="en", words=words, count=count, asked_anyway=count // 5)
    page = open_page(lead, "/desk/articles/gaps/", size=size, theme=theme)
    picture(page, f"articles-gaps-{size}-{theme}")
    assert axe(page) == []
    page.locator("#gaps li").first.get_by_role("button", name="Settle").click()
    page.locator("#gaps li", has_text="lamp flickers").wait_for(state="detached")

    page.goto("/desk/articles/import/")
    picture(page, f"articles-import-{size}-{theme}")
    assert axe(page) == []
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("orders/returns.md", "# How do I return it?\n\nSee [this](gone.md).")
        archive.writestr("orders/delivery.de.md", "# Wann kommt es?\n\nBald.")
        archive.writestr("broken.md", b"\x00")
    file = {"name": "help.zip", "mimeType": "application/zip", "buffer": out.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_text("2 pages would be imported").wait_for()
    picture(page, f"articles-import-report-{size}-{theme}")
    assert axe(page) == []
    page.get_by_role("button", name="Import now").click()
    page.get_by_text("2 pages are in.").wait_for()
    page.get_by_role("button", name="Take back").click()
    page.locator("#confirm-dialog [data-confirm-yes]").click()
    page.get_by_text("New articles are in the archive").wait_for()
    assert Article.objects.filter(archived_at__isnull=False).count() == 2
