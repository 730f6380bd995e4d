from accounts.models import Brand
from knowledge_base.domain import indexing
from knowledge_base.domain.publishing import archive, publish, restore, unpublish
from knowledge_base.models import Article, Entry, Stamp, Text, Word
from tests.factories.articles import article


def words_of(brand: Brand) -> dict[str, int]:
    return dict(Word.objects.filter(stamp__brand=brand).values_list("word", "count"))


def test_entry_says_what_is_published_and_nothing_of_the_draft(brand: Brand) -> None:
    made = article(brand, "Return a lamp", "<p>Send it <b>back</b>.</p>", phrases=["Give it BACK"])
    text = made.texts.get()
    text.title = "A draft of tomorrow"
    text.save(update_fields=["title"])
    indexing.write_entry(text.pk)
    entry = Entry.objects.get()
    assert (entry.title, entry.asked, entry.body) == (
        "Return a lamp",
        "return a lamp\ngive it back",
        "Send it back.",
    )


def test_writing_twice_changes_nothing(brand: Brand) -> None:
    made = article(brand, "Return a lamp")
    before = (Stamp.objects.values().get(), words_of(brand), Entry.objects.values().get())
    assert indexing.write_entry(made.texts.get().pk) is False
    assert (Stamp.objects.values().get(), words_of(brand), Entry.objects.values().get()) == before


def test_counts_of_words_follow_what_is_published(brand: Brand) -> None:
    article(brand, "Return a lamp", "<p>Lamp oil.</p>")
    second = article(brand, "Clean a lamp", "<p>Oil.</p>").texts.get()
    assert words_of(brand) == {"return": 1, "a": 2, "lamp": 2, "oil": 2, "clean": 1}
    second.title, second.html = "Clean a vase", "<p>Water.</p>"
    second.save(update_fields=["title", "html"])
    publish(second, actor=None)
    indexing.write_entry(second.pk)
    assert words_of(brand) == {"return": 1, "a": 2, "lamp": 1, "oil": 1, "clean": 1, "vase": 1, "water": 1}
    unpublish(second, actor=None)
    indexing.write_entry(second.pk)
    assert words_of(brand) == {"return": 1, "a": 1, "lamp": 1, "oil": 1}
    assert Stamp.objects.get().texts == 1


def test_archived_article_leaves_and_comes_back(brand: Brand) -> None:
    made = article(brand, "Return a lamp")
    archive(made, actor=None)
    indexing.write_article(made.pk)
    assert not Entry.objects.exists()
    restore(made, actor=None)
    indexing.write_article(made.pk)
    assert Entry.objects.get().title == "Return a lamp"


def test_every_change_raises_the_stamp(brand: Brand) -> None:
    made = article(brand, "Return a lamp")
    before = Stamp.objects.get().number
    Article.objects.filter(pk=made.pk).update(visibility="internal")
    indexing.write_article(made.pk)
    assert Stamp.objects.get().number == before + 1
    assert Entry.objects.get().visibility == "internal"


def test_rebuild_writes_the_same_again(brand: Brand, second_brand: Brand) -> None:
    article(brand, "Return a lamp")
    article(second_brand, "Clean a lamp")
    before = (
        words_of(brand),
        words_of(second_brand),
        list(Entry.objects.order_by("pk").values_list("asked", "words")),
    )
    Word.objects.all().update(count=77)
    Entry.objects.filter(brand=brand).delete()
    assert indexing.rebuild() == 2
    after = (
        words_of(brand),
        words_of(second_brand),
        list(Entry.objects.order_by("pk").values_list("asked", "words")),
    )
    assert after == before
    assert set(Stamp.objects.values_list("texts", flat=True)) == {1}


def test_hostile_texts_become_words_only(brand: Brand) -> None:
    made = article(
        brand, "It's a \\ test:* & 'quoted' | !not", "<p>' OR 1=1; -- \\' <script>alert(1)</script></p>"
    )
    entry = Entry.objects.get(article=made)
    assert "alert" not in entry.body
    assert "'quot':" in entry.words
    assert "'1':" in entry.words


def test_text_that_is_gone_is_no_error(brand: Brand) -> None:
    assert indexing.write_entry(999_999) is False
    assert not Text.objects.exists()
