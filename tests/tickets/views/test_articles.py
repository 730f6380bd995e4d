"""Articles at the desk over HTTP: the panel, the picker, what goes into an answer, an article made of one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Brand, User
from knowledge_base.models import Article, Visibility
from tests.factories.articles import article
from tests.factories.tickets import MessageFactory
from tests.tickets.views.conftest import HTMX
from tickets.models import Direction, Ticket, TicketArticle


@pytest.fixture
def returns(brand: Brand) -> Article:
    return article(brand, "My parcel is late: where is it?", "<p>Look at the number in your mail.</p>")


def told(response: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(response.headers["HX-Trigger"])
    return facts


def test_panel_suggests_and_marking_can_be_undone(alice_at: Client, ticket: Ticket, returns: Article) -> None:
    url = f"/desk/tickets/{ticket.pk}/articles/"
    page = alice_at.get(url).content.decode()
    assert "May answer it" in page
    assert returns.texts.get().title in page

    response = alice_at.post(f"{url}{returns.pk}/?how=solved", headers=HTMX)
    assert TicketArticle.objects.get().how == "solved"
    facts = told(response)
    assert facts["articles-changed"] == {"ticket": ticket.pk}
    page = alice_at.get(url).content.decode()
    assert ("Solved it" in page, "May answer it" in page) == (True, False)

    alice_at.post(facts["toast"]["action"]["url"], headers=HTMX)
    assert not TicketArticle.objects.exists()


def test_picker_searches_as_one_types(
    alice_at: Client, ticket: Ticket, returns: Article, brand: Brand
) -> None:
    secret = article(brand, "Parcel trouble, internally", visibility=Visibility.INTERNAL)
    headers = {**HTMX, "HX-Target": "article-options"}
    page = alice_at.get(
        f"/desk/tickets/{ticket.pk}/articles/find/?q=parcel", headers=headers
    ).content.decode()
    assert page.count(f"articles/{returns.pk}/insert/") == 2
    assert f"articles/{secret.pk}/insert/" not in page
    assert "Colleagues only" in page
    nothing = alice_at.get(
        f"/desk/tickets/{ticket.pk}/articles/find/?q=zzz", headers=headers
    ).content.decode()
    assert "No article fits these words." in nothing


@pytest.mark.parametrize("words", ["x" * 10_000, "🙂🙂🙂", "\x00", "%' OR 1=1 --"])
def test_picker_stands_any_words(alice_at: Client, ticket: Ticket, returns: Article, words: str) -> None:
    response = alice_at.get(f"/desk/tickets/{ticket.pk}/articles/find/", {"q": words})
    assert response.status_code == 200


def test_what_goes_in_is_a_link_or_the_text(
    alice_at: Client, ticket: Ticket, returns: Article, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = "https://desk.example.com"
    url = f"/desk/tickets/{ticket.pk}/articles/{returns.pk}/insert/"
    link = alice_at.post(f"{url}?as=link").json()
    address = f"https://desk.example.com/help/nordlicht-home/articles/{returns.slug}/"
    assert link["html"] == f'<a href="{address}">My parcel is late: where is it?</a>'
    text = alice_at.post(f"{url}?as=text").json()
    assert text == {
        "html": "<p>Look at the number in your mail.</p>",
        "text": "Look at the number in your mail.",
    }
    assert TicketArticle.objects.get().how == "inserted"


def test_internal_article_is_read_but_not_inserted(alice_at: Client, ticket: Ticket, brand: Brand) -> None:
    secret = article(brand, "Only for us", "<p>Margins are thin.</p>", visibility=Visibility.INTERNAL)
    url = f"/desk/tickets/{ticket.pk}/articles/{secret.pk}/"
    assert "Margins are thin." in alice_at.get(url).content.decode()
    refused = alice_at.post(f"{url}insert/?as=text")
    assert (refused.status_code, "Margins" in refused.content.decode()) == (409, False)
    assert not TicketArticle.objects.exists()


def test_article_of_another_brand_is_not_there(
    client_for: Callable[[User], Client], admin: User, ticket: Ticket, second_brand: Brand
) -> None:
    """Even for who may see both: a customer of one brand is never sent the other's words."""
    other = article(second_brand, "Another brand's parcel")
    browser = client_for(admin)
    for path in ("", "insert/"):
        assert browser.post(f"/desk/tickets/{ticket.pk}/articles/{other.pk}/{path}").status_code == 404


def test_hostile_article_is_shown_harmless(alice_at: Client, ticket: Ticket, brand: Brand) -> None:
    made = article(brand, "<script>alert(1)</script>", "<p onclick=x>Hi<script>alert(1)</script></p>")
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/articles/{made.pk}/").content.decode()
    assert ("<script>alert" in page, "onclick" in page) == (False, False)


def test_answer_becomes_an_article_for_who_may_write(
    client_for: Callable[[User], Client], alice: User, lead: User, ticket: Ticket
) -> None:
    message = MessageFactory(
        ticket=ticket,
        contact=ticket.contacts.get(),
        direction=Direction.OUTBOUND,
        author=alice,
        html="<p>It left on Monday.</p>",
    )
    url = f"/desk/messages/{message.pk}/article/"
    assert client_for(alice).post(url, headers=HTMX).status_code == 403
    browser = client_for(lead)
    response = browser.post(url, headers=HTMX)
    made = Article.objects.get()
    assert response.headers["HX-Redirect"] == f"/desk/articles/{made.pk}/"
    assert browser.post(url, headers=HTMX).headers["HX-Redirect"] == f"/desk/articles/{made.pk}/"
    shown = browser.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert url in shown
    assert url not in client_for(alice).get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_article_lists_the_tickets_it_solved(
    alice_at: Client, client_for: Callable[[User], Client], charlie: User, ticket: Ticket, returns: Article
) -> None:
    TicketArticle.objects.create(ticket=ticket, article=returns, how="solved")
    url = f"/desk/articles/{returns.pk}/tickets/"
    page = alice_at.get(url).content.decode()
    assert ("It solved 1 ticket" in page, f"#{ticket.number}" in page) == (True, True)
    assert client_for(charlie).get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_panel_costs_the_same_for_one_and_three(
    alice_at: Client, write_in: Callable[..., Ticket], brand: Brand, count: int
) -> None:
    ticket = write_in(subject="", text="zzz")
    for number in range(count):
        TicketArticle.objects.create(ticket=ticket, article=article(brand, f"Parcel {number}"))
    alice_at.get(f"/desk/tickets/{ticket.pk}/articles/")
    with CaptureQueriesContext(connection) as queries:
        page = alice_at.get(f"/desk/tickets/{ticket.pk}/articles/").content.decode()
    assert page.count('aria-label="Take off this ticket') == count
    asked = [
        one["sql"]
        for one in queries
        if "ticketarticle" in one["sql"] or '"knowledge_base_text"' in one["sql"]
    ]
    assert len(asked) == 2, asked
