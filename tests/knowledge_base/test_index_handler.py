"""What authors do is found, by way of the journal."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from accounts.models import Brand
from knowledge_base.domain.articles import Draft, create_article
from knowledge_base.domain.publishing import archive, publish, restore, unpublish
from knowledge_base.domain.searching import search
from knowledge_base.models import Article

AfterCommit = Callable[[], AbstractContextManager[None]]


def found(brand: Brand) -> list[str]:
    return [hit.title for hit in search(brand, "return an order", language="en").hits]


def test_what_is_published_is_found_and_what_is_taken_back_is_not(
    brand: Brand, after_commit: AfterCommit
) -> None:
    draft = Draft(title="Return an order", html="<p>Send it back.</p>")
    with after_commit():
        made = create_article(actor=None, brand=brand, language="en", draft=draft)
    text = made.texts.get()
    assert found(brand) == []
    with after_commit():
        publish(text, actor=None)
    assert found(brand) == ["Return an order"]
    with after_commit():
        archive(made, actor=None)
    assert found(brand) == []
    with after_commit():
        restore(Article.objects.get(pk=made.pk), actor=None)
    assert found(brand) == ["Return an order"]
    with after_commit():
        unpublish(text, actor=None)
    assert found(brand) == []
