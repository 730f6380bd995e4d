import datetime

import pytest

from carecenter.lib.time import in_seconds
from knowledge_base.domain.articles import Draft, add_language, change_article, create_article, save_draft
from knowledge_base.domain.listing import PAGE, State, Wanted, authors_of, found, page_of, state_of
from knowledge_base.domain.publishing import archive, publish, schedule
from knowledge_base.models import Article, Text, Visibility


@pytest.fixture
def write(brand, lead, clock):
    def make(title, html="<p>Words.</p>", **more):
        clock.shift(1)
        draft = Draft(title, html=html, phrases=more.pop("phrases", ()))
        return create_article(actor=lead, brand=brand, language="en", draft=draft, **more)

    return make


def titles(**wanted):
    rows, _older = page_of(found(Article.objects.all(), Wanted(**wanted)), "")
    return [row.texts.all()[0].title for row in rows]


def test_states_tell_how_far_an_article_is(write, lead):
    write("Draft")
    publish(write("Published").texts.get(), actor=lead)
    changed = write("Changed").texts.get()
    publish(changed, actor=lead)
    save_draft(changed, Draft("Changed", html="<p>New</p>"), version=None, actor=lead)
    schedule(write("Scheduled").texts.get(), in_seconds(99), actor=lead)
    archive(write("Archived"), actor=lead)

    lists = {state.value: sorted(titles(state=state.value)) for state in State}
    assert lists == {
        "draft": ["Draft", "Scheduled"],
        "published": ["Changed", "Published"],
        "changed": ["Changed"],
        "scheduled": ["Scheduled"],
        "archived": ["Archived"],
    }
    assert sorted(titles()) == ["Changed", "Draft", "Published", "Scheduled"]
    states = {text.title: state_of(text) for text in Text.objects.all()}
    assert states == {
        "Draft": "draft", "Published": "published", "Changed": "changed", "Scheduled": "scheduled", "Archived": "draft",
    }  # fmt: skip


def test_list_is_narrowed_by_everything_at_once(write, lead, bob):
    write("Other")
    one = write("Wanted", visibility=Visibility.INTERNAL)
    add_language(one, "de", actor=lead)
    change_article(one, actor=lead, owner=bob, review_on=datetime.date(2026, 3, 2))

    assert titles(language="de") == ["Wanted"] or titles(language="de") == [""]
    for wanted in (
        {"visibility": "internal"},
        {"owner": bob.pk},
        {"is_due": True},
        {"visibility": "internal", "owner": bob.pk, "is_due": True, "brand": one.brand_id},
    ):
        assert len(titles(**wanted)) == 1, wanted
    assert titles(owner=bob.pk, visibility="public") == []


def test_review_is_due_on_its_day(write, lead, clock):
    change_article(write("One"), actor=lead, review_on=datetime.date(2026, 3, 3))

    assert titles(is_due=True) == []
    clock.shift(86_400)
    assert titles(is_due=True) == ["One"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("kettle", ["Kettle"]),
        ("boils WATER", ["Kettle"]),
        ("hot pot", ["Kettle"]),
        ("kettle tea", []),
        ("\x00", ["Tea", "Kettle"]),
    ],
)
def test_words_are_found_in_title_text_and_questions(write, words, expected):
    write("Kettle", "<p>It boils the water.</p>", phrases=["my hot pot is broken"])
    write("Tea", "<p>In leaves.</p>")

    assert titles(words=words) == expected


def test_pages_follow_one_another_without_gap(write):
    for number in range(PAGE + 2):
        write(f"Article {number}")
    first, older = page_of(Article.objects.all(), "")
    second, end = page_of(Article.objects.all(), older)

    ids = [row.pk for row in (*first, *second)]
    assert (len(first), len(second), end) == (PAGE, 2, "")
    assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize(
    "before", ["x", "~", "2026-01-01~1", "2026-01-01T00:00:00+00:00~x", "é~99999999999999999999"]
)
def test_page_that_is_none_is_the_first(write, before):
    write("One")

    assert len(page_of(Article.objects.all(), before)[0]) == 1


def test_votes_are_counted(write):
    article = write("One")
    for visitor, helped in (("a", True), ("b", True), ("c", False)):
        article.votes.create(visitor=visitor, language="en", helped=helped)
    rows, _older = page_of(Article.objects.all(), "")

    assert (rows[0].helped, rows[0].votes_given) == (2, 3)


def test_authors_are_those_who_may_write_here(brand, lead, alice, charlie, admin):
    assert sorted(authors_of(brand).values_list("name", flat=True)) == ["Ada Admin", "Lena Lead"]
