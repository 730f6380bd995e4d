"""A lead looks at the numbers of the demo firm: what a number means, the cases behind it, pictures and their tables."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import User
from carecenter.demo.build import build
from insights.domain import building
from tests.browser.conftest import PICTURES, until
from tests.browser.looks import LOOKS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lena():
    """The lead of the demo's two outdoor shops."""
    build(tickets=260)
    while building.step():
        pass
    return User.objects.get(email="lena@harrowfell.example")


def all_drawn(page):
    page.locator(".number-chart").last.scroll_into_view_if_needed()
    until(page, "document.querySelectorAll('.number-chart[data-drawn]').length === 4")
    page.evaluate("document.getElementById('main').scrollTo(0, 0)")


def explain(page):
    """By keyboard: the explanation opens, Escape sends it away."""
    card = page.locator(".number-card", has_text="Opened again").first
    card.get_by_role("button").focus()
    about = card.get_by_role("tooltip")
    expect(about).to_be_visible()
    for word in ("95 % interval", "Zone", "Europe/", "As of", "of all first solved"):
        expect(about).to_contain_text(word)
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()


def keep_for_herself(page):
    """A dashboard of one's own with one number, for 90 days."""
    page.goto("/insights/boards/")
    page.fill("input[name=name]", "Mornings")
    page.get_by_role("button", name="New dashboard").click()
    page.get_by_label("What it shows").select_option(label="New tickets")
    page.get_by_label("Period").select_option(label="The last 90 days")
    page.get_by_role("button", name="Add", exact=True).click()
    tile = page.locator(".board-tile", has_text="New tickets")
    expect(tile).to_be_visible()
    return re.match(r"\d+", tile.get_by_role("link").first.inner_text())[0]


def story_of_a_manager(lena, open_page, picture):
    """A number explains itself and leads to its cases; it is taken along, and kept on a dashboard of one's own."""
    page = open_page(lena, "/desk/")
    page.locator("[data-nav=insights]").click()
    expect(page.get_by_role("heading", name="Numbers", level=1)).to_be_visible()
    explain(page)
    page.get_by_label("Period").select_option(label="The last 90 days")
    expect(page).to_have_url(re.compile("span=90"))
    link = page.locator(".number-card", has_text="New tickets").get_by_role("link")
    many = re.match(r"\d+", link.inner_text())[0]
    link.click()
    expect(page.locator("[data-count]")).to_have_attribute("data-count", many)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").first.click()
    assert len(Path(download.value.path()).read_text().splitlines()) == int(many) + 1
    page.locator(".cases a").first.click()
    expect(page).to_have_url(re.compile("/desk/tickets/"))
    assert keep_for_herself(page) == many
    if PICTURES:
        for name, path in (
            ("insights", "/insights/?span=90"),
            ("now", "/insights/now/"),
            ("wall", "/insights/wall/"),
        ):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            picture(page, f"{name}-light")


def pictures_are_drawn_from_their_tables(lena, open_page):
    page = open_page(lena, "/insights/?span=90")
    table = page.locator(".number-chart[data-kind=flow] table")
    expect(table).to_be_hidden()
    all_drawn(page)
    expect(page.locator(".number-chart:has(canvas)")).to_have_count(4)
    page.locator(".number-chart[data-kind=flow] summary").click()
    expect(table).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="In and out as CSV").click()
    assert download.value.suggested_filename.startswith("flow-")


def tables_and_filters_are_there_without_a_script(lena, chromium, live_server, client_for):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = client_for(lena).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto("/insights/")
    expect(page.locator(".number-chart table").first).to_be_visible()
    page.get_by_label("Period").select_option("90")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("span=90"))
    context.close()


def look_closer(page, picture, name):
    """The explanation of a number, and the pictures below."""
    page.locator(".number-why").nth(1).focus()
    expect(page.locator(".number-about:visible")).to_have_count(1)
    picture(page, f"{name}-about")
    page.keyboard.press("Escape")
    page.locator(".number-chart").last.scroll_into_view_if_needed()
    picture(page, f"{name}-charts")
    page.evaluate("document.getElementById('main').scrollTo(0, 0)")


def pages_read_well_in_every_look(lena, open_page, axe, picture):
    pages = {
        "numbers": "/insights/?span=90",
        "cases": "/insights/cases/?metric=reopened&span=90",
        "definitions": "/insights/definitions/",
        "empty": "/insights/?span=days&first=2020-01-01&last=2020-01-02",
    }
    for size, theme in LOOKS:
        page = open_page(lena, "/insights/?span=90", size=size, theme=theme)
        for name, path in pages.items():
            page.goto(path)
            page.wait_for_load_state("networkidle")
            if name == "numbers":
                all_drawn(page)
                look_closer(page, picture, f"insights-{size}-{theme}")
            picture(page, f"insights-{name}-{size}-{theme}")
            assert axe(page) == [], (name, size, theme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, size)


def test_a_managers_story_on_the_demo_firm(lena, open_page, axe, picture, chromium, live_server, client_for):
    """One firm for all of it: building takes ten seconds."""
    tables_and_filters_are_there_without_a_script(lena, chromium, live_server, client_for)
    pictures_are_drawn_from_their_tables(lena, open_page)
    pages_read_well_in_every_look(lena, open_page, axe, picture)
    story_of_a_manager(lena, open_page, picture)
