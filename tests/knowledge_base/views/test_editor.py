import html
import io
import json

import pytest
from PIL import Image

from accounts.models import Grant, Role
from carecenter.lib.time import in_seconds
from knowledge_base.domain.articles import Draft, add_language, change_article, save_draft
from knowledge_base.domain.publishing import publish, schedule
from knowledge_base.models import Article, Picture, Text, Visibility
from tests.factories.accounts import UserFactory


def fresh(text):
    return Text.objects.select_related("published", "article").get(pk=text.pk)


def toast(response):
    return json.loads(response.headers["HX-Trigger"])["toast"]


def test_article_leads_to_the_brands_language(page, text, lead):
    add_language(text.article, "de", actor=lead)

    response = page.get(f"/desk/articles/{text.article_id}/")
    assert response.url == f"/desk/articles/{text.article_id}/en/"


def test_editor_shows_the_draft(page, text):
    shown = page.get(f"/desk/articles/{text.article_id}/en/").content.decode()

    assert "data-draft-body" in shown
    assert "<p>Put it into a box.</p>" in shown
    assert "how do I return it" in shown


def test_agent_reads_but_does_not_write(client_for, alice, text, send):
    shown = client_for(alice).get(f"/desk/articles/{text.article_id}/en/")
    refused = send("draft", client=client_for(alice), version=1, title="Mine")

    assert "<p>Put it into a box.</p>" in shown.content.decode()
    assert "data-draft-body" not in shown.content.decode()
    assert (refused.status_code, fresh(text).title) == (404, "Send it back")


def test_language_nobody_has_read_can_be_removed(page, text, lead):
    add_language(text.article, "de", actor=lead)
    address = f"/desk/articles/{text.article_id}/de/"
    assert f'action="{address}remove/"' in page.get(address).content.decode()

    left = page.post(f"{address}remove/", follow=True)
    assert left.redirect_chain[-1][0] == f"/desk/articles/{text.article_id}/en/"
    assert "The German draft is gone." in left.content.decode()
    assert "remove/" not in left.content.decode()


def test_what_visitors_read_is_not_removed(page, text, lead):
    add_language(text.article, "de", actor=lead)
    publish(text, actor=lead)

    told = page.post(f"/desk/articles/{text.article_id}/en/remove/", follow=True).content.decode()
    assert "Only a draft that nobody has read yet goes" in told
    assert Text.objects.filter(pk=text.pk).exists()


def test_language_beside_is_shown_with_the_text(page, text, lead):
    add_language(text.article, "de", actor=lead, draft=Draft("Zurück", html="<p>In einen Karton.</p>"))

    shown = page.get(f"/desk/articles/{text.article_id}/en/?beside=de").content.decode()
    assert "<p>In einen Karton.</p>" in shown
    assert "<p>Put it into a box.</p>" in shown


def test_save_answers_with_the_bar_of_the_next_version(send, text):
    response = send("draft", version=1, title="Returns", html="<p>New</p>", phrases="one\n\ntwo")

    assert response.status_code == 200
    assert 'data-version="2"' in response.content.decode()
    saved = fresh(text)
    assert (saved.title, saved.html, saved.phrases) == ("Returns", "<p>New</p>", ["one", "two"])


def test_save_over_a_colleagues_draft_shows_both(send, text, bob):
    save_draft(text, Draft("Bob's title", html="<p>Bob's words.</p>"), version=1, actor=bob)

    response = send("draft", version=1, title="Lena's title", html="<p>Lena's words.</p>")

    assert response.status_code == 409
    shown = html.unescape(response.content.decode())
    assert "Bob Brown saved this text while you were writing" in shown
    assert "<p>Bob's words.</p>" in shown
    assert "<ins>Lena's</ins>" in shown
    assert fresh(text).title == "Bob's title"


def test_without_scripts_the_conflict_is_a_page(page, text, bob):
    save_draft(text, Draft("Bob's title"), version=1, actor=bob)

    response = page.post(f"/desk/articles/{text.article_id}/en/draft/", {"version": 1, "title": "Mine"})
    assert response.status_code == 409
    assert "<!doctype html>" in response.content.decode().lower()


@pytest.mark.parametrize(
    ("keep", "drafted", "kept"), [("mine", "Mine", "Bob's"), ("theirs", "Bob's", "Mine")]
)
def test_what_was_not_chosen_is_a_version(page, text, bob, keep, drafted, kept):
    save_draft(text, Draft("Bob's"), version=1, actor=bob)
    path = f"/desk/articles/{text.article_id}/en/draft/"

    response = page.post(path, {"version": 2, "title": "Mine", "keep": keep})

    assert response.status_code == 302
    assert (fresh(text).title, text.versions.get().title) == (drafted, kept)


def test_text_of_a_million_letters_is_refused(send, text):
    response = send("draft", version=1, title="x", html="y" * 1_000_000)

    assert (response.status_code, response.headers["content-type"]) == (422, "text/plain")
    assert fresh(text).version == 1


