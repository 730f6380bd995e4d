"""What editors do beside articles, by the API: pictures, gaps, files that become articles, the look of it all."""

import io
import zipfile

import pytest
from PIL import Image

from accounts.models import User
from accounts.permissions import ADMIN_SCOPE, ARTICLES_PUBLISH
from carecenter.api.models import StoredAnswer
from knowledge_base.models import Article, HelpSettings, Import, Logo, Miss, Picture
from tests.factories.articles import article, article_import, shelf
from tests.knowledge_base.views.test_logos import BAD, drawing

BYTES = "application/octet-stream"


def send(client, path, content, **headers):
    return client.client.generic("POST", f"/api/v1/{path}", content, content_type=BYTES, headers=headers)


def problem(response):
    return response.status_code, response.json()["type"].rpartition(":")[2]


def test_a_picture_is_drawn_anew_and_shown_by_its_address(api, lead, brand):
    client, path = api(lead), f"articles/{article(brand, 'Returns').pk}/"
    note = Image.Exif()
    note[0x010E] = "SECRET"
    out = io.BytesIO()
    Image.new("RGB", (2400, 30), "red").save(out, "JPEG", exif=note)
    polyglot = out.getvalue() + b"<script>alert(1)</script>"
    made = send(client, f"{path}pictures/?name=..%2f%3Cb%3E.svg", polyglot)
    assert made.status_code == 201, made.content
    picture = made.json()
    assert (picture["width"], picture["height"]) == (2000, 25)
    html = f'<p><img src="{picture["src"]}"><img src="https://evil.example/x.png" onerror=x></p>'
    client.patch(f"{path}texts/en/", {"html": html}, if_match="*")
    kept = client.get(f"{path}texts/en/").json()["html"]
    assert picture["src"] in kept
    assert "evil" not in kept
    assert client.client.get(picture["src"]).status_code == 404  # a draft's is for authors alone
    client.post(f"{path}texts/en/publish/")
    shown = client.client.get(picture["src"])
    content = b"".join(shown.streaming_content)
    assert shown["Content-Type"] == "image/jpeg"
    assert b"SECRET" not in content
    assert b"script" not in content


def test_what_is_no_picture_is_refused_with_a_reason(api, lead, alice, brand, second_brand, monkeypatch):
    path = f"articles/{article(brand, 'Returns').pk}/pictures/"
    header = drawing((10, 10))
    bomb = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    for content in (BAD["svg"][0], BAD["cut"][0], bomb, b""):
        assert problem(send(api(lead), path, content)) == (422, "bad-picture")
    monkeypatch.setattr("knowledge_base.domain.pictures.MAX_BYTES", 10)
    assert send(api(lead), path, drawing()).status_code == 413
    assert api(lead).post(path, {"x": 1}).status_code == 415
    assert send(api(alice), path, drawing()).status_code == 403
    theirs = f"articles/{article(second_brand, 'Not hers').pk}/pictures/"
    assert send(api(lead), theirs, drawing()).status_code == 404
    assert not Picture.objects.exists()


def test_what_nobody_found_is_written_about_and_settled(api, lead, alice, brand, second_brand):
    client = api(lead)
    often = Miss.objects.create(brand=brand, language="en", words="lamp back", count=9)
    rare = Miss.objects.create(brand=brand, language="en", words="bulb")
    theirs = Miss.objects.create(brand=second_brand, language="en", words="spade")
    rows = client.get("article-gaps/").json()["results"]
    assert [(row["id"], row["count"]) for row in rows] == [(often.pk, 9), (rare.pk, 1)]
    assert client.get("article-gaps/?limit=1").json()["next"]
    begun = client.post(f"article-gaps/{often.pk}/write/").json()
    assert begun["texts"][0]["title"] == "Lamp back"
    assert client.post(f"article-gaps/{often.pk}/write/").json()["id"] == begun["id"]
    settled = client.post(f"article-gaps/{often.pk}/settle/").json()
    assert (settled["article"], settled["settled_at"] is None) == (begun["id"], False)
    done = client.get(f"article-gaps/?settled=true&brand={brand.pk}").json()["results"]
    assert [row["id"] for row in done] == [often.pk]
    assert client.post(f"article-gaps/{often.pk}/reopen/").json()["settled_at"] is None
    assert client.post(f"article-gaps/{theirs.pk}/settle/").status_code == 404
    assert api(alice).get("article-gaps/").status_code == 200
    assert api(alice).post(f"article-gaps/{rare.pk}/settle/").status_code == 403


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.md", text)
    return out.getvalue()


