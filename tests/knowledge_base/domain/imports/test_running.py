"""Imports from the archive to the articles: reported first, once, again as an update, taken back."""

import io

import pytest
from PIL import Image

from carecenter.lib.blobs.storage import open_blob, path_of
from knowledge_base.domain.articles import Draft, change_article, save_draft
from knowledge_base.domain.errors import NotAllowed
from knowledge_base.domain.imports import bundles, running
from knowledge_base.domain.publishing import archive
from knowledge_base.models import Article, Category, ImportItem, Picture, Text
from tests.factories.articles import article
from tests.knowledge_base.domain.imports.conftest import notes, picture, report, zipped

NOTED = Image.Exif()
NOTED[0x010E] = "Taken at home"
RETURNS = """# How do I return it?

![A box](../img/box.jpg)

See [delivery](delivery.md#when) or [this](gone.md).
"""
DELIVERY = """---
slug: when-does-it-come
---
# When does it come?

Soon. Back to [returns](./returns.md).
"""
SITE = {
    "orders/returns.md": RETURNS,
    "orders/delivery.md": DELIVERY,
    "orders/delivery.de.md": "# Wann kommt es?\n\nBald.",
    "img/box.jpg": picture(exif=NOTED),
    "broken.md": b"\x00\x00",
}


def texts():
    return {text.title: text for text in Text.objects.select_related("article__category", "published")}


def test_the_report_says_what_would_happen_and_nothing_does(looked_at):
    job = looked_at(SITE)

    assert job.state == "checked"
    assert report(job) == {
        "broken.md": ("fail", "failed"),
        "orders/delivery.de.md": ("create", "waiting"),
        "orders/delivery.md": ("create", "waiting"),
        "orders/returns.md": ("create", "waiting"),
    }
    assert notes(job)["broken.md"] == ["It is no text."]
    assert notes(job)["orders/returns.md"] == [
        "The category “Orders” is made for it.",
        "Link left out: gone.md is not among the articles of this import.",
    ]
    counts = [model.objects.count() for model in (Article, Category, Picture)]
    assert counts == [0, 0, 0]


def test_pages_become_articles_with_pictures_and_links(brought_in, brand, lead):
    job = brought_in(SITE)

    assert (job.state, running.progress(job).states["done"]) == ("done", 3)
    assert Article.objects.count() == 2
    found = texts()
    assert sorted(found) == ["How do I return it?", "Wann kommt es?", "When does it come?"]
    delivery = found["When does it come?"].article
    assert found["Wann kommt es?"].article == delivery
    assert (delivery.slug, str(delivery.category), delivery.owner) == ("when-does-it-come", "Orders", lead)
    returns = found["How do I return it?"]
    key = Picture.objects.get().key
    assert f'src="/help/nordlicht-home/pictures/{key}/"' in returns.html
    assert 'href="/help/nordlicht-home/articles/when-does-it-come/#when"' in returns.html
    assert "or this." in returns.html
    assert f'href="/help/nordlicht-home/articles/{returns.article.slug}/"' in found["When does it come?"].html
    assert returns.published is None


def test_pictures_are_drawn_anew_without_their_notes(brought_in):
    brought_in(SITE)
    with Image.open(io.BytesIO(SITE["img/box.jpg"])) as source:
        assert dict(source.getexif()) == {0x010E: "Taken at home"}
    with open_blob(Picture.objects.get().blob) as content, Image.open(content) as drawn:
        assert (drawn.size, dict(drawn.getexif())) == ((40, 20), {})


def test_the_same_again_changes_nothing(brought_in, looked_at):
    brought_in(SITE)
    versions = list(Text.objects.order_by("pk").values_list("pk", "version"))
    job = looked_at(SITE)
    assert {will for will, _state in report(job).values()} == {"same", "fail"}

    brought_in(SITE)
    assert list(Text.objects.order_by("pk").values_list("pk", "version")) == versions
    assert (Article.objects.count(), Picture.objects.count(), Category.objects.count()) == (2, 1, 1)


def test_a_changed_page_is_an_update(brought_in, looked_at):
    brought_in(SITE)
    changed = SITE | {"orders/delivery.md": SITE["orders/delivery.md"] + "\n\nOr later."}
    assert report(looked_at(changed))["orders/delivery.md"] == ("update", "waiting")

    brought_in(changed)
    assert Article.objects.count() == 2
    assert "Or later." in texts()["When does it come?"].html