def test_hostile_words_do_no_harm_in_the_editor(send, page, text):
    send("draft", version=1, title="<script>alert(1)</script>", html="<img src=x onerror=alert(1)><p>ok</p>")

    shown = page.get(f"/desk/articles/{text.article_id}/en/").content.decode()
    assert "<script>alert(1)" not in shown
    assert "onerror" not in shown


def test_link_to_nowhere_is_told(send):
    response = send(
        "draft", version=1, title="x", html='<p><a href="/help/nordlicht-home/articles/gone/">see</a></p>'
    )

    assert "Links that lead nowhere" in response.content.decode()


def test_properties_are_saved_as_they_are_chosen(page, text, lead):
    path = f"/desk/articles/{text.article_id}/properties/"
    values = {
        "visibility": "internal",
        "owner": lead.pk,
        "review_on": "2026-12-01",
        "slug": "returns",
        "category": "",
    }

    response = page.post(path, values, headers={"hx-request": "true"})

    article = Article.objects.get()
    assert (response.status_code, toast(response)["text"]) == (200, "Saved.")
    assert (article.visibility, article.slug, str(article.review_on)) == ("internal", "returns", "2026-12-01")


def test_taken_address_is_told_at_its_field(page, text, brand, lead):
    from knowledge_base.domain.articles import create_article

    create_article(actor=lead, brand=brand, language="en", draft=Draft("Taken"))
    values = {"visibility": "public", "slug": "taken"}
    response = page.post(
        f"/desk/articles/{text.article_id}/properties/", values, headers={"hx-request": "true"}
    )

    assert response.status_code == 422
    assert "Another article has this address already" in response.content.decode()


def test_address_of_a_published_article_stays(page, text, lead):
    publish(text, actor=lead)
    page.post(f"/desk/articles/{text.article_id}/properties/", {"visibility": "public", "slug": "other"})

    assert Article.objects.get().slug == "send-it-back"


def test_owner_is_a_colleague_of_the_brand(page, text, charlie):
    values = {"visibility": "public", "slug": "x", "owner": charlie.pk}
    response = page.post(
        f"/desk/articles/{text.article_id}/properties/", values, headers={"hx-request": "true"}
    )

    assert response.status_code == 422
    assert Article.objects.get().visibility == Visibility.PUBLIC


def test_added_language_begins_with_a_copy_and_the_other_beside(page, text):
    response = page.post(
        f"/desk/articles/{text.article_id}/languages/", {"language": "de", "from": "en", "copy": "1"}
    )

    assert response.url == f"/desk/articles/{text.article_id}/de/?beside=en"
    assert text.article.texts.get(language="de").html == "<p>Put it into a box.</p>"


def test_language_that_is_none_is_refused(page, text):
    page.post(f"/desk/articles/{text.article_id}/languages/", {"language": "xx-klingon"})

    assert text.article.texts.count() == 1


def picture():
    out = io.BytesIO()
    write = Image.new("RGB", (30, 20), "green").save
    write(out, "PNG")
    out.seek(0)
    out.name = "box.png"
    return out


def test_picture_is_stored_and_named(page, text, brand):
    response = page.post(f"/desk/articles/{text.article_id}/pictures/", {"file": picture()})

    stored = Picture.objects.get()
    assert response.status_code == 201
    assert response.json() == {"src": f"/help/{brand.slug}/pictures/{stored.key}/", "width": 30, "height": 20}
    shown = page.get(response.json()["src"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")


def test_stored_picture_survives_the_draft(page, send, text):
    src = page.post(f"/desk/articles/{text.article_id}/pictures/", {"file": picture()}).json()["src"]
    send("draft", version=1, title="x", html=f'<p><img src="{src}" width="30" height="20" alt="Box"></p>')

    assert fresh(text).html == f'<p><img src="{src}" width="30" height="20" alt="Box"></p>'


def test_file_that_is_no_picture_is_refused(page, text):
    file = io.BytesIO(b"<svg onload=alert(1)>")
    file.name = "x.svg"
    response = page.post(f"/desk/articles/{text.article_id}/pictures/", {"file": file})

    assert (response.status_code, Picture.objects.count()) == (422, 0)


def test_who_only_writes_does_not_open_what_will_be_published(client_for, text, lead, brand):
    writer = UserFactory()
    role = Role.objects.create(name="Writer", permissions=["articles.read", "articles.write"])
    Grant.objects.create(user=writer, role=role, brand=brand)
    article = text.article
    change_article(article, actor=lead, visibility="internal")
    path = f"/desk/articles/{article.pk}/properties/"
    schedule(text, in_seconds(3600), actor=lead)
    response = client_for(writer).post(path, {"visibility": "public", "slug": article.slug})
    assert response.status_code == 403
    assert Article.objects.get().visibility == Visibility.INTERNAL
