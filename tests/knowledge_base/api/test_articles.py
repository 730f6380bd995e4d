"""Articles over the API: by the verbs of the desk, within its rights."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Grant
from accounts.permissions import ARTICLES_READ, ARTICLES_WRITE
from knowledge_base.models import Article, Text, Visibility
from tests.factories.accounts import UserFactory, api_token, role
from tests.factories.articles import article, shelf


class Api:
    def __init__(self, user: Any, *scopes: str) -> None:
        token = api_token(user, *scopes, token=f"of-{user.pk}-{len(scopes)}")
        self.client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {token}"})

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = json.dumps(body or {})
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, f"/api/v1/{path}", content, content_type="application/json", headers=names
        )

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}")


@pytest.fixture
def lead_api(lead):
    return Api(lead)


@pytest.fixture
def returns(brand):
    return article(brand, "How do I return a lamp?", "<p>Pack it.</p>")


def test_an_article_is_drafted_changed_and_published(lead_api, brand):
    body = {"brand": brand.pk, "title": "Returns", "text": "Pack it.\n\nSend it.", "phrases": ["send back"]}
    made = lead_api.ask("POST", "articles/", body)
    assert made.status_code == 201
    pk = made.json()["id"]
    assert made["Location"].endswith(f"/api/v1/articles/{pk}/")
    assert made.json()["texts"][0]["is_published"] is False

    path = f"articles/{pk}/texts/en/"
    read = lead_api.get(path)
    assert (read.json()["html"], read.json()["published"]) == ("<p>Pack it.</p><p>Send it.</p>", None)
    changed = lead_api.ask("PATCH", path, {"title": "How to return"}, if_match=read["ETag"])
    assert (changed.json()["title"], changed.json()["html"]) == ("How to return", read.json()["html"])

    done = lead_api.ask("POST", f"{path}publish/", {"note": "First"})
    assert done.json()["published"]["note"] == "First"
    taken = lead_api.ask("POST", f"{path}unpublish/")
    assert taken.json()["published"] is None


def test_a_draft_that_changed_meanwhile_is_not_overwritten(lead_api, returns):
    path = f"articles/{returns.pk}/texts/en/"
    tag = lead_api.get(path)["ETag"]
    assert lead_api.ask("PATCH", path, {"title": "One"}, if_match=tag).status_code == 200
    late = lead_api.ask("PATCH", path, {"title": "Two"}, if_match=tag)
    assert (late.status_code, late.json()["type"]) == (412, "urn:carecenter:problem:version-mismatch")
    assert lead_api.ask("PATCH", path, {"title": "Two"}).status_code == 428
    assert Text.objects.get().title == "One"


def test_hostile_html_is_stored_harmless(lead_api, brand):
    body = {"brand": brand.pk, "title": "<b>x</b>", "html": "<p onclick=x>Hi<script>alert(1)</script></p>"}
    pk = lead_api.ask("POST", "articles/", body).json()["id"]
    assert lead_api.get(f"articles/{pk}/texts/en/").json()["html"] == "<p>Hi</p>"


def test_an_empty_draft_is_not_published(lead_api, brand):
    pk = lead_api.ask("POST", "articles/", {"brand": brand.pk, "title": "Empty"}).json()["id"]
    refused = lead_api.ask("POST", f"articles/{pk}/texts/en/publish/")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:carecenter:problem:incomplete")


def test_search_finds_what_is_published(lead_api, brand, returns):
    article(brand, "A lamp returned by mistake, internally", visibility=Visibility.INTERNAL)
    everything = lead_api.get(f"articles/search/?brand={brand.pk}&q=return+lamp").json()
    assert len(everything["results"]) == 2
    public = lead_api.get(f"articles/search/?brand={brand.pk}&q=return+lamp&visibility=public").json()
    assert [one["article"] for one in public["results"]] == [returns.pk]
    assert lead_api.get("articles/search/?q=lamp").status_code == 400


def test_lists_are_narrowed(lead_api, brand, second_brand, returns):
    article(second_brand, "Not hers")
    pk = lead_api.ask("POST", "articles/", {"brand": brand.pk, "title": "Draft"}).json()["id"]

    def ids(query: str) -> list[int]:
        return [row["id"] for row in lead_api.get(f"articles/?{query}").json()["results"]]

    assert ids("") == [pk, returns.pk]
    assert (ids("published=true"), ids("published=false")) == ([returns.pk], [pk])
    assert (ids("language=de"), ids("visibility=internal")) == ([], [])
    assert ids("updated_since=2000-01-01T00:00:00Z") == [returns.pk, pk]
    lead_api.ask("POST", f"articles/{pk}/archive/")
    assert (ids(""), ids("archived=true")) == ([returns.pk], [pk])
    lead_api.ask("POST", f"articles/{pk}/restore/")
    assert ids("published=false") == [pk]
    assert lead_api.get("articles/?colour=red").status_code == 400


def test_a_language_is_added_once(lead_api, returns):
    path = f"articles/{returns.pk}/texts/"
    assert lead_api.ask("POST", path, {"language": "de", "title": "Rückgabe"}).status_code == 201
    assert lead_api.ask("POST", path, {"language": "de", "title": "Noch mal"}).status_code == 409
    assert lead_api.ask("POST", path, {"language": "../x", "title": "x"}).status_code == 400


def test_an_agent_reads_and_writes_nothing(alice, brand, returns):
    api = Api(alice)
    assert api.get(f"articles/{returns.pk}/").status_code == 200
    assert api.ask("POST", "articles/", {"brand": brand.pk, "title": "Mine"}).status_code == 403
    path = f"articles/{returns.pk}/texts/en/"
    assert api.ask("PATCH", path, {"title": "x"}, if_match="*").status_code == 403
    for verb in ("publish", "unpublish"):
        assert api.ask("POST", f"{path}{verb}/").status_code == 403
    assert Article.objects.count() == 1


def test_another_pool_sees_nothing(charlie, returns, brand):
    api = Api(charlie)
    assert api.get("articles/").json()["results"] == []
    assert api.get(f"articles/{returns.pk}/").status_code == 404
    assert api.get(f"articles/search/?brand={brand.pk}&q=lamp").status_code == 400


def test_what_is_the_same_in_every_language_is_changed_as_on_the_page(lead_api, brand, returns, second_brand):
    path = f"articles/{returns.pk}/"
    tag = lead_api.get(path)["ETag"]
    body = {"visibility": "internal", "review_on": "2027-01-15"}
    changed = lead_api.ask("PATCH", path, body, if_match=tag)
    assert {name: changed.json()[name] for name in body} == body
    assert lead_api.ask("PATCH", path, body, if_match=tag).status_code == 412
    assert lead_api.ask("PATCH", path, {"owner": None}).status_code == 428
    again = {"category": shelf(second_brand, "Not hers").pk, "owner": UserFactory().pk, "slug": "elsewhere"}
    for name, value in again.items():
        refused = lead_api.ask("PATCH", path, {name: value}, if_match="*")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, f"/{name}")
    pk = lead_api.ask("POST", "articles/", {"brand": brand.pk, "title": "Draft"}).json()["id"]
    taken = lead_api.ask("PATCH", f"articles/{pk}/", {"slug": returns.slug}, if_match="*")
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:carecenter:problem:address-taken")
    assert lead_api.ask("PATCH", f"articles/{pk}/", {"slug": "mine"}, if_match="*").json()["slug"] == "mine"
    due = lead_api.get("articles/?review_by=2027-01-15").json()["results"]
    assert [row["id"] for row in due] == [returns.pk]


def test_who_may_only_write_opens_nothing_that_is_read(brand, returns):
    author = UserFactory()
    Grant.objects.create(user=author, role=role("Author", (ARTICLES_READ, ARTICLES_WRITE)), brand=brand)
    api, path = Api(author), f"articles/{returns.pk}/"
    assert api.ask("PATCH", path, {"visibility": "internal"}, if_match="*").status_code == 403
    assert api.ask("PATCH", path, {"review_on": "2027-01-15"}, if_match="*").status_code == 200
    pk = api.ask("POST", "articles/", {"brand": brand.pk, "title": "Draft", "text": "x"}).json()["id"]
    opened = api.ask("PATCH", f"articles/{pk}/", {"visibility": "signed_in"}, if_match="*")
    assert opened.json()["visibility"] == "signed_in"
    text = f"articles/{pk}/texts/en/"
    assert api.ask("POST", f"{text}schedule/", {"at": "2036-01-01T09:00:00Z"}).status_code == 403
    assert api.ask("POST", f"{text}versions/", {"note": "x"}).status_code == 201
    assert api.ask("POST", f"{text}versions/1/publish/").status_code == 403


def test_a_draft_waits_for_its_moment_as_it_was_seen(lead_api, brand):
    body = {"brand": brand.pk, "title": "Sale", "text": "Half the price."}
    path = f"articles/{lead_api.ask('POST', 'articles/', body).json()['id']}/texts/en/"
    lead_api.ask("PATCH", path, {"title": "Great sale"}, if_match="*")
    at = {"at": "2036-03-02T09:00:00+01:00"}
    for verb, more in (("schedule", at), ("publish", {})):
        stale = lead_api.ask("POST", f"{path}{verb}/", {**more, "version": 1})
        assert (stale.status_code, stale.json()["type"]) == (409, "urn:carecenter:problem:stale-draft")
    waits = lead_api.ask("POST", f"{path}schedule/", {**at, "version": 2}).json()
    assert (waits["scheduled"], waits["publish_at"]) == (1, "2036-03-02T08:00:00Z")
    off = lead_api.ask("POST", f"{path}unschedule/").json()
    assert (off["scheduled"], off["publish_at"], off["published"]) == (None, None, None)
    assert lead_api.ask("POST", f"{path}schedule/", {"at": "2001-01-01T00:00:00Z"}).status_code == 409


def test_versions_are_kept_brought_back_and_published(lead_api, returns, second_brand):
    path = f"articles/{returns.pk}/texts/en/"
    lead_api.ask("PATCH", path, {"html": "<p>Burn it.</p>"}, if_match="*")
    kept = lead_api.ask("POST", f"{path}versions/", {"note": "Worse"})
    assert (kept.status_code, kept.json()["number"], kept.json()["html"]) == (201, 2, "<p>Burn it.</p>")
    assert kept["Location"].endswith(f"/{path}versions/2/")
    rows = lead_api.get(f"{path}versions/").json()["results"]
    assert [(row["number"], row["note"]) for row in rows] == [(2, "Worse"), (1, "")]
    back = lead_api.ask("POST", f"{path}versions/1/restore/").json()
    assert (back["html"], back["published"]["number"]) == ("<p>Pack it.</p>", 1)
    assert lead_api.ask("POST", f"{path}versions/2/publish/").json()["published"]["number"] == 2
    assert lead_api.get(f"{path}versions/9/").status_code == 404
    foreign = article(second_brand, "Not hers")
    assert lead_api.get(f"articles/{foreign.pk}/texts/en/versions/1/").status_code == 404


def test_a_language_that_nobody_read_is_removed(lead_api, returns):
    path = f"articles/{returns.pk}/texts/"
    lead_api.ask("POST", path, {"language": "de", "title": "Rückgabe"})
    assert lead_api.ask("POST", f"{path}de/remove/").status_code == 204
    assert lead_api.ask("POST", f"{path}en/remove/").status_code == 409
    assert lead_api.ask("POST", path, {"language": "xx", "title": "No such"}).status_code == 400