def test_another_source_of_the_same_names_is_apart(brought_in):
    brought_in({"a.md": "# A\n\nx"})
    brought_in({"a.md": "# A\n\nx"}, name="shop")
    assert sorted(Article.objects.values_list("slug", "source")) == [("a", "files:a"), ("a-2", "shop:a")]


def test_what_was_edited_here_is_told_before_it_is_replaced(brought_in, looked_at, alice):
    brought_in({"a.md": "# A\n\nx"})
    save_draft(Text.objects.get(), Draft("A", html="<p>Better.</p>"), version=None, actor=alice)
    job = looked_at({"a.md": "# A\n\nx"})
    assert notes(job)["a.md"] == ["It was edited here since the last import: the edit is replaced."]


def test_published_at_once_when_asked(brought_in):
    brought_in({"a.md": "# A\n\nx", "b.md": "---\ndraft: true\n---\n# B\n\nx"}, publishes=True)
    found = texts()
    assert (found["A"].published.note, found["B"].published) == ("Imported", None)


def test_an_address_of_another_article_is_refused(brought_in, brand):
    article(brand, "Returns")
    job = brought_in({"a.md": "---\nslug: returns\n---\n# A\n\nx", "b.md": "# Returns\n\nx"})
    assert report(job) == {"a.md": ("fail", "failed"), "b.md": ("create", "done")}
    assert texts()["Returns"].article.brand == brand
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["returns", "returns-2"]


def test_two_files_that_are_one_article_are_told(looked_at):
    job = looked_at({"a.md": "---\nid: x\n---\n# A\n\nx", "b.md": "---\nid: x\n---\n# B\n\nx"})
    assert notes(job) == {"b.md": ["It is the same article as a.md, in the same language."]}


def test_hostile_pages_come_in_harmless(brought_in):
    brought_in(
        {
            "a.md": "# <script>x</script>\n\n<script>alert(1)</script><p onclick=x>Hi</p><a href=javascript:x>x</a>",
            "b.html": "<h1>B</h1><p>Hi</p><iframe src=//x.example></iframe><form><input></form><svg onload=x>",
            "c.md": "# C\n\nHi ![x](https://tracker.example/x.gif) ![y](../../../etc/passwd) ![z](/a.md)",
        }
    )
    html = " ".join(text.html for text in Text.objects.all())
    for bad in ("<script", "onclick", "javascript:", "<iframe", "<form", "<svg", "<img"):
        assert bad not in html
    assert Picture.objects.count() == 0


def test_pictures_that_are_none_are_told(looked_at):
    job = looked_at({"a.md": "# A\n\nx ![p](p.jpg) ![q](q.jpg)", "p.jpg": b"GIF87a broken"})
    assert [note.split(".")[0] for note in notes(job)["a.md"]] == [
        "Picture left out: p",
        "Picture left out: q",
    ]


def test_a_page_without_words_is_refused(looked_at):
    job = looked_at({"a.md": "# A", "b.md": "---\ntitle: B\n---\n<!-- nothing -->"})
    assert {will for will, _state in report(job).values()} == {"fail"}


def test_a_table_is_imported_and_imported_again(brought_in, brand):
    table = b"question,answer,category,id\nWhere is it?,In the post.,Orders,1\nHow much?,Free.,,2\n"
    for _ in range(2):
        brought_in({"faq.csv": table})
    assert sorted(texts()) == ["How much?", "Where is it?"]
    assert str(texts()["Where is it?"].article.category) == "Orders"


def test_one_file_by_itself_is_an_import(brought_in):
    brought_in(io.BytesIO(b"question;answer\nWhere?;There."), file_name="faq.csv")
    assert list(texts()) == ["Where?"]


def test_taken_back_new_ones_are_archived_and_changed_ones_as_before(brought_in, brand, lead):
    brought_in({"a.md": "# A\n\nOld.", "c.md": "# C\n\nOld."}, publishes=True)
    changed = {"a.md": "# A\n\nNew.", "b.md": "# B\n\nx", "a.de.md": "# A de\n\nx", "c.md": "# C\n\nNew."}
    job = brought_in(changed, publishes=True)
    save_draft(texts()["C"], Draft("C", html="<p>Edited.</p>"), version=None, actor=lead)

    running.undo(job, actor=lead)
    while running.work(job.pk, seconds=30):
        pass
    job.refresh_from_db()
    assert job.state == "undone"
    found = texts()
    assert (found["A"].html, found["A"].published.html) == ("<p>Old.</p>", "<p>Old.</p>")
    assert found["B"].article.archived_at is not None
    assert "A de" not in found
    assert found["C"].html == "<p>Edited.</p>"
    assert report(job)["c.md"][1] == "kept"
    with pytest.raises(NotAllowed):
        running.undo(job, actor=lead)