def test_files_become_articles_and_are_taken_back(api, lead, brand, after_commit):
    client = api(lead)
    content = zipped(returns="# Returns\n\nPack it. <script>alert(1)</script>", broken=b"\0")
    path = f"article-imports/?brand={brand.pk}&file_name=help.zip&publishes=true"
    with after_commit():
        handed = send(client, path, content, **{"Idempotency-Key": "one"})
        again = send(client, path, content, **{"Idempotency-Key": "one"})
        other = send(client, path, content + b"x", **{"Idempotency-Key": "one"})
    assert (handed.status_code, again.json(), other.status_code) == (202, handed.json(), 422)
    job = handed["Location"].partition("/api/v1/")[2]
    report = client.get(job).json()
    assert (report["state"], report["progress"]["will"]["create"]) == ("checked", 1)
    pages = client.get(f"{job}pages/?will=fail").json()["results"]
    assert [(page["path"], page["notes"]) for page in pages] == [("broken.md", ["It is no text."])]
    assert not Article.objects.exists()
    with after_commit():
        assert client.post(f"{job}start/").status_code == 202
    made = Article.objects.get()
    assert "<script" not in made.texts.get().html
    assert client.get(f"{job}pages/?state=done").json()["results"][0]["article"] == made.pk
    assert problem(client.post(f"{job}start/")) == (409, "not-allowed")
    with after_commit():
        client.post(f"{job}undo/")
    assert client.get(job).json()["state"] == "undone"
    made.refresh_from_db()
    assert made.archived_at is not None
    assert (Import.objects.count(), StoredAnswer.objects.count()) == (1, 1)


def test_what_cannot_be_imported_is_refused(api, lead, alice, brand, second_brand, monkeypatch):
    client, path = api(lead), f"article-imports/?brand={brand.pk}&file_name=help.zip"
    assert problem(send(client, path, b"PK\x03\x04nonsense")) == (422, "bad-file")
    foreign = shelf(second_brand, "Not hers")
    wrong = {
        "&category=" + str(foreign.pk): "/category", "&name=No+slug!": "/name", "&language=xx": "/language",
        "&visibility=all": "/visibility", "&sort=x": "/sort",
    }  # fmt: skip
    for query, pointer in wrong.items():
        refused = send(client, path + query, zipped(a="# A\n\nB"))
        assert refused.json()["errors"][0]["pointer"] == pointer
    theirs = path.replace(f"brand={brand.pk}", f"brand={second_brand.pk}")
    assert send(client, theirs, zipped(a="# A\n\nB")).json()["errors"][0]["pointer"] == "/brand"
    assert send(client, path, b"").status_code == 400
    assert send(api(alice), path, zipped(a="# A\n\nB")).status_code == 403
    monkeypatch.setattr("knowledge_base.api.imports.MAX_ARCHIVE", 10)
    assert send(client, path, zipped(a="# A\n\nB")).status_code == 413
    assert not Import.objects.exists()
    job = article_import(second_brand)
    assert client.get(f"article-imports/{job.pk}/").status_code == 404
    assert client.post(f"article-imports/{job.pk}/start/").status_code == 404


