"""What visitors may read, and in which language."""

import pytest

from accounts.models import Brand
from knowledge_base.domain import publishing, reading
from knowledge_base.domain.articles import change_article
from knowledge_base.domain.reading import Reader
from knowledge_base.models import Step, StepName, Visibility, Visit
from tests.factories.articles import article, shelf, translation

SIGNED_IN = (Visibility.PUBLIC, Visibility.SIGNED_IN)


def titles(shown: list[reading.Shown]) -> list[str]:
    return [one.title for one in shown]


def test_reader_sees_only_what_is_published_living_and_for_them(brand: Brand, other_brand: Brand) -> None:
    article(brand, "Open")
    article(brand, "Members", visibility=Visibility.SIGNED_IN)
    article(brand, "Colleagues", visibility=Visibility.INTERNAL)
    article(other_brand, "Foreign")
    publishing.archive(article(brand, "Old"), actor=None)
    publishing.unpublish(article(brand, "Taken back").texts.get(), actor=None)

    slugs = set(reading.published(brand).values_list("slug", flat=True))
    members = set(reading.published(brand, SIGNED_IN).values_list("slug", flat=True))

    assert slugs == {"open"}
    assert members == {"open", "members"}


@pytest.mark.parametrize(
    ("wanted", "title", "is_fallback"),
    [
        ("de", "Rückgabe", False),
        ("de-AT", "Rückgabe", False),
        ("en", "Returns", False),
        ("fr", "Returns", True),
    ],
)
def test_text_is_in_the_readers_language_else_in_the_brands(
    brand: Brand, wanted: str, title: str, is_fallback: bool
) -> None:
    made = article(brand, "Returns")
    translation(made, "de", "Rückgabe")

    shown = reading.find_article(Reader(brand, wanted), made.slug)

    assert shown is not None
    assert (shown.title, shown.is_fallback) == (title, is_fallback)


def test_text_is_in_the_only_language_there_is(brand: Brand) -> None:
    made = article(brand, "Rückgabe", language="de")

    shown = reading.find_article(Reader(brand, "en"), made.slug)

    assert shown is not None
    assert (shown.title, shown.is_fallback) == ("Rückgabe", True)


def test_draft_on_top_of_what_is_published_is_not_shown(brand: Brand) -> None:
    made = article(brand, "Returns", "<p>Sixty days.</p>")
    made.texts.update(html="<p>Ninety days.</p>", title="Secret")

    shown = reading.find_article(Reader(brand, "en"), made.slug)

    assert shown is not None
    assert (shown.title, shown.html) == ("Returns", "<p>Sixty days.</p>")


def test_home_shows_a_few_of_each_shelf_and_counts_all(brand: Brand) -> None:
    outer = shelf(brand, "Delivery")
    inner = shelf(brand, "Abroad", parent=outer)
    shelf(brand, "Empty")
    for number in range(6):
        change_article(article(brand, f"Delivery {number}", category=outer), actor=None, position=number)
    article(brand, "Customs", category=inner)
    article(brand, "Hidden", category=outer, visibility=Visibility.INTERNAL)

    found = reading.shelves(Reader(brand, "en"), each=4)

    assert [(one.category.slug, one.count, len(one.shown), one.left) for one in found] == [
        ("delivery", 7, 4, 3)
    ]
    assert titles(found[0].shown) == [f"Delivery {number}" for number in range(4)]


def test_home_costs_the_same_for_few_and_for_many(brand: Brand, django_assert_num_queries: object) -> None:
    counts = []
    for number in range(3):
        category = shelf(brand, f"Shelf {number}")
        article(brand, f"One {number}", category=category)
        with django_assert_num_queries(4):  # type: ignore[operator]
            counts.append(len(reading.shelves(Reader(brand, "en"))))

    assert counts == [1, 2, 3]


def test_shelf_holds_its_own_and_those_of_the_shelves_within(brand: Brand) -> None:
    outer = shelf(brand, "Delivery")
    inner = shelf(brand, "Abroad", parent=outer)
    article(brand, "Times", category=outer)
    article(brand, "Customs", category=inner)

    found = reading.find_shelf(Reader(brand, "en"), "delivery")

    assert found is not None
    assert titles(found.shown) == ["Times"]
    assert [(child.category.slug, titles(child.shown)) for child in found.children] == [
        ("abroad", ["Customs"])
    ]


def test_shelf_with_nothing_to_read_is_none(brand: Brand) -> None:
    category = shelf(brand, "Secrets")
    article(brand, "Hidden", category=category, visibility=Visibility.INTERNAL)

    assert reading.find_shelf(Reader(brand, "en"), "secrets") is None
    assert reading.find_shelf(Reader(brand, "en"), "nothing") is None


def test_often_read_counts_visitors_and_leaves_out_what_is_hidden(brand: Brand) -> None:
    one, two, hidden = (article(brand, title) for title in ("One", "Two", "Hidden"))
    for number, read in enumerate([(one, one, hidden), (two, hidden), (two, hidden)]):
        visit = Visit.objects.create(brand=brand, visitor=f"v{number}", arm="shown", share=10)
        for made in read:
            Step.objects.create(visit=visit, name=StepName.READ, article=made)
    change_article(hidden, actor=None, visibility=Visibility.INTERNAL)

    assert titles(reading.often_read(Reader(brand, "en"))) == ["Two", "One"]


def test_neighbours_are_the_next_ones_on_the_shelf(brand: Brand) -> None:
    category = shelf(brand, "Delivery")
    made = [article(brand, f"Number {number}", category=category) for number in range(4)]
    for position, one in enumerate(made):
        change_article(one, actor=None, position=position)
    reader = Reader(brand, "en")
    shown = reading.find_article(reader, made[2].slug)

    assert shown is not None
    assert titles(reading.neighbours(shown, reader, limit=2)) == ["Number 3", "Number 0"]


def test_languages_are_those_that_somebody_can_read(brand: Brand) -> None:
    made = article(brand, "Returns")
    translation(made, "de", "Rückgabe")
    article(brand, "Interne", language="fr", visibility=Visibility.INTERNAL)

    assert reading.languages_of(brand) == ["en", "de"]
