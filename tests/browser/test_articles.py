"""Writing articles as a lead does: the editor with its pictures, tables and tips, two authors at once, versions."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from accounts.models import Brand, User
from knowledge_base.domain.articles import Draft, add_language, change_article, create_article, save_draft
from knowledge_base.domain.categories import save_category, with_counts
from knowledge_base.domain.listing import today
from knowledge_base.domain.publishing import publish
from knowledge_base.models import Article, Category, Picture, Text
from tests.browser.conftest import until
from tests.browser.looks import LOOKS
from tests.browser.settling import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RETURNS = (
    "<p>You have <strong>30 days</strong> to send back whatever you do not like. It costs you nothing.</p>"
    "<h2>Before you pack it</h2><ol><li>Put the parts into their box.</li><li>Print the label from your "
    '<a href="https://shop.example/account">account</a>.</li></ol>'
    '<aside class="tip"><p>No printer? Show the code at the counter instead.</p></aside>'
    "<h2>When you get your money</h2><table><tbody><tr><th>You paid by</th><th>It takes</th></tr>"
    "<tr><td>Card</td><td>3 to 5 days</td></tr><tr><td>Invoice</td><td>1 day</td></tr></tbody></table>"
    '<aside class="warning"><p>Vouchers cannot be paid out.</p></aside><pre>RETURN-2041-AB</pre>'
)


@pytest.fixture
def shelves(brand: Brand, lead: User) -> list[Category]:
    names = (("Delivery", "truck-delivery"), ("Returns and refunds", "arrow-back-up"), ("My account", "user"))
    made = [
        save_category(Category(brand=brand), actor=lead, names={"en": name}, icon=icon)
        for name, icon in names
    ]
    save_category(Category(brand=brand), actor=lead, names={"en": "Abroad"}, parent=made[0])
    return made


@pytest.fixture
def returns(brand: Brand, lead: User, shelves: list[Category]) -> Text:
    """Published, translated, and changed since."""
    summary = "How to send something back, and when you get your money."
    draft = Draft(
        "Return or exchange an order", summary, RETURNS, ["how do I send it back", "refund how long"]
    )
    article = create_article(actor=lead, brand=brand, language="en", draft=draft, category=shelves[1])
    text = article.texts.get()
    publish(text, actor=lead, note="First words")
    changed = Draft(draft.title, summary, RETURNS.replace("30 days", "60 days"), draft.phrases)
    save_draft(text, changed, version=None, actor=lead)
    german = Draft("Bestellung zurückgeben", "So geht die Rückgabe.", "<p>Sie haben 30 Tage Zeit.</p>")
    publish(add_language(article, "de", actor=lead, draft=german), actor=lead)
    return Text.objects.get(pk=text.pk)


@pytest.fixture
def others(brand: Brand, lead: User, shelves: list[Category]) -> None:
    for title, shelf, visibility in (
        ("Where is my parcel?", 0, "public"),
        ("Change my address", 2, "signed_in"),
        ("When to pay a refund", 1, "internal"),
    ):
        draft = Draft(title, "One sentence that says what is in it.", f"<p>{title}</p>")
        article = create_article(
            actor=lead,
            brand=brand,
            language="en",
            draft=draft,
            category=shelves[shelf],
            visibility=visibility,
        )
        publish(article.texts.get(), actor=lead)
    change_article(article, actor=lead, review_on=today())
    create_article(actor=None, brand=brand, language="en", draft=Draft(""))


def address(text: Text, rest: str = "") -> str:
    return f"/desk/articles/{text.article_id}/{text.language}/{rest}"


def body(page: Any) -> Any:
    return page.locator("[data-draft-body]")


def saved(page: Any) -> None:
    """Until the page says that what is written is stored."""
    until(page, "document.querySelector('[data-draft-state]').textContent === 'Saved'")


def begun(brand: Brand, lead: User, title: str = "Lost parcels", html: str = "") -> Text:
    draft = Draft(title, html=html)
    return create_article(actor=lead, brand=brand, language="en", draft=draft).texts.get()


PAGES = {
    "list": lambda _text: "/desk/articles/",
    "editor": address,
    "beside": lambda text: address(text, "?beside=de"),
    "versions": lambda text: address(text, "versions/"),
    "categories": lambda _text: "/desk/articles/categories/",
}


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_have_no_finding(
    open_page: Any, axe: Any, picture: Any, returns: Text, others: None, lead: User, size: str, theme: str
) -> None:
    page = open_page(lead, PAGES["list"](returns), size=size, theme=theme)
    for name, path in PAGES.items():
        page.goto(path(returns))
        settle(page)
        picture(page, f"articles-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_author_writes_and_publishes(open_page: Any, lead: User, brand: Brand, picture: Any) -> None:
    """From nothing to read by everybody, with the keyboard alone."""
    page = open_page(lead, "/desk/articles/")
    page.get_by_role("button", name="New article").click()
    page.get_by_label("Title").fill("Where is my parcel?")
    page.keyboard.press("Enter")
    page.keyboard.type("How to follow it.")
    page.keyboard.press("Enter")
    for line in ("Look into your mail.", "## ", "What it says"):
        page.keyboard.type(line)
        if line != "## ":
            page.keyboard.press("Enter")
    page.keyboard.type("- ")
    page.keyboard.type("On its way")
    page.keyboard.press("Enter")
    page.keyboard.type("Delivered")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("/tip")
    picture(page, "articles-slash")
    page.keyboard.press("Enter")
    page.keyboard.type("Ask your neighbours.")
    saved(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("Published.").wait_for()

    text = Text.objects.select_related("published", "article").get()
    assert text.published is not None
    assert (text.article.slug, text.summary) == ("where-is-my-parcel", "How to follow it.")
    assert text.published.html == (
        "<p>Look into your mail.</p><h2>What it says</h2><ul><li>On its way</li><li>Delivered</li></ul>"
        '<aside class="tip" role="note"><p>Ask your neighbours.</p></aside>'
    )


def test_tip_is_left_by_an_empty_line(open_page: Any, lead: User, brand: Brand) -> None:
    page = open_page(lead, address(begun(brand, lead)))
    body(page).click()
    page.keyboard.type("/warn")
    page.keyboard.press("Enter")
    page.keyboard.type("Careful")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Plain again")
    saved(page)

    assert Text.objects.get().html == (
        '<aside class="warning" role="note"><p>Careful</p></aside><p>Plain again</p>'
    )


def test_table_is_filled_with_tab(open_page: Any, lead: User, brand: Brand) -> None:
    page = open_page(lead, address(begun(brand, lead)))
    body(page).click()
    page.locator('[data-tool="table"]').first.click()
    words = ("Paid by", "Takes", "Note", "Card", "3 days", "x", "Invoice", "1 day", "y")
    for place, word in enumerate(words):
        page.keyboard.type(word)
        if place < len(words) - 1:
            page.keyboard.press("Tab")
    page.get_by_role("button", name="Remove column").click()
    page.keyboard.press("Tab")
    page.keyboard.type("New")
    saved(page)

    rows = "".join(
        f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"
        for tag, cells in (
            ("th", ("Paid by", "Takes")),
            ("td", ("Card", "3 days")),
            ("td", ("Invoice", "1 day")),
        )
    )
    assert (
        Text.objects.get().html == f"<table><tbody>{rows}<tr><td>New</td><td><br></td></tr></tbody></table>"
    )


def test_picture_is_chosen_described_and_stored(
    open_page: Any, lead: User, brand: Brand, tmp_path: Path, picture: Any
) -> None:
    file = tmp_path / "box.png"
    write = Image.new("RGB", (600, 300), "#3f51d9").save
    write(file)
    page = open_page(lead, address(begun(brand, lead)))
    body(page).click()
    page.locator("[data-picture-input]").set_input_files(file)
    until(page, "document.querySelector('[data-draft-body] img')?.src.includes('/help/')")
    body(page).locator("img").click()
    page.get_by_label("What does it show?").fill("An open box")
    page.get_by_label("Width").select_option(label="Medium")
    picture(page, "articles-picture")
    page.locator("#picture-dialog").get_by_role("button", name="Save").click()
    saved(page)

    stored = Picture.objects.get()
    src = f"/help/{brand.slug}/pictures/{stored.key}/"
    image = page.locator("[data-draft-body] img")
    assert image.evaluate("image => image.naturalWidth") == 600
    html = Text.objects.get().html
    assert f'src="{src}"' in html
    assert ('alt="An open box"' in html, 'width="480"' in html, 'height="240"' in html) == (True, True, True)


def test_picture_is_pasted(open_page: Any, lead: User, brand: Brand) -> None:
    out = io.BytesIO()
    write = Image.new("RGB", (20, 10), "red").save
    write(out, "PNG")
    page = open_page(lead, address(begun(brand, lead, html="<p>Before</p>")))
    body(page).click()
    page.evaluate(
        """(bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "shot.png", { type: "image/png" }));
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.querySelector("[data-draft-body]").dispatchEvent(paste);
        }""",
        list(out.getvalue()),
    )
    until(page, "document.querySelector('[data-draft-body] img')?.src.includes('/help/')")
    saved(page)

    assert f"/pictures/{Picture.objects.get().key}/" in Text.objects.get().html


def test_pasted_page_keeps_its_sense_and_loses_its_look(open_page: Any, lead: User, brand: Brand) -> None:
    page = open_page(lead, address(begun(brand, lead)))
    body(page).click()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/html", '<h1 style="color:red">Head</h1><p class="MsoNormal">One <b>two</b>'
              + '<img src="https://elsewhere.test/p.png"></p><script>alert(1)</script>');
            data.setData("text/plain", "Head One two");
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.querySelector("[data-draft-body]").dispatchEvent(paste);
        }"""
    )
    saved(page)

    assert Text.objects.get().html == "<h2>Head</h2><p>One <strong>two</strong></p>"


