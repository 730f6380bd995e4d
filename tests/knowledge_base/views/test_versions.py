import html

from knowledge_base.domain.articles import Draft, save_draft
from knowledge_base.domain.publishing import publish
from knowledge_base.models import Text


def shown(page, text, rest="versions/"):
    response = page.get(f"/desk/articles/{text.article_id}/en/{rest}")
    return html.unescape(response.content.decode())


def test_draft_is_compared_with_what_is_read(page, text, lead):
    publish(text, actor=lead)
    save_draft(text, Draft("Send it back", "In 30 days", "<p>Put it into a box.</p>"), version=1, actor=lead)

    assert "<del>14</del><ins>30</ins>" in shown(page, text)


def test_version_is_compared_with_the_one_before_or_the_draft(page, text, lead):
    publish(text, actor=lead)
    save_draft(text, Draft("Send it home", html="<p>x</p>"), version=1, actor=lead)
    publish(Text.objects.get(), actor=lead)
    save_draft(text, Draft("Send it away", html="<p>x</p>"), version=2, actor=lead)

    assert "<del>back</del><ins>home</ins>" in shown(page, text, "versions/2/")
    assert "<del>away</del><ins>home</ins>" in shown(page, text, "versions/2/?with=draft")
    assert "there is nothing before it" in shown(page, text, "versions/1/")


def test_version_is_brought_back(send, page, text, lead):
    publish(text, actor=lead)
    save_draft(text, Draft("Other", html="<p>x</p>"), version=1, actor=lead)

    send("versions/1/restore")
    assert Text.objects.get().title == "Send it back"


def test_version_is_published_again(send, text, lead):
    first = publish(text, actor=lead)
    save_draft(text, Draft("Other", html="<p>x</p>"), version=1, actor=lead)
    publish(Text.objects.get(), actor=lead)

    send("versions/1/publish")
    assert (Text.objects.get().published, Text.objects.get().title) == (first, "Other")


def test_version_is_kept_with_a_note(send, text):
    response = send("versions/keep", note="Before the sale")

    assert "Before the sale" in response.content.decode()
    assert text.versions.get().note == "Before the sale"


def test_version_that_is_none_is_missing(page, text):
    assert page.get(f"/desk/articles/{text.article_id}/en/versions/9/").status_code == 404
