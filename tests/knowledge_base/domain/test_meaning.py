from typing import Any

from accounts.models import Brand
from knowledge_base.domain import indexing, meaning
from knowledge_base.domain.publishing import publish
from knowledge_base.domain.searching import PUBLIC, stamps_of
from knowledge_base.models import Entry, Stamp, Visibility
from tests.factories.articles import article
from tests.knowledge_base.domain.conftest import FakeServer


def stamp_of(brand: Brand) -> Stamp:
    return stamps_of(brand, "en")[0]


def test_nothing_is_worked_out_while_it_is_off(brand: Brand) -> None:
    article(brand, "Get a refund")
    assert meaning.work_out() == 0
    assert Entry.objects.get().meaning is None
    assert meaning.alike(stamp_of(brand), "money back", PUBLIC) == meaning.Alike()


def test_vectors_are_worked_out_once(brand: Brand, server: FakeServer) -> None:
    article(brand, "Get a refund", phrases=["I want my money back"])
    article(brand, "Clean a lamp")
    assert meaning.work_out() == 2
    asked = len(server.asked)
    assert meaning.work_out() == 0
    assert len(server.asked) == asked


def test_question_finds_what_means_the_same_in_other_words(brand: Brand, server: FakeServer) -> None:
    refund = article(brand, "Get a refund")
    article(brand, "Clean a lamp")
    article(brand, "Where is the parcel")
    meaning.work_out()
    found = meaning.alike(stamp_of(brand), "Can you reimburse me?", PUBLIC)
    assert found.best[0] == refund.texts.get().pk
    first, *others = [found.of(pk) or 0.0 for pk in found.best]
    assert first > 1 > max(others)
    assert found.of(999_999) is None


def test_text_that_changed_gets_new_vectors_and_others_keep_theirs(brand: Brand, server: FakeServer) -> None:
    text = article(brand, "Get a refund").texts.get()
    meaning.work_out()
    Entry.objects.update(visibility=Visibility.SIGNED_IN)
    indexing.write_entry(text.pk)  # it says the same
    assert Entry.objects.get().meaning is not None
    text.title = "Clean a lamp"
    text.save(update_fields=["title"])
    publish(text, actor=None)
    indexing.write_entry(text.pk)
    assert Entry.objects.get().meaning is None
    assert meaning.work_out() == 1
    assert meaning.alike(stamp_of(brand), "a light", PUBLIC).best == [text.pk]


def test_matrix_is_made_again_when_something_was_published(brand: Brand, server: FakeServer) -> None:
    article(brand, "Get a refund")
    meaning.work_out()
    assert len(meaning.alike(stamp_of(brand), "lamp", PUBLIC).best) == 1
    lamp = article(brand, "Clean a lamp")
    meaning.work_out()
    assert meaning.alike(stamp_of(brand), "lamp", PUBLIC).best[0] == lamp.texts.get().pk


def test_brands_and_what_may_not_be_seen_stay_apart(
    brand: Brand, second_brand: Brand, server: FakeServer
) -> None:
    shown = article(brand, "Clean a lamp")
    article(brand, "A lamp that only colleagues know", visibility=Visibility.INTERNAL)
    article(second_brand, "Lamp of another brand")
    meaning.work_out()
    assert meaning.alike(stamp_of(brand), "light", PUBLIC).best == [shown.texts.get().pk]


def test_refused_text_does_not_hold_up_the_others(brand: Brand, server: FakeServer) -> None:
    article(brand, "Get a refund")
    server.status = 400
    assert meaning.work_out() == 1
    server.status = 200
    article(brand, "Clean a lamp")
    assert meaning.work_out() == 1
    assert [entry.meaning is None for entry in Entry.objects.order_by("pk")] == [True, False]


def test_server_that_is_away_leaves_the_work_for_later(brand: Brand, server: FakeServer) -> None:
    article(brand, "Get a refund")
    server.status = 503
    assert meaning.work_out() == 0
    server.status = 200
    assert meaning.work_out() == 1


def test_vectors_of_another_model_are_not_compared(brand: Brand, server: FakeServer, settings: Any) -> None:
    article(brand, "Get a refund")
    meaning.work_out()
    settings.EMBEDDINGS_MODEL = "another"
    assert meaning.alike(stamp_of(brand), "refund", PUBLIC) == meaning.Alike()
    assert meaning.work_out() == 1
    assert len(meaning.alike(stamp_of(brand), "refund", PUBLIC).best) == 1


def test_article_without_text_has_the_vector_of_its_title(brand: Brand, server: FakeServer) -> None:
    made = article(brand, "Clean a lamp", "<p>.</p>")
    other = article(brand, "Get a refund")
    meaning.work_out()
    assert meaning.alike(stamp_of(brand), "light", PUBLIC).best == [made.texts.get().pk, other.texts.get().pk]
