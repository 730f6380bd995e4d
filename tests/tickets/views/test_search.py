"""Search on the desk: the list, the page with everything, the palette, suggestions, saved views."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Brand, User
from tests.factories.accounts import grant
from tests.factories.tickets import FieldFactory, choice
from tests.tickets.views.conftest import HTMX
from tickets.domain.search.indexing import write_rows
from tickets.domain.search.saved import save_view, share_view
from tickets.models import SavedView, Ticket

pytestmark = pytest.mark.django_db
WriteIn = Callable[..., Ticket]


@pytest.fixture
def written(write_in: WriteIn) -> list[Ticket]:
    tickets = [
        write_in(subject="Refund not received", text="The <b>refund</b> is late & I wait"),
        write_in(subject="École", text="Où est la livraison?"),
    ]
    write_rows([ticket.pk for ticket in tickets])
    return tickets


def rows(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-row="(\d+)"', page)]


def test_list_shows_what_is_found_with_its_place(alice_at: Client, written: list[Ticket]) -> None:
    page = alice_at.get("/desk/", {"q": "refund"}).content.decode()
    assert rows(page) == [written[0].pk]
    assert "The &lt;b&gt;<mark>refund</mark>&lt;/b&gt; is late &amp; I wait" in page
    assert "<mark>Refund</mark> not received" in page
    assert "1 ticket" in page


def test_what_a_field_has_is_shown_with_its_name(alice_at: Client, written: list[Ticket]) -> None:
    pool = written[0].brand.pool
    FieldFactory(pool=pool, name="Reason", key="reason", kind="choices", choices=["Broken <glass>", "Lost"])
    fields = {"reason": [choice("Broken <glass>")["code"]], "gone": "broken"}
    Ticket.objects.filter(pk=written[0].pk).update(fields=fields)
    write_rows([written[0].pk])
    page = alice_at.get("/desk/", {"q": "broken"}).content.decode()
    assert rows(page) == [written[0].pk]
    assert "Reason: <mark>Broken</mark> &lt;glass&gt;" in page


def test_hints_and_what_is_close_are_said(alice_at: Client, written: list[Ticket]) -> None:
    page = alice_at.get("/desk/", {"q": "livrason status:asleep"}).content.decode()
    assert "“status:” does not know “asleep”" in page
    page = alice_at.get("/desk/", {"q": "livrason"}).content.decode()
    (guess,) = re.findall(r'hx-get="(/desk/search/close/[^"]*)"', page)
    found = alice_at.get(unescape(guess)).content.decode()
    assert "Also close to “livraison”" in found
    assert rows(found) == [written[1].pk]
    assert f"/desk/tickets/{written[1].pk}/?view=mine&amp;q=livrason" in found
    seen = alice_at.get("/desk/search/close/", {"q": "livrason", "seen": written[1].pk}).content.decode()
    assert seen.strip() == ""
    nothing = alice_at.get("/desk/search/close/", {"q": "zzzz<i>", "in": "list"}).content.decode()
    assert "Nothing has “zzzz&lt;i&gt;”" in nothing


def test_what_is_close_is_not_looked_for_in_vain(alice_at: Client, written: list[Ticket]) -> None:
    for asked in ("zzz", "status:closed", "#99999"):  # too short to be close to, and no words at all
        assert "/desk/search/close/" not in alice_at.get("/desk/", {"q": asked}).content.decode()


def test_page_with_everything_has_customers_too(alice_at: Client, written: list[Ticket]) -> None:
    page = alice_at.get("/desk/search/", {"q": "dana"}).content.decode()
    assert rows(page) == [written[1].pk, written[0].pk]
    assert "/desk/customers/" in page
    assert "Search everything" in alice_at.get("/desk/search/").content.decode()
    assert "Nothing has “zzz&lt;i&gt;”" in alice_at.get("/desk/search/", {"q": "zzz<i>"}).content.decode()


def test_strangers_see_nothing(
    client_for: Callable[[User], Client], charlie: User, alice: User, written: list[Ticket]
) -> None:
    view = save_view(actor=alice, name="Late", query="refund")
    browser = client_for(charlie)
    for path in ("/desk/", "/desk/search/", "/desk/search/palette/"):
        page = browser.get(path, {"q": "refund"}).content.decode()
        assert rows(page) == []
        assert "Refund not" not in page
        assert "Dana" not in page
    assert "Late" not in browser.get("/desk/search/palette/", {"q": "late"}).content.decode()
    assert "Late" not in browser.get(f"/desk/?view=saved-{view.pk}").content.decode()
    for name in ("", "share/", "move/", "delete/", "restore/"):
        assert browser.post(f"/desk/views/{view.pk}/{name}").status_code == 404
    assert (
        "Alice"
        not in browser.get("/desk/search/suggestions/", {"name": "assignee", "typed": "al"}).content.decode()
    )


def test_palette_finds_tickets_customers_and_views(
    alice_at: Client, alice: User, written: list[Ticket]
) -> None:
    save_view(actor=alice, name="Refunds", query="refund")
    page = alice_at.get("/desk/search/palette/", {"q": "refu"}, headers=HTMX).content.decode()
    assert f"found-ticket-{written[0].pk}" in page
    assert ">Refunds<" in page
    page = alice_at.get("/desk/search/palette/", {"q": "dana"}, headers=HTMX).content.decode()
    assert "found-customer-" in page


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [("status", "on", "status:on_hold"), ("assignee", "ali", "assignee:&quot;Alice Adams&quot;"),
     ("team", "", "team:Service"), ("inbox", "sup", "inbox:Support"), ("nonsense", "", "")],
)  # fmt: skip
def test_suggestions(alice_at: Client, written: list[Ticket], name: str, typed: str, value: str) -> None:
    page = alice_at.get("/desk/search/suggestions/", {"name": name, "typed": typed}).content.decode()
    assert (f'data-value="{value}"' in page) if value else ("option" not in page)


def test_view_is_kept_listed_counted_and_deleted(
    alice_at: Client, alice: User, written: list[Ticket]
) -> None:
    response = alice_at.post("/desk/views/", {"name": "Late refunds", "query": "refund", "sort": "oldest"})
    view = SavedView.objects.get()
    assert response.headers["Location"] == f"/desk/?view=saved-{view.pk}"
    page = alice_at.get(response.headers["Location"]).content.decode()
    assert rows(page) == [written[0].pk]
    assert "Late refunds" in page
    counts = alice_at.get("/desk/counts/").content.decode()
    assert re.search(rf'data-count="saved-{view.pk}"[^>]*>1<', counts)
    deleted = alice_at.post(f"/desk/views/{view.pk}/delete/", headers=HTMX)
    assert "Late refunds" not in deleted.content.decode()
    assert f"/desk/views/{view.pk}/restore/" in deleted.headers["HX-Trigger"]
    assert alice_at.get(f"/desk/views/{view.pk}/").status_code == 405
    assert alice_at.post(f"/desk/views/{view.pk}/restore/").status_code == 204
    assert "Late refunds" in alice_at.get("/desk/views/").content.decode()


def test_views_are_changed_and_put_in_order(alice_at: Client, alice: User) -> None:
    first, second = (save_view(actor=alice, name=name, query="x") for name in ("First", "Second"))
    page = alice_at.post(f"/desk/views/{second.pk}/move/", {"step": "up"}, headers=HTMX).content.decode()
    assert page.index("Second") < page.index("First")
    alice_at.post(
        f"/desk/views/{first.pk}/", {"name": "Other", "query": "status:new", "icon": "star", "sort": "oldest"}
    )
    first.refresh_from_db()
    assert (first.name, first.query, first.icon, first.sort) == ("Other", "status:new", "star", "oldest")
    assert (
        alice_at.post(f"/desk/views/{first.pk}/", {"name": "", "query": ""}, headers=HTMX).status_code == 204
    )


def test_sharing_needs_the_right_and_reaches_the_brand(
    client_for: Callable[[User], Client],
    alice_at: Client,
    alice: User,
    lead: User,
    bob: User,
    brand: Brand,
    other_brand: Brand,
) -> None:
    own = save_view(actor=alice, name="Mine", query="x")
    alice_at.post(f"/desk/views/{own.pk}/share/", {"with": f"brand-{brand.pk}"}, headers=HTMX)
    own.refresh_from_db()
    assert not own.is_shared
    view = save_view(actor=lead, name="For all", query="x")
    browser = client_for(lead)
    browser.post(f"/desk/views/{view.pk}/share/", {"with": f"brand-{other_brand.pk}"}, headers=HTMX)
    view.refresh_from_db()
    assert not view.is_shared
    browser.post(f"/desk/views/{view.pk}/share/", {"with": f"brand-{brand.pk}"}, headers=HTMX)
    assert "For all" in client_for(bob).get("/desk/").content.decode()
    assert client_for(bob).post(f"/desk/views/{view.pk}/delete/").status_code == 404
    second_lead = grant(User.objects.create_user("l2@example.com", "x", name="L2"), "Lead", brand=brand)
    assert client_for(second_lead).post(f"/desk/views/{view.pk}/delete/", headers=HTMX).status_code == 200


def test_shared_views_of_another_pool_are_not_listed(
    client_for: Callable[[User], Client], lead: User, charlie: User, brand: Brand
) -> None:
    view = save_view(actor=lead, name="For all", query="x")
    share_view(view, actor=lead, brand_id=brand.pk)
    assert "For all" not in client_for(charlie).get("/desk/").content.decode()


def test_queries_of_a_search_do_not_grow(alice_at: Client, written: list[Ticket], write_in: WriteIn) -> None:
    alice_at.get("/desk/")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            alice_at.get("/desk/", {"q": "refund OR livraison"})
        counts.append(len(queries))
        more = write_in(subject="Refund again", text="refund")
        write_rows([more.pk])
    # session, user, grants, saved views, teams, counts; endings, estimate, search, tickets, places of the words
    assert counts == [10, 10]


@pytest.mark.parametrize(("words", "looks"), [("zzzz", 1), ("zzzz@example.net", 2)], ids=["word", "parts"])
def test_what_nothing_has_is_looked_for_once(alice_at: Client, words: str, looks: int) -> None:
    """Again only by the parts of what has signs in it."""
    with CaptureQueriesContext(connection) as queries:
        alice_at.get("/desk/", {"q": words})
    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT ticket_id, last_at")]
    assert len(asked) == looks
