import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knowledge_base.domain.articles import Draft, add_language, create_article
from knowledge_base.domain.publishing import publish
from knowledge_base.models import Article

QUERIES = 10


@pytest.fixture
def write(brand, lead):
    def make(title, **more):
        draft = Draft(title, html="<p>x</p>")
        return create_article(actor=lead, brand=brand, language="en", draft=draft, **more)

    return make


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_many(page, write, lead, count):
    for number in range(count):
        article = write(f"Article {number}")
        add_language(article, "de", actor=lead)
        publish(article.texts.get(language="en"), actor=lead)
    page.get("/desk/articles/")
    with CaptureQueriesContext(connection) as queries:
        shown = page.get("/desk/articles/").content.decode()

    assert shown.count("article-row") - shown.count("article-rows") == count
    assert len(queries) == QUERIES


def test_fragment_is_the_rows_alone(page, write):
    write("Kettle")
    write("Tea")
    headers = {"hx-request": "true", "hx-target": "article-rows"}
    shown = page.get("/desk/articles/?q=kettle", headers=headers).content.decode()

    assert ("Kettle" in shown, "Tea" in shown, "<html" in shown) == (True, False, False)


def test_lists_hold_the_articles_of_ones_brands_alone(client_for, charlie, lead, write):
    write("Kettle")

    assert "Kettle" not in client_for(charlie).get("/desk/articles/").content.decode()


@pytest.mark.parametrize(
    "query", ["state=x", "owner=x", "brand=x", "category=é", "language=" + "x" * 500, "q=%00", "before=x"]
)
def test_wishes_that_are_none_are_no_error(page, write, query):
    write("Kettle")

    assert page.get(f"/desk/articles/?{query}").status_code == 200


def test_new_article_opens_in_the_editor(page, brand):
    response = page.post("/desk/articles/new/", {"brand": brand.pk})

    article = Article.objects.get()
    assert (response.url, article.brand) == (f"/desk/articles/{article.pk}/en/", brand)
    assert "Untitled" in page.get("/desk/articles/").content.decode()


def test_new_article_is_of_ones_own_brand(page, other_brand):
    assert page.post("/desk/articles/new/", {"brand": other_brand.pk}).status_code == 404
    assert Article.objects.count() == 0


def test_articles_to_link_to_are_found_by_their_words(page, write, brand, lead):
    publish(write("Send it back").texts.get(), actor=lead)
    write("Back to school")
    write("Other")

    found = page.get(f"/desk/articles/links/{brand.pk}/?q=back").json()["links"]
    assert found == [
        {
            "title": "Back to school",
            "address": "/help/nordlicht-home/articles/back-to-school/",
            "read": False,
        },
        {"title": "Send it back", "address": "/help/nordlicht-home/articles/send-it-back/", "read": True},
    ]
