"""Two authors, or two workers, at the same moment: one of them wins, and nothing is lost or done twice."""

import pytest

from carecenter.lib.time import in_seconds, now
from journal.models import Event
from knowledge_base.domain.articles import Draft, add_language, create_article, save_draft
from knowledge_base.domain.errors import StaleDraft
from knowledge_base.domain.publishing import publish, publish_due
from knowledge_base.domain.versions import keep
from knowledge_base.models import Text
from tests.contracts.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def text(brand, lead):
    draft = Draft("One", html="<p>Words.</p>")
    return create_article(actor=lead, brand=brand, language="en", draft=draft).texts.get()


def test_one_of_two_saves_wins_and_the_other_is_told(text, lead, bob):
    def save(title, actor):
        try:
            return save_draft(text, Draft(title), version=1, actor=actor).title
        except StaleDraft as refused:
            return refused.current.title

    said = at_once(lambda: save("Lena's", lead), lambda: save("Bob's", bob))

    current = Text.objects.get()
    assert (current.version, set(said)) == (2, {current.title})


def test_due_text_is_published_by_one_worker(text, lead):
    version = keep(text, actor=lead)
    Text.objects.update(scheduled=version, publish_at=in_seconds(-1))

    assert sum(at_once(*[publish_due] * 4)) == 1
    assert Event.objects.filter(name="article.published").count() == 1
    assert Text.objects.get(published=version).published_at <= now()


def test_versions_made_at_once_have_numbers_of_their_own(text, lead):
    numbers = at_once(*[lambda n=n: keep(text, actor=lead, note=f"Note {n}").number for n in range(4)])

    assert sorted(numbers) == [1, 2, 3, 4]


def test_same_text_published_twice_at_once_is_one_version(text, lead):
    made = at_once(*[lambda: publish(text, actor=lead).pk] * 3)

    assert (len(set(made)), text.versions.count()) == (1, 1)


def test_language_added_twice_at_once_is_one_text(text, lead):
    added = at_once(*[lambda: add_language(text.article, "de", actor=lead).pk] * 3)

    assert len(set(added)) == 1