def test_two_authors_see_both_texts(
    open_page: Any, returns: Text, lead: User, admin: User, picture: Any, axe: Any
) -> None:
    page = open_page(lead, address(returns))
    save_draft(returns, Draft("Ada's title", html="<p>Ada's words.</p>"), version=None, actor=admin)
    page.get_by_label("Title").fill("Lena's title")
    page.get_by_role("heading", name="Ada Admin saved this text while you were writing").wait_for()
    picture(page, "articles-conflict")
    assert axe(page, "#conflict-dialog") == []
    page.get_by_role("button", name="Use what I wrote").click()
    settle(page)

    current = Text.objects.get(pk=returns.pk)
    assert current.title == "Lena's title"
    assert current.versions.first().title == "Ada's title"


def test_what_is_typed_last_is_saved_when_the_page_goes(open_page: Any, returns: Text, lead: User) -> None:
    page = open_page(lead, address(returns))
    page.get_by_label("Title").fill("Typed and gone")
    page.goto("/desk/articles/")
    for _ in range(50):
        if Text.objects.get(pk=returns.pk).title == "Typed and gone":
            return
        page.wait_for_timeout(100)
    pytest.fail("the last words are lost")


def test_link_to_another_article_is_found_by_words(
    open_page: Any, returns: Text, lead: User, brand: Brand
) -> None:
    page = open_page(lead, address(begun(brand, lead)))
    body(page).click()
    page.keyboard.press("Control+k")
    page.keyboard.type("exchange")
    until(page, "document.querySelector('#article-link-list').textContent === 'Return or exchange an order'")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    saved(page)

    assert Text.objects.get(article__slug="lost-parcels").html == (
        f'<p><a href="/help/{brand.slug}/articles/return-or-exchange-an-order/" rel="noopener">'
        "Return or exchange an order</a></p>"
    )


