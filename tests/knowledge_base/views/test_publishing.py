import json

from accounts.permissions import ARTICLES_READ, ARTICLES_WRITE
from knowledge_base.domain.articles import Draft, save_draft
from knowledge_base.domain.publishing import publish
from knowledge_base.models import Article, Text
from tests.architecture.world import person


def fresh(text):
    return Text.objects.select_related("published", "article").get(pk=text.pk)


def undo(page, response):
    action = json.loads(response.headers["HX-Trigger"])["toast"]["action"]
    return page.post(action["url"], headers={"hx-request": "true"})


def test_first_publication_is_undone(send, page, text):
    response = send("publish", version=1)
    assert fresh(text).published.title == "Send it back"

    back = undo(page, response)
    assert (fresh(text).published, json.loads(back.headers["HX-Trigger"])["go-to"]["url"]) == (
        None,
        f"/desk/articles/{text.article_id}/en/",
    )


def test_later_publication_is_undone_to_the_one_before(send, page, text, lead):
    before = publish(text, actor=lead)
    save_draft(text, Draft("Other", html="<p>x</p>"), version=1, actor=lead)

    response = send("publish", version=2, note="New words")
    assert (fresh(text).published.title, fresh(text).published.note) == ("Other", "New words")
    undo(page, response)
    assert fresh(text).published == before


def test_text_that_changed_unseen_is_not_published(send, text, bob):
    save_draft(text, Draft("Bob's", html="<p>x</p>"), version=1, actor=bob)

    response = send("publish", version=1)
    assert (response.status_code, fresh(text).published) == (409, None)
    assert "draft-conflict" in response.headers["HX-Trigger"]


def test_who_may_only_write_does_not_publish(client_for, brand, send, text):
    author = client_for(person("Author", [ARTICLES_READ, ARTICLES_WRITE], brand=brand))
    saved = send("draft", client=author, version=1, title="Mine")
    refused = send("publish", client=author, version=2)

    assert (saved.status_code, refused.status_code, fresh(text).published) == (200, 404, None)


def test_visibility_of_what_is_read_is_changed_by_who_publishes(client_for, brand, text, lead):
    publish(text, actor=lead)
    author = client_for(person("Author", [ARTICLES_READ, ARTICLES_WRITE], brand=brand))

    path = f"/desk/articles/{text.article_id}/properties/"
    response = author.post(path, {"visibility": "internal", "slug": "send-it-back"})
    assert (response.status_code, Article.objects.get().visibility) == (403, "public")


def test_unfinished_text_is_refused_with_a_sentence(send, text, lead):
    save_draft(text, Draft("", html="<p>x</p>"), version=1, actor=lead)

    response = send("publish", version=2)
    assert response.status_code == 409
    told = json.loads(response.headers["HX-Trigger"])["toast"]
    assert (told["text"], told["tone"]) == ("Give the article a title first.", "warning")


def test_day_is_in_the_zone_of_who_asks(send, text, lead, clock):
    lead.zone = "America/New_York"
    lead.save(update_fields=["zone"])

    send("schedule", version=1, day="2026-03-03", time="09:00")
    assert fresh(text).publish_at.isoformat() == "2026-03-03T14:00:00+00:00"


def test_schedule_is_undone(send, page, text, clock):
    response = send("schedule", version=1, day="2026-03-03", time="09:00")
    undo(page, response)

    assert fresh(text).publish_at is None


def test_day_that_is_none_is_refused(send, text):
    response = send("schedule", version=1, day="31.31.", time="x")

    assert (response.status_code, fresh(text).publish_at) == (422, None)


def test_unpublishing_is_undone(send, page, text, lead):
    version = publish(text, actor=lead)
    response = send("unpublish")
    assert fresh(text).published is None

    undo(page, response)
    assert fresh(text).published == version


def test_archive_is_undone(page, text, lead):
    publish(text, actor=lead)
    path = f"/desk/articles/{text.article_id}/archive/"
    response = page.post(path, {"language": "en"}, headers={"hx-request": "true"})
    assert fresh(text).article.archived_at is not None
    assert "Bring it back" in response.content.decode()

    undo(page, response)
    assert fresh(text).article.archived_at is None


def test_without_scripts_the_page_comes_again(page, text):
    response = page.post(f"/desk/articles/{text.article_id}/en/publish/", {"version": 1})

    assert response.url == f"/desk/articles/{text.article_id}/en/"
    assert "Published." in page.get(response.url).content.decode()
