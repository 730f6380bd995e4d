from accounts.models import Brand
from knowledge_base.domain import reading
from knowledge_base.domain.articles import change_article
from knowledge_base.domain.reading import Reader, Shown
from knowledge_base.domain.related import related
from knowledge_base.models import Article, Visibility
from tests.factories.articles import article, shelf


def read(brand: Brand, made: Article) -> Shown:
    shown = reading.find_article(Reader(brand, "en"), made.slug)
    assert shown is not None
    return shown


def titles(found: list[Shown]) -> list[str]:
    return [one.title for one in found]


def test_what_answers_nearly_the_same_comes_before_what_stands_beside(brand: Brand) -> None:
    shipping = shelf(brand, "Delivery")
    late = article(brand, "My parcel is late", category=shipping)
    article(brand, "Gift wrapping", category=shipping)
    article(brand, "My parcel is damaged")
    article(brand, "Download an invoice")

    assert titles(related(read(brand, late), Reader(brand, "en"))) == [
        "My parcel is damaged",
        "Gift wrapping",
    ]


def test_what_somebody_may_not_read_goes_well_with_nothing(brand: Brand) -> None:
    late = article(brand, "My parcel is late")
    hidden = article(brand, "My parcel is damaged")
    reader = Reader(brand, "en")
    assert titles(related(read(brand, late), reader)) == ["My parcel is damaged"]

    change_article(hidden, actor=None, visibility=Visibility.INTERNAL)

    assert related(read(brand, late), reader) == []


def test_what_is_alike_is_looked_for_once(brand: Brand, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    late = article(brand, "My parcel is late")
    article(brand, "My parcel is damaged")
    shown, reader = read(brand, late), Reader(brand, "en")
    related(shown, reader)

    with django_assert_max_num_queries(3):
        assert len(related(shown, reader)) == 1