def test_archive_is_taken_back(open_page: Any, returns: Text, lead: User) -> None:
    page = open_page(lead, address(returns))
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Move to the archive").click()
    page.get_by_text("In the archive", exact=True).wait_for()
    page.locator(".toast-card").get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()

    assert Article.objects.get(pk=returns.article_id).archived_at is None


def test_category_is_moved_by_keyboard_and_back(
    open_page: Any, shelves: list[Category], lead: User, brand: Brand
) -> None:
    def order() -> list[str]:
        return [str(one) for one in with_counts(brand) if one.parent_id is None]

    page = open_page(lead, "/desk/articles/categories/")
    page.get_by_role("button", name="Move My account up").press("Enter")
    page.get_by_text("Moved.").wait_for()
    assert order() == ["Delivery", "My account", "Returns and refunds"]
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()

    assert order() == ["Delivery", "Returns and refunds", "My account"]


def test_list_is_narrowed_as_one_types(open_page: Any, returns: Text, others: None, lead: User) -> None:
    page = open_page(lead, "/desk/articles/")
    page.get_by_label("Find an article").fill("parcel")
    page.get_by_role("link", name="Return or exchange an order").wait_for(state="detached")

    assert page.locator(".article-row").count() == 1
    assert "q=parcel" in page.url
