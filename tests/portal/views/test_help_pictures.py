"""Pictures: for whoever may read an article that shows them."""

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Brand, User
from knowledge_base.domain import publishing
from knowledge_base.domain.articles import change_article
from knowledge_base.domain.pictures import add_picture
from knowledge_base.models import Picture, Visibility
from tests.factories.articles import article


@pytest.fixture
def picture(brand: Brand) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#2f6f4f").save(out, "PNG")
    return add_picture(brand, out.getvalue(), name="tent.png", actor=None)


def html(picture: Picture) -> str:
    return f'<p>Look:</p><p><img src="/help/{picture.brand.slug}/pictures/{picture.key}/" alt="Tent"></p>'


def status(picture: Picture, client: Client | None = None, brand: str = "nordlicht-home") -> int:
    return (client or Client()).get(f"/help/{brand}/pictures/{picture.key}/").status_code


def test_picture_of_a_public_article_is_shown(brand: Brand, picture: Picture) -> None:
    article(brand, "Tent", html(picture))

    answer = Client().get(f"/help/{brand.slug}/pictures/{picture.key}/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("visibility", [Visibility.INTERNAL, Visibility.SIGNED_IN])
def test_picture_of_a_private_article_is_not(brand: Brand, picture: Picture, visibility: str) -> None:
    article(brand, "Inside", html(picture), visibility=visibility)

    assert status(picture) == 404


def test_picture_that_stands_nowhere_is_not(picture: Picture) -> None:
    assert status(picture) == 404


def test_picture_follows_its_article_at_once(brand: Brand, picture: Picture) -> None:
    made = article(brand, "Tent", html(picture))
    seen = [status(picture)]
    change_article(made, actor=None, visibility=Visibility.INTERNAL)
    seen.append(status(picture))
    change_article(made, actor=None, visibility=Visibility.PUBLIC)
    seen.append(status(picture))
    publishing.unpublish(made.texts.get(), actor=None)
    seen.append(status(picture))

    assert seen == [200, 404, 200, 404]


def test_picture_of_another_brand_is_not_under_this_one(
    brand: Brand, other_brand: Brand, picture: Picture
) -> None:
    article(brand, "Tent", html(picture))

    assert status(picture, brand=other_brand.slug) == 404


def test_authors_see_it_while_they_write(
    brand: Brand, picture: Picture, lead: User, charlie: User, client_for: Any
) -> None:
    assert (status(picture, client_for(lead)), status(picture, client_for(charlie))) == (200, 404)
