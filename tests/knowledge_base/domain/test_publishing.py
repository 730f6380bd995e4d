import datetime

import pytest
from django.db import connection

from carecenter.lib.time import in_seconds, now
from journal.models import Event
from knowledge_base.domain import publishing as verbs
from knowledge_base.domain.articles import Draft, create_article, save_draft
from knowledge_base.domain.errors import Incomplete, NotAllowed
from knowledge_base.domain.versions import keep
from knowledge_base.models import Article, Text
from knowledge_base.tasks import publish_due


@pytest.fixture
def text(brand, lead, clock):
    draft = Draft("Send it back", html="<p>In 14 days.</p>")
    return create_article(actor=lead, brand=brand, language="en", draft=draft).texts.get()


def fresh(text):
    return Text.objects.select_related("published", "scheduled", "article").get(pk=text.pk)


def names():
    return list(Event.objects.order_by("pk").values_list("name", flat=True))


def test_published_version_says_what_the_draft_said(text, lead):
    version = verbs.publish(text, actor=lead, note="First")
    save_draft(text, Draft("Send it back", html="<p>In 30 days.</p>"), version=None, actor=lead)

    now_read = fresh(text).published
    assert (now_read.pk, now_read.number, now_read.html) == (version.pk, 1, "<p>In 14 days.</p>")
    assert (now_read.note, now_read.made_by) == ("First", lead)
    assert "article.published" in names()


def test_publishing_the_same_again_makes_no_new_version(text, lead):
    first = verbs.publish(text, actor=lead)
    again = verbs.publish(text, actor=lead)

    assert (first.pk, text.versions.count()) == (again.pk, 1)


def test_first_publication_is_remembered(text, lead, clock):
    began = now()
    verbs.publish(text, actor=lead)
    clock.shift(86_400)
    verbs.publish(text, actor=lead, note="Again")

    assert fresh(text).published_at == began


@pytest.mark.parametrize("draft", [Draft("", html="<p>x</p>"), Draft("Title", html="<p> </p><p><br></p>")])
def test_unfinished_text_is_not_published(text, lead, draft):
    save_draft(text, draft, version=None, actor=lead)

    with pytest.raises(Incomplete):
        verbs.publish(text, actor=lead)
    with pytest.raises(Incomplete):
        verbs.schedule(text, in_seconds(60), actor=lead)
    assert fresh(text).published is None


def test_picture_alone_is_something_to_publish(text, lead):
    html = f'<img src="/help/b/pictures/{"a" * 26}/" alt="Box">'
    save_draft(text, Draft("Box", html=html), version=None, actor=lead)

    assert verbs.publish(text, actor=lead).number == 1


def test_scheduled_text_is_published_when_its_moment_comes(text, lead, clock):
    verbs.schedule(text, in_seconds(3600), actor=lead)
    save_draft(text, Draft("Send it back", html="<p>Later words.</p>"), version=None, actor=lead)

    publish_due()
    assert fresh(text).published is None
    clock.shift(3601)
    publish_due()

    done = fresh(text)
    assert (done.published.html, done.publish_at, done.scheduled) == ("<p>In 14 days.</p>", None, None)
    assert [event.actor for event in Event.objects.filter(name="article.published")] == ["system"]


def test_due_text_is_published_once(text, lead, clock):
    verbs.schedule(text, in_seconds(60), actor=lead)
    clock.shift(61)

    assert [verbs.publish_due(), verbs.publish_due()] == [1, 0]
    assert names().count("article.published") == 1


def test_schedule_that_was_called_off_publishes_nothing(text, lead, clock):
    verbs.schedule(text, in_seconds(60), actor=lead)
    verbs.unschedule(text, actor=lead)
    clock.shift(61)

    assert verbs.publish_due() == 0


def test_publishing_now_drops_the_schedule(text, lead, clock):
    verbs.schedule(text, in_seconds(60), actor=lead)
    verbs.publish(text, actor=lead)
    clock.shift(61)

    assert (verbs.publish_due(), fresh(text).publish_at) == (0, None)


def test_moment_that_has_passed_is_refused(text, lead):
    with pytest.raises(NotAllowed):
        verbs.schedule(text, now() - datetime.timedelta(minutes=1), actor=lead)


def test_text_that_cannot_be_published_holds_up_no_other(text, brand, lead, clock):
    other = create_article(
        actor=lead, brand=brand, language="en", draft=Draft("Other", html="<p>x</p>")
    ).texts.get()
    for one in (text, other):
        verbs.schedule(one, in_seconds(60), actor=lead)
    clock.shift(61)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;"
            f"CREATE TRIGGER refuse BEFORE UPDATE ON knowledge_base_text FOR EACH ROW WHEN (OLD.id = {int(text.pk)})"
            " EXECUTE FUNCTION refuse()"
        )

    assert verbs.publish_due() == 1
    assert (fresh(text).published, fresh(other).published.title) == (None, "Other")


def test_unpublished_text_is_read_by_nobody_and_can_be_put_back(text, lead):
    verbs.publish(text, actor=lead)
    version = verbs.unpublish(text, actor=lead)
    assert fresh(text).published is None

    verbs.publish_version(version, actor=lead)
    assert fresh(text).published == version
    assert names().count("article.unpublished") == 1


def test_nothing_is_told_when_nothing_was_published(text, lead):
    assert verbs.unpublish(text, actor=lead) is None
    assert "article.unpublished" not in names()


def test_archived_article_keeps_everything_for_its_return(text, lead):
    version = verbs.publish(text, actor=lead)
    verbs.archive(text.article, actor=lead)
    assert Article.objects.get().archived_at is not None
    with pytest.raises(NotAllowed):
        verbs.publish(text, actor=lead)
    with pytest.raises(NotAllowed):
        verbs.publish_version(version, actor=lead)

    verbs.restore(text.article, actor=lead)
    assert Article.objects.get().archived_at is None
    assert fresh(text).published == version
    assert names()[-2:] == ["article.archived", "article.restored"]


def test_archiving_twice_is_told_once(text, lead):
    verbs.archive(text.article, actor=lead)
    verbs.archive(text.article, actor=lead)

    assert names().count("article.archived") == 1


def test_moment_that_passes_in_the_archive_is_missed(text, lead, clock):
    verbs.schedule(text, in_seconds(60), actor=lead)
    verbs.archive(text.article, actor=lead)
    clock.shift(61)
    assert verbs.publish_due() == 0

    verbs.restore(text.article, actor=lead)
    assert (verbs.publish_due(), fresh(text).publish_at) == (0, None)


def test_kept_version_is_read_by_nobody(text, lead):
    version = keep(text, actor=lead, note="Before the summer")

    assert (version.note, fresh(text).published) == ("Before the summer", None)
