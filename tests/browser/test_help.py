"""The help centre as a customer uses it: from search to solved without a ticket, with and without a script."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Brand
from knowledge_base.domain.categories import save_category
from knowledge_base.models import Article, Category, Miss, Step, StepName, Vote
from tests.browser.conftest import SIZES, until
from tests.browser.looks import LOOKS
from tests.browser.settling import settle, watch
from tests.factories.articles import article, translation
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import InboxFactory
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/help/nordlicht-home/"
LONG = (
    "<p>You have <strong>sixty days</strong>. Print the label.</p>"
    + "".join(f"<h2>Part {n}</h2><p>{'Some more words about it. ' * 40}</p>" for n in range(3))
    + "<table><tr><th>Where to</th><th>How long</th></tr><tr><td>Anywhere</td><td>two days</td></tr></table>"
    + "<ol><li>Print</li><li>Send</li></ol><blockquote><p>Keep the receipt.</p></blockquote>"
    + "<pre><code>HFGC-7K2M-Q9TX-4RWN-and-a-line-that-is-much-too-long-for-a-telephone-and-so-it-scrolls</code></pre>"
)


@pytest.fixture
def visit(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`visit("/help/…", size="phone", theme="dark", script=False)`: as anybody sees it."""
    contexts, complaints = [], []

    def open_it(path: str, *, size: str = "desktop", theme: str = "light", script: bool = True) -> Any:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale="en",
            reduced_motion="reduce",
            base_url=live_server.url,
            java_script_enabled=script,
        )
        contexts.append(context)
        page = watch(context.new_page())
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and "Failed to load" not in said.text
                else None
            ),
        )
        page.goto(path)
        settle(page)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def returns(brand: Brand) -> Article:
    """A small help centre, with a form to write to."""
    ConnectionFactory(inbox=InboxFactory(brand=brand, kind="form", key="write-here"))
    names = {"en": "Returns", "de": "Rückgabe"}
    category = save_category(Category(brand=brand), actor=None, names=names, icon="package")
    made = article(
        brand,
        "How do I return something?",
        LONG,
        summary="You have sixty days, worn or not.",
        phrases=["send back", "refund"],
        category=category,
    )
    translation(made, "de", "Wie schicke ich etwas zurück?")
    article(brand, "When will my parcel arrive?", "<p>In two days.</p>", category=category)
    return made


PAGES = (
    "",
    "categories/returns/",
    "articles/how-do-i-return-something/",
    "search/?q=return",
    "articles/none/",
)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_have_no_finding_and_fit(
    visit: Any, axe: Any, picture: Any, returns: Article, size: str, theme: str
) -> None:
    for place, path in enumerate(PAGES):
        page = visit(HOME + path, size=size, theme=theme)
        picture(page, f"help-{place}-{size}-{theme}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        page.context.close()


def test_customer_gets_from_search_to_solved_without_a_ticket(
    visit: Any, axe: Any, picture: Any, returns: Article
) -> None:
    """By keyboard: types, sees the answer, opens it, reads it, says that it helped."""
    page = visit(HOME)
    page.keyboard.press("/")
    page.keyboard.type("retrun someting", delay=15)
    page.wait_for_selector(".find-option")
    assert page.get_attribute("#find", "aria-expanded") == "true"
    assert axe(page) == []
    picture(page, "help-typing")
    page.keyboard.press("ArrowDown")
    assert page.locator(".find-option").first.get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("articles/how-do-i-return-something"))

    assert page.locator("h1").inner_text() == "How do I return something?"
    page.wait_for_timeout(4800)  # reads
    page.click("button:has-text('Yes')")
    page.wait_for_selector("text=Good to hear")

    until(page, "document.activeElement?.id === 'vote-title'")
    assert Vote.objects.get().helped is True
    assert set(Step.objects.values_list("name", flat=True)) >= {StepName.READ, StepName.SOLVED}
    assert Ticket.objects.count() == 0


def test_customer_without_a_script_gets_there_too(visit: Any, returns: Article) -> None:
    page = visit(HOME, script=False)
    page.fill("#find", "refund")
    page.press("#find", "Enter")
    page.click(".row")
    page.click("button:has-text('No')")
    page.check("input[value=unclear]")
    page.fill("#vote-comment", "Which label?")
    page.click("button:has-text('Send')")

    assert page.locator("text=we will look at this page again").count() == 1
    assert page.locator("#solved a:has-text('Write to us')").get_attribute("href") == "/f/write-here/"
    said = Vote.objects.get()
    assert (said.helped, said.reason, said.comment) == (False, "unclear", "Which label?")


def test_no_asks_why_and_leads_to_a_person(visit: Any, axe: Any, picture: Any, returns: Article) -> None:
    page = visit(f"{HOME}articles/{returns.slug}/", size="phone", theme="dark")
    page.click("button:has-text('No')")
    page.wait_for_selector("text=What is missing?")
    picture(page, "help-why")
    assert axe(page, ".vote") == []
    page.click("text=I tried it and it did not work")
    page.click("#solved button:has-text('Send')")
    page.wait_for_selector("text=we will look at this page again")
    page.click("text=Take it back")
    page.wait_for_selector("text=Did this solve it?")

    assert Vote.objects.count() == 0


def test_what_is_not_found_is_told_to_authors(visit: Any, returns: Article) -> None:
    page = visit(HOME)
    page.fill("#find", "canoe zebra")
    page.wait_for_selector("[data-nothing]")
    for _ in range(60):
        if Miss.objects.exists():
            break
        page.wait_for_timeout(100)

    assert list(Miss.objects.values_list("words", flat=True)) == ["canoe zebra"]


def test_table_of_contents_follows_and_languages_switch(visit: Any, returns: Article) -> None:
    page = visit(f"{HOME}articles/{returns.slug}/")
    page.click(".toc a:has-text('Part 2')")
    until(page, "document.querySelector('.toc .is-here')?.textContent === 'Part 2'")
    page.click(".drop summary")
    page.click(".drop-list a[lang=de]")
    page.wait_for_url(re.compile("/de/articles/"))

    assert page.locator("h1").inner_text() == "Wie schicke ich etwas zurück?"


def test_escape_and_a_click_elsewhere_close_the_list(visit: Any, returns: Article) -> None:
    page = visit(HOME)
    page.fill("#find", "return")
    page.wait_for_selector(".find-option")
    page.keyboard.press("Escape")
    closed = page.locator(".find-list").first.is_hidden()
    page.fill("#find", "returns")
    page.wait_for_selector(".find-option")
    page.mouse.click(5, 700)

    assert (closed, page.locator(".find-list").first.is_hidden()) == (True, True)


def test_printed_page_is_the_article_alone(visit: Any, returns: Article) -> None:
    page = visit(f"{HOME}articles/{returns.slug}/")
    page.emulate_media(media="print")

    seen = {
        name: page.locator(name).first.is_visible()
        for name in (".top", ".foot", ".vote", ".toc", "h1", ".prose")
    }
    assert seen == {".top": False, ".foot": False, ".vote": False, ".toc": False, "h1": True, ".prose": True}
