import pytest

from journal.models import Event
from knowledge_base.domain.articles import Draft, create_article
from knowledge_base.domain.categories import delete_category, reorder, save_category, with_counts
from knowledge_base.domain.errors import AddressTaken, NotAllowed, NotEmpty
from knowledge_base.domain.publishing import archive
from knowledge_base.models import Category


@pytest.fixture
def shelf(brand, lead):
    def make(name, parent=None, where=brand):
        return save_category(Category(brand=where), actor=lead, names={"en": name}, parent=parent)

    return make


def order(brand):
    return [str(one) for one in with_counts(brand)]


def test_new_category_comes_last_with_an_address_of_its_name(shelf, brand):
    made = [shelf("Delivery"), shelf("Returns"), shelf("Returns")]

    assert [one.slug for one in made] == ["delivery", "returns", "returns-2"]
    assert order(brand) == ["Delivery", "Returns", "Returns"]
    assert Event.objects.filter(name="category.saved", brand_id=brand.pk).count() == 3


def test_categories_stand_two_deep(shelf):
    top, other = shelf("Top"), shelf("Other")
    below = shelf("Below", parent=top)

    with pytest.raises(NotAllowed):
        shelf("Third", parent=below)
    with pytest.raises(NotAllowed):
        save_category(top, actor=None, parent=other)
    with pytest.raises(NotAllowed):
        save_category(other, actor=None, parent=other)


def test_category_stands_in_one_of_its_own_brand(shelf, other_brand):
    foreign = shelf("Foreign", where=other_brand)

    with pytest.raises(NotAllowed):
        shelf("Mine", parent=foreign)


def test_address_of_another_category_is_refused(shelf):
    shelf("Delivery")

    with pytest.raises(AddressTaken):
        save_category(shelf("Returns"), actor=None, slug="delivery")


def test_order_is_changed_and_changed_back(shelf, brand, other_brand, lead):
    one, two, three = shelf("One"), shelf("Two"), shelf("Three")
    foreign = shelf("Foreign", where=other_brand)

    before = reorder(brand, [three.pk, foreign.pk, one.pk, three.pk], actor=lead)
    assert order(brand) == ["Three", "One", "Two"]

    reorder(brand, before, actor=lead)
    assert order(brand) == ["One", "Two", "Three"]
    assert two.pk in before


def test_category_that_holds_something_is_not_deleted(shelf, brand, lead):
    top = shelf("Top")
    shelf("Below", parent=top)
    full = shelf("Full")
    article = create_article(actor=lead, brand=brand, language="en", draft=Draft("One"), category=full)
    archive(article, actor=lead)

    for one in (top, full):
        with pytest.raises(NotEmpty):
            delete_category(one, actor=lead)
    assert Category.objects.count() == 3
    assert not Event.objects.filter(name="category.deleted").exists()


def test_empty_category_is_deleted(shelf, lead):
    delete_category(shelf("Top"), actor=lead)

    assert Category.objects.count() == 0
    assert Event.objects.filter(name="category.deleted").count() == 1


def test_counts_are_of_articles_outside_the_archive(shelf, brand, lead):
    full = shelf("Full")
    for title in ("One", "Two"):
        create_article(actor=lead, brand=brand, language="en", draft=Draft(title), category=full)
    archive(full.articles.first(), actor=lead)

    assert [one.living for one in with_counts(brand)] == [1]
