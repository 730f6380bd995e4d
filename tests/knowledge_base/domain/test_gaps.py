"""What was not found, as work: written about, settled by what is published, opened again."""

import pytest

from journal.models import Event
from knowledge_base.domain import gaps
from knowledge_base.domain.articles import Draft, save_draft
from knowledge_base.domain.publishing import archive, publish
from knowledge_base.models import Article, Miss


@pytest.fixture
def miss(brand):
    return Miss.objects.create(brand=brand, language="de", words="lampe flackert", count=7)


def test_an_article_is_begun_once_with_the_visitors_words(miss, lead):
    made = gaps.write_article(miss, actor=lead)
    assert gaps.write_article(miss, actor=lead) == made

    text = made.texts.get()
    assert (text.language, text.title, text.phrases) == ("de", "Lampe flackert", ["lampe flackert"])
    archive(made, actor=lead)
    assert gaps.write_article(miss, actor=lead) != made
    assert Article.objects.count() == 2


def test_publishing_it_settles_the_words(miss, lead, after_commit):
    made = gaps.write_article(miss, actor=lead)
    text = made.texts.get()
    save_draft(text, Draft("Lampe flackert", html="<p>Birne drehen.</p>"), version=None, actor=lead)
    miss.refresh_from_db()
    assert miss.settled_at is None

    with after_commit():
        publish(text, actor=lead)
    miss.refresh_from_db()
    assert miss.settled_at is not None


def test_settled_and_opened_again_are_told_once(miss, lead):
    assert [gaps.settle(miss, actor=lead), gaps.settle(miss, actor=lead)] == [True, False]
    assert [gaps.reopen(miss, actor=lead), gaps.reopen(miss, actor=lead)] == [True, False]
    names = Event.objects.filter(name__startswith="miss.").order_by("pk").values_list("name", flat=True)
    assert list(names) == ["miss.settled", "miss.reopened"]
