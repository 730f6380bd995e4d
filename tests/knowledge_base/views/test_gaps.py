"""The work list of what visitors did not find."""

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Brand, User
from knowledge_base.models import Article, Miss

HTMX = {"HX-Request": "true"}


@pytest.fixture
def lead_at(client_for: Callable[[User], Client], lead: User) -> Client:
    return client_for(lead)


def missed(brand: Brand, words: str, count: int = 1, **more: int) -> Miss:
    return Miss.objects.create(brand=brand, language="en", words=words, count=count, **more)


def test_the_most_frequent_comes_first(lead_at: Client, brand: Brand, other_brand: Brand) -> None:
    missed(brand, "seldom asked", 2)
    missed(brand, "often asked", 40, asked_anyway=3)
    missed(other_brand, "foreign words", 99)
    page = lead_at.get("/desk/articles/gaps/").content.decode()
    assert page.index("often asked") < page.index("seldom asked")
    assert "3 wrote all the same" in page
    assert "foreign words" not in page


def test_settled_can_be_undone_from_the_toast(lead_at: Client, brand: Brand) -> None:
    miss = missed(brand, "lamp flickers")
    response = lead_at.post(f"/desk/articles/gaps/{miss.pk}/settle/", headers=HTMX)
    assert response.content == b""
    assert "lamp flickers" not in lead_at.get("/desk/articles/gaps/").content.decode()
    assert "lamp flickers" in lead_at.get("/desk/articles/gaps/?show=settled").content.decode()

    undo = json.loads(response.headers["HX-Trigger"])["toast"]["action"]["url"]
    lead_at.post(undo, headers=HTMX)
    assert "lamp flickers" in lead_at.get("/desk/articles/gaps/").content.decode()


def test_writing_leads_to_the_editor_with_the_words(lead_at: Client, brand: Brand) -> None:
    miss = missed(brand, "lamp flickers")
    response = lead_at.post(f"/desk/articles/gaps/{miss.pk}/write/")
    made = Article.objects.get()
    assert response.headers["Location"] == f"/desk/articles/{made.pk}/"
    assert made.texts.get().title == "Lamp flickers"
    assert "Article begun" in lead_at.get("/desk/articles/gaps/").content.decode()


def test_agents_read_but_do_not_settle(
    client_for: Callable[[User], Client], alice: User, charlie: User, brand: Brand
) -> None:
    miss = missed(brand, "lamp flickers")
    browser = client_for(alice)
    page = browser.get("/desk/articles/gaps/").content.decode()
    assert ("lamp flickers" in page, "settle/" in page) == (True, False)
    for verb in ("settle", "reopen", "write"):
        assert browser.post(f"/desk/articles/gaps/{miss.pk}/{verb}/").status_code == 404
        assert client_for(charlie).post(f"/desk/articles/gaps/{miss.pk}/{verb}/").status_code == 404


def test_pages_go_on_behind_the_last(lead_at: Client, brand: Brand) -> None:
    for number in range(60):
        missed(brand, f"words {chr(97 + number // 26)}{chr(97 + number % 26)}", count=number // 7)
    first = lead_at.get("/desk/articles/gaps/")
    assert len(first.context["misses"]) == 50
    second = lead_at.get("/desk/articles/gaps/", {"after": first.context["older"]})
    assert len(second.context["misses"]) == 10
    assert not set(first.context["misses"]) & set(second.context["misses"])
    for wrong in ("x", "1", "1-x", "-", "9" * 40 + "-1"):
        assert lead_at.get("/desk/articles/gaps/", {"after": wrong}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(lead_at: Client, brand: Brand, count: int) -> None:
    for number in range(count):
        missed(brand, f"words {number}")
    lead_at.get("/desk/articles/gaps/")
    with CaptureQueriesContext(connection) as queries:
        lead_at.get("/desk/articles/gaps/")
    assert len([one for one in queries if "knowledge_base" in one["sql"]]) == 1
