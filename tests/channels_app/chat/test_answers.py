"""Answers in the chat before a person: articles beside ready-made replies."""

import pytest

from journal.models import Event
from knowledge_base.domain.help_settings import save_held_out
from knowledge_base.domain.visits import draw
from knowledge_base.models import Arm, Miss, Step, Version, Vote
from knowledge_base.visitors import visitor_from
from tests.factories.articles import article, translation
from tickets.models import CannedReply, Contact

pytestmark = pytest.mark.django_db
QUESTION = {"text": "How do I descale my kettle?"}


def key_of(brand, arm):
    """A widget's key that is drawn so."""
    keys = (f"{n:032x}" for n in range(1000))
    return next(key for key in keys if draw(brand.pk, visitor_from(key), 10) == arm)


@pytest.fixture
def descale(brand):
    article(brand, "Returning a parcel", "<p>Print the label.</p>")
    article(brand, "Opening hours of our shops", "<p>Nine to five.</p>")
    return article(brand, "How do I descale a kettle?", "<p>With <b>vinegar</b>.</p>")


def descale_title(made):
    return made.texts.get().title.upper()


def ask(visitor, body=QUESTION, path="answers/", **headers):
    return visitor.post(path, body, **headers)


def steps(*fields):
    return list(Step.objects.order_by("pk").values_list("name", *fields))


def test_articles_stand_beside_ready_made_replies(visitor, brand, descale):
    reply = CannedReply.objects.create(
        pool=brand.pool, title="Descale a kettle", text="Use vinegar.", is_public=True
    )
    CannedReply.objects.create(pool=brand.pool, title=descale_title(descale), text="Same.", is_public=True)
    found = ask(visitor).json()["answers"]
    assert [(one["kind"], one["id"], one["title"]) for one in found] == [
        ("article", descale.pk, "How do I descale a kettle?"),
        ("reply", reply.pk, "Descale a kettle"),
    ]


def test_who_reads_an_english_shop_is_offered_its_english_answers(visitor, brand, descale):
    reply = CannedReply.objects.create(
        pool=brand.pool, title="Descale a kettle", text="Vinegar.", is_public=True, language="en"
    )
    other = {"title": "Kettle descale", "text": "Citron.", "language": "fr"}
    CannedReply.objects.create(pool=brand.pool, is_public=True, **other)
    in_german = {"X-Chat-Language": "de"}
    found = ask(visitor, **in_german).json()["answers"]
    assert [(one["kind"], one["id"]) for one in found] == [("article", descale.pk), ("reply", reply.pk)]
    translation(descale, "de", "Wie entkalke ich einen Kessel?", "<p>Mit Essig.</p>")
    asked = {"text": "Wie entkalke ich einen Kessel?"}
    assert ask(visitor, asked, **in_german).json()["answers"][0]["title"] == asked["text"]


def test_article_is_read_inside_the_chat_in_the_visitors_language(visitor, descale, brand, other_brand):
    translation(descale, "de", "Wie entkalke ich einen Kessel?", "<p>Mit Essig.</p>")
    english = ask(visitor, {}, f"answers/articles/{descale.pk}/").json()
    german = ask(visitor, {}, f"answers/articles/{descale.pk}/", **{"X-Chat-Language": "de"}).json()
    assert (english["html"], german["title"]) == (
        "<p>With <b>vinegar</b>.</p>",
        "Wie entkalke ich einen Kessel?",
    )
    hidden = [
        article(brand, "A", visibility="internal"),
        article(brand, "B", visibility="signed_in"),
        article(other_brand, "C"),
    ]
    assert [ask(visitor, {}, f"answers/articles/{one.pk}/").status_code for one in hidden] == [404, 404, 404]


def test_hostile_article_is_harmless_in_the_chat(visitor, descale):
    """Whatever wrote into the table."""
    Version.objects.filter(text__article=descale).update(
        html='<p onclick="x()">Hi<script>x()</script><img src="javascript:x()"><iframe src="/"></iframe></p>'
    )
    html = ask(visitor, {}, f"answers/articles/{descale.pk}/").json()["html"]
    assert not any(word in html for word in ("script", "onclick", "iframe", "x()"))


def test_way_of_a_visitor_is_noted(visitor, brand, descale):
    key = {"X-Chat-Visitor": key_of(brand, Arm.SHOWN)}
    ask(visitor, **key)
    ask(visitor, {}, f"answers/articles/{descale.pk}/", **key)
    ask(visitor, {}, f"answers/articles/{descale.pk}/helped/", **key)
    assert steps("place", "article") == [
        ("began", "chat", None),
        ("suggested", "chat", None),
        ("read", "chat", descale.pk),
        ("solved", "chat", descale.pk),
    ]
    assert (Event.objects.get(name="chat.deflected").subject, Vote.objects.get().helped) == (
        f"article:{descale.pk}",
        True,
    )


def test_held_out_visitor_sees_neither_articles_nor_replies(visitor, brand, descale):
    CannedReply.objects.create(pool=brand.pool, title="Descale a kettle", text="Vinegar.", is_public=True)
    key = {"X-Chat-Visitor": key_of(brand, Arm.HELD_OUT)}
    assert ask(visitor, **key).json() == {"answers": []}
    visitor.begin()
    visitor.post("lines/", {"id": "a" * 32, **QUESTION}, **key)
    visitor.post("lines/", {"id": "b" * 32, "text": "Are you there?"}, **key)
    assert steps("place") == [("began", "chat"), ("would_suggest", "chat"), ("sent", "chat")]
    assert (Miss.objects.count(), Contact.objects.count()) == (0, 1)


def test_first_line_that_nothing_was_found_for_is_work_for_authors(visitor, brand, descale):
    key = {"X-Chat-Visitor": key_of(brand, Arm.SHOWN)}
    visitor.begin(name="Dana Duarte")
    visitor.post("lines/", {"id": "a" * 32, "text": "Dana here, my invoice 2043 is wrong"}, **key)
    visitor.post("lines/", {"id": "b" * 32, "text": "and the parcel never came"}, **key)
    assert list(Miss.objects.values_list("words", flat=True)) == ["here my invoice is wrong"]


@pytest.mark.parametrize("key", ["", "short", "x" * 5_000, "../../etc/passwd-and-more-words"])
def test_odd_keys_count_for_nothing(visitor, descale, brand, key):
    save_held_out(brand, 0, actor="system")
    assert len(ask(visitor, **{"X-Chat-Visitor": key}).json()["answers"]) == 1
    assert Step.objects.count() == 0


def test_chat_that_suggests_nothing(visitor, chat, descale):
    chat.config |= {"suggest": False}
    chat.save(update_fields=["config"])
    assert ask(visitor).json() == {"answers": []}