def test_what_is_in_the_archive_comes_back_with_the_next_import(brought_in):
    brought_in({"a.md": "# A\n\nx"})
    archive(Article.objects.get(), actor=None)
    brought_in({"a.md": "# A\n\nx"})
    assert Article.objects.get().archived_at is None


def test_a_page_that_fails_does_not_stop_the_others(looked_at, lead):
    job = looked_at({"a.md": "# A\n\nx", "b.md": "# B\n\nx"})
    article(job.brand, "Somebody else's", source="files:a").delete()
    ImportItem.objects.filter(path="a.md").update(path="no-longer.md")
    running.start(job, actor=lead)
    while running.work(job.pk, seconds=30):
        pass
    assert report(job) == {"no-longer.md": ("create", "failed"), "b.md": ("create", "done")}


def test_work_goes_on_where_a_worker_died(looked_at, lead):
    job = running.start(looked_at({f"{n}.md": f"# T{n}\n\nx" for n in range(5)}), actor=lead)
    assert running.work(job.pk, seconds=-1)  # one page, then time is up
    assert Article.objects.count() == 1
    while running.work(job.pk, seconds=30):
        pass
    assert Article.objects.count() == 5


def test_who_lost_the_right_imports_nothing(looked_at, lead):
    job = running.start(looked_at({"a.md": "# A\n\nx"}), actor=lead)
    lead.grants.all().delete()
    running.work(job.pk, seconds=30)
    job.refresh_from_db()
    assert (job.state, Article.objects.count()) == ("failed", 0)


def test_an_import_is_claimed_once(looked_at, lead):
    job = running.start(looked_at({"a.md": "# A\n\nx"}), actor=lead)
    assert (running.claim(job.pk), running.claim(job.pk)) == (True, False)
    assert running.due_imports(5) == []
    running.release(job.pk)
    assert running.due_imports(5) == [job.pk]


def test_nothing_to_import_is_said(looked_at):
    job = looked_at({"notes.txt": "x"})
    assert (job.state, job.error) == ("failed", "There is no Markdown, HTML or CSV file in it.")


def test_an_archive_that_is_gone_is_said(looked_at, lead):
    job = running.start(looked_at({"a.md": "# A\n\nx"}), actor=lead)
    path_of(job.blob.sha256).unlink()
    assert running.work(job.pk, seconds=30) is False
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The archive is gone.")


def test_taking_back_opens_nothing_that_a_colleague_has_closed(brought_in, lead):
    brought_in({"a.md": "# A\n\nOld."}, publishes=True)
    job = brought_in({"a.md": "# A\n\nNew."}, publishes=True)
    closed = Article.objects.select_related("brand").get()
    change_article(closed, actor=lead, visibility="internal")
    running.undo(job, actor=lead)
    while running.work(job.pk, seconds=30):
        pass
    assert report(job)["a.md"][1] == "kept"
    assert Article.objects.get().visibility == "internal"


def test_a_logo_on_many_pages_is_read_once(brought_in, monkeypatch):
    logo = picture()
    monkeypatch.setattr(bundles, "MAX_UNPACKED", len(logo) * 4)
    pages = {f"{n}.md": f"# T{n}\n\nHello\n\n![Logo](logo.jpg)" for n in range(20)}
    brought_in({**pages, "logo.jpg": logo})
    assert Picture.objects.count() == 1
    assert all("/pictures/" in text.html for text in Text.objects.all())


def test_an_archive_nobody_thought_of_ends_and_says_so(brand, lead, monkeypatch):
    def odd(bundle, job):
        raise ZeroDivisionError

    monkeypatch.setattr(running, "plan", odd)
    content = zipped({"a.md": "# A\n\nx"})
    job = running.begin(content, file_name="a.zip", name="files", language="en", actor=lead, brand=brand)
    assert not running.work(job.pk, seconds=30)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "It could not be read: ZeroDivisionError.")


def test_an_address_that_is_none_leaves_its_words(brought_in):
    brought_in({"a.html": '<h1>A</h1><p>Here <a href="/&#9;/[x">there</a></p>'})
    assert texts()["A"].html == "<p>Here there</p>"
