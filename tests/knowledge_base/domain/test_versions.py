import pytest

from knowledge_base.domain.articles import Draft, create_article, save_draft
from knowledge_base.domain.errors import StaleDraft
from knowledge_base.domain.publishing import publish
from knowledge_base.domain.versions import keep, keep_beside, replace_draft, restore_version
from knowledge_base.models import Text


@pytest.fixture
def text(brand, lead):
    draft = Draft("One", "S", "<p>First words.</p>", ["ask"])
    return create_article(actor=lead, brand=brand, language="en", draft=draft).texts.get()


def write(text, words, actor):
    return save_draft(text, Draft("One", "S", f"<p>{words}</p>", ["ask"]), version=None, actor=actor)


def numbers(text):
    return list(text.versions.order_by("number").values_list("number", "html"))


def test_restored_version_is_the_draft_and_the_draft_is_kept(text, lead):
    first = publish(text, actor=lead)
    write(text, "Second words.", lead)

    restored, kept = restore_version(first, actor=lead)

    assert restored.html == "<p>First words.</p>"
    assert kept.html == "<p>Second words.</p>"
    assert Text.objects.get().published == first


def test_restoring_is_undone_by_restoring_what_was_kept(text, lead):
    first = publish(text, actor=lead)
    write(text, "Second words.", lead)
    _text, kept = restore_version(first, actor=lead)

    restored, _kept = restore_version(kept, actor=lead)

    assert restored.html == "<p>Second words.</p>"


def test_draft_that_is_a_version_already_is_not_kept_twice(text, lead):
    first = publish(text, actor=lead)
    write(text, "Second words.", lead)
    second = publish(Text.objects.get(), actor=lead)

    _text, kept = restore_version(first, actor=lead)

    assert kept == second
    assert numbers(text) == [(1, "<p>First words.</p>"), (2, "<p>Second words.</p>")]


def test_version_never_changes(text, lead):
    version = keep(text, actor=lead, note="As it was")
    write(text, "Second words.", lead)
    version.refresh_from_db()

    assert (version.html, version.phrases, version.summary) == ("<p>First words.</p>", ["ask"], "S")


def test_replaced_draft_of_a_colleague_is_kept(text, lead, bob):
    write(text, "Bob's words.", bob)
    mine = Draft("One", "S", "<p>My words.</p>", ["ask"])

    saved = replace_draft(text, mine, version=2, actor=lead)

    assert saved.html == "<p>My words.</p>"
    kept = text.versions.get()
    assert (kept.html, kept.made_by) == ("<p>Bob's words.</p>", bob)


def test_third_save_is_not_replaced_unseen(text, lead, bob):
    write(text, "Bob's words.", bob)
    write(text, "Bob's other words.", bob)

    with pytest.raises(StaleDraft):
        replace_draft(text, Draft("One", "S", "<p>My words.</p>"), version=2, actor=lead)
    assert Text.objects.get().html == "<p>Bob's other words.</p>"
    assert text.versions.count() == 0


def test_words_that_were_not_used_are_kept(text, lead):
    version = keep_beside(text, Draft("One", "S", "<p>Mine.</p>"), actor=lead)

    assert version.html == "<p>Mine.</p>"
    assert Text.objects.get().html == "<p>First words.</p>"