def test_the_look_is_changed_as_on_its_page(api, lead, brand, second_brand):
    client, path = api(lead), f"help-centres/{brand.pk}/"
    read = client.get(path)
    body = {
        "color": "#112233", "links": [{"name": "Imprint", "url": "https://shop.example/imprint"}],
        "headings": {"en": "Hello", "de": "Hallo"}, "mail_links": False, "held_out": 25,
    }  # fmt: skip
    changed = client.patch(path, body, if_match=read["ETag"])
    assert changed.json() == {**read.json(), **body}
    assert client.patch(path, {"held_out": 5}, if_match=read["ETag"]).status_code == 412
    later = client.patch(path, {"site_url": "https://shop.example"}, if_match=changed["ETag"]).json()
    assert later == {**changed.json(), "site_url": "https://shop.example"}
    wrong = {
        "color": "red", "site_url": "javascript:alert(1)", "public_base_url": "https://x.example/path",
        "links": [{"name": "x", "url": "javascript:alert(1)"}], "headings": {"xx": "x"}, "held_out": 51,
    }  # fmt: skip
    for name, value in wrong.items():
        refused = client.patch(path, {name: value}, if_match="*")
        assert refused.json()["errors"][0]["pointer"].startswith(f"/{name}"), refused.content
    two = [{"name": "x\ny", "url": "https://x.example\u2028evil | https://evil.example"}]
    assert client.patch(path, {"links": two}, if_match="*").status_code == 400
    theirs = f"help-centres/{second_brand.pk}/"
    assert {client.get(theirs).status_code, client.patch(theirs, body, if_match="*").status_code} == {404}
    assert HelpSettings.objects.get().held_out == 25


def test_where_mails_lead_is_changed_by_a_token_that_sets_things_up(api, lead, brand):
    path, body = f"help-centres/{brand.pk}/", {"public_base_url": "https://help.shop.example"}
    editor, owner = api(lead, ARTICLES_PUBLISH), api(lead, ARTICLES_PUBLISH, ADMIN_SCOPE)
    assert editor.patch(path, body, if_match="*").status_code == 403
    assert editor.patch(path, {"public_base_url": "", "held_out": 5}, if_match="*").status_code == 200
    assert owner.patch(path, body, if_match="*").json()["public_base_url"] == body["public_base_url"]


def test_a_logo_is_used_removed_and_put_back(api, lead, brand):
    client, path = api(lead), f"help-centres/{brand.pk}/logo/"
    assert problem(send(client, f"{path}?ground=dark", drawing())) == (409, "not-allowed")
    used = send(client, path, drawing()).json()["logo"]
    assert (used["width"], used["height"]) == (400, 100)
    assert client.client.get(used["url"]).status_code == 200
    assert send(client, f"{path}?ground=dark", drawing()).json()["logo_dark"] is not None
    gone = client.post(f"{path}remove/").json()
    assert (gone["logo"], gone["logo_dark"] is None) == (None, False)
    assert client.post(f"{path}restore/", {"ground": "light"}).json()["logo"] == used
    for content, why in (BAD[case] for case in ("svg", "gif", "moving", "nothing", "thread")):
        refused = send(client, path, content)
        assert (problem(refused), why in refused.json()["detail"]) == ((422, "bad-picture"), True)
    assert send(client, path, drawing() + b"\0" * 2**21).status_code == 413
    assert Logo.objects.count() == 2


@pytest.mark.parametrize("who", ["alice", "charlie"])
def test_agents_and_strangers_change_no_help_centre(api, brand, who, request):
    user: User = request.getfixturevalue(who)
    client, path = api(user), f"help-centres/{brand.pk}/"
    statuses = {
        client.get(path).status_code,
        client.patch(path, {"held_out": 0}, if_match="*").status_code,
        send(client, f"{path}logo/", drawing()).status_code,
        client.post(f"{path}logo/remove/").status_code,
    }
    assert statuses <= {403, 404}
    assert not HelpSettings.objects.exists()
