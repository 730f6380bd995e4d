from datetime import timedelta

import pytest

from carecenter.lib.time import now
from journal.models import Event
from knowledge_base.domain.articles import (
    Draft,
    add_language,
    change_article,
    create_article,
    remove_language,
    save_draft,
)
from knowledge_base.domain.errors import AddressTaken, NotAllowed, StaleDraft
from knowledge_base.domain.publishing import publish, schedule, unpublish
from knowledge_base.domain.versions import keep
from knowledge_base.models import Article, Category, Text, Version, Visibility


@pytest.fixture
def text(brand, lead, clock):
    draft = Draft("Send it back", "In 14 days", "<p>Put it into a box.</p>", ["how do I return it"])
    return create_article(actor=lead, brand=brand, language="en", draft=draft).texts.get()


def told(name):
    return [event.data for event in Event.objects.filter(name=name).order_by("pk")]


def test_new_article_is_a_draft_that_its_author_owns(text, lead, brand):
    article = text.article

    assert (article.slug, article.owner, article.visibility) == ("send-it-back", lead, Visibility.PUBLIC)
    assert (text.title, text.phrases, text.published) == ("Send it back", ["how do I return it"], None)
    assert told("article.created") == [{"article": article.pk, "text": text.pk, "language": "en"}]


def test_two_articles_of_one_title_have_two_addresses(text, brand, other_brand, lead):
    slugs = [
        create_article(actor=lead, brand=where, language="en", draft=Draft("Send it back")).slug
        for where in (brand, brand, other_brand)
    ]

    assert slugs == ["send-it-back-2", "send-it-back-3", "send-it-back"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Rücksendung & Größe", "ruecksendung-groesse"),
        ("  Ænd øst å  ", "aend-oest-aa"),
        ("word " * 40, "-".join(["word"] * 15)),
    ],
)
def test_address_is_spelt_and_cut_between_words(brand, title, slug):
    assert create_article(actor=None, brand=brand, language="de", draft=Draft(title)).slug == slug


def test_title_that_cannot_be_spelt_has_an_address_nevertheless(brand):
    one = create_article(actor=None, brand=brand, language="ja", draft=Draft("返品について"))

    assert one.slug.startswith("article-")


def test_same_source_again_is_refused(brand):
    values = {"actor": None, "brand": brand, "language": "en", "draft": Draft("One"), "source": "one.md"}
    create_article(**values)

    with pytest.raises(AddressTaken):
        create_article(**values)
    assert Article.objects.count() == 1


def test_hostile_words_are_stored_without_their_harm(brand, lead):
    draft = Draft(
        "A\x00 title\nof two lines " + "x" * 300,
        html='<h1>H</h1><p onclick="x()">a<script>alert(1)</script><img src="https://e.test/p.png"></p>',
        phrases=[" one ", "one", "", "y" * 400],
    )
    text = create_article(actor=lead, brand=brand, language="en", draft=draft).texts.get()

    assert text.title.startswith("A title of two lines x")
    assert len(text.title) == 200
    assert text.html == "<h2>H</h2><p>a</p>"
    assert text.phrases == ["one", "y" * 200]


def test_article_stands_in_no_foreign_category(brand, other_brand, lead):
    shelf = Category.objects.create(brand=other_brand, slug="shelf", names={"en": "Shelf"})

    with pytest.raises(NotAllowed):
        create_article(actor=lead, brand=brand, language="en", draft=Draft("One"), category=shelf)
    article = create_article(actor=lead, brand=brand, language="en", draft=Draft("One"))
    with pytest.raises(NotAllowed):
        change_article(article, actor=lead, category=shelf)


def test_saved_draft_goes_up_by_one(text, bob, clock):
    saved = save_draft(text, Draft("Send it back", html="<p>New</p>"), version=1, actor=bob)

    assert (saved.version, saved.html, saved.edited_by) == (2, "<p>New</p>", bob)
    assert told("article.changed") == [{"article": text.article_id, "text": text.pk, "fields": ["draft"]}]


def test_saving_over_a_colleagues_draft_stores_nothing(text, lead, bob):
    save_draft(text, Draft("Bob's"), version=1, actor=bob)

    with pytest.raises(StaleDraft) as refused:
        save_draft(text, Draft("Lena's"), version=1, actor=lead)

    assert refused.value.current.title == "Bob's"
    assert Text.objects.get(pk=text.pk).title == "Bob's"


def test_same_save_again_changes_nothing(text, lead):
    for _ in range(2):
        save_draft(text, Draft("Other", html="<p>x"), version=1, actor=lead)

    assert Text.objects.get(pk=text.pk).version == 2


def test_saves_of_one_sitting_are_one_event(text, lead, bob, clock):
    titles = iter("abcdefg")
    for author, seconds in ((lead, 1), (lead, 1), (bob, 1), (bob, 700), (bob, 1)):
        clock.shift(seconds)
        save_draft(text, Draft(next(titles)), version=None, actor=author)

    assert len(told("article.changed")) == 2


def test_address_follows_the_title_until_it_is_published(text, lead):
    save_draft(text, Draft("Returns", html="<p>x</p>"), version=None, actor=lead)
    assert Article.objects.get().slug == "returns"

    publish(Text.objects.get(), actor=lead)
    save_draft(text, Draft("Refunds", html="<p>x</p>"), version=None, actor=lead)
    assert Article.objects.get().slug == "returns"


def test_address_that_was_chosen_stays(text, lead):
    change_article(text.article, actor=lead, slug="mine")
    save_draft(text, Draft("Returns"), version=None, actor=lead)

    assert Article.objects.get().slug == "mine"


def test_address_of_another_article_is_refused(text, lead, brand):
    create_article(actor=lead, brand=brand, language="en", draft=Draft("Taken"))

    with pytest.raises(AddressTaken):
        change_article(text.article, actor=lead, slug="taken")
    assert Article.objects.get(pk=text.article_id).slug == "send-it-back"


def test_change_tells_which_fields_changed(text, lead):
    values = {"visibility": Visibility.INTERNAL, "owner": lead, "category": None}
    change_article(text.article, actor=lead, **values)
    change_article(text.article, actor=lead, **values)

    assert told("article.changed") == [{"article": text.article_id, "fields": ["visibility"]}]


def test_language_is_added_once(text, lead):
    first = add_language(text.article, "de", actor=lead, draft=Draft("Zurück"))
    again = add_language(text.article, "de", actor=lead, draft=Draft("Etwas anderes"))

    assert (first.pk, again.title) == (again.pk, "Zurück")
    assert sorted(text.article.texts.values_list("language", flat=True)) == ["de", "en"]


def test_draft_of_another_language_goes_with_its_versions(text, lead):
    german = add_language(text.article, "de", actor=lead, draft=Draft("Zurück"))
    keep(german, actor=lead)
    remove_language(german, actor=lead)

    assert [(one.pk, one.language) for one in text.article.texts.all()] == [(text.pk, "en")]
    assert not Version.objects.exists()


@pytest.mark.parametrize("state", ["only", "published", "taken off", "scheduled"])
def test_what_was_read_or_is_the_last_stays(text, lead, state, clock):
    if state != "only":
        add_language(text.article, "de", actor=lead)
    if state in ("published", "taken off"):
        publish(text, actor=lead)
    if state == "taken off":
        unpublish(text, actor=lead)
    if state == "scheduled":
        schedule(text, now() + timedelta(days=1), actor=lead)

    with pytest.raises(NotAllowed):
        remove_language(Text.objects.get(pk=text.pk), actor=lead)
    assert Text.objects.filter(pk=text.pk).exists()
