import html
import json

import pytest

from knowledge_base.domain.categories import save_category, with_counts
from knowledge_base.models import Category


@pytest.fixture
def shelves(brand, lead):
    return [
        save_category(Category(brand=brand), actor=lead, names={"en": name})
        for name in ("One", "Two", "Three")
    ]


def order(brand):
    return [str(one) for one in with_counts(brand)]


def move(page, brand, rows):
    path = f"/desk/articles/categories/order/{brand.pk}/"
    return page.post(path, {"ids": [row.pk for row in rows]}, headers={"hx-request": "true"})


def test_category_has_a_name_in_each_language(page, brand, shelves):
    save_category(shelves[0], actor=None, names={"en": "One", "de": "Eins"})
    path = f"/desk/articles/categories/{shelves[0].pk}/"
    values = {"name_en": "First", "name_de": "Erstens", "about_en": "Of it", "icon": "heart", "parent": ""}

    response = page.post(path, values)

    one = Category.objects.get(pk=shelves[0].pk)
    assert response.url == f"/desk/articles/categories/?brand={brand.pk}"
    assert (one.names, one.abouts, one.icon) == ({"en": "First", "de": "Erstens"}, {"en": "Of it"}, "heart")


def test_name_in_the_brands_language_is_needed(page, brand):
    response = page.post(f"/desk/articles/categories/new/{brand.pk}/", {"name_en": "", "icon": ""})

    assert (response.status_code, Category.objects.count()) == (422, 0)


def test_order_is_moved_and_undone(page, brand, shelves):
    one, two, three = shelves
    response = move(page, brand, [three, one, two])
    assert order(brand) == ["Three", "One", "Two"]

    action = json.loads(response.headers["HX-Trigger"])["toast"]["action"]["url"]
    page.post(action, headers={"hx-request": "true"})
    assert order(brand) == ["One", "Two", "Three"]


def test_undo_that_was_not_ours_is_refused(page, brand, shelves):
    path = f"/desk/articles/categories/order/{brand.pk}/?to=[1,2]:x:y"
    response = page.post(path, headers={"hx-request": "true"})

    assert (response.status_code, order(brand)) == (409, ["One", "Two", "Three"])


def test_agent_sees_the_order_and_does_not_change_it(client_for, alice, brand, shelves):
    agent = client_for(alice)
    shown = agent.get("/desk/articles/categories/").content.decode()

    assert ("Three" in shown, "data-move" in shown) == (True, False)
    assert move(agent, brand, shelves[::-1]).status_code == 404


def test_category_with_articles_is_not_deleted(page, brand, shelves):
    save_category(shelves[1], actor=None, parent=shelves[0])
    response = page.post(f"/desk/articles/categories/{shelves[0].pk}/delete/")

    told = html.unescape(page.get(response.url).content.decode())
    assert "Move what stands in this category elsewhere first." in told
    assert Category.objects.count() == 3
