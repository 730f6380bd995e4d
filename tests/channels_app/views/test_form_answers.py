"""Articles beside the contact form: for whom, when, and never in the way."""

import re

import pytest
from django.db import OperationalError

from channels_app.domain import answers
from channels_app.models import Connection, InboundRecord
from knowledge_base.domain.help_settings import save_held_out
from knowledge_base.models import Article, Miss, Step, Version, Visit, Vote
from knowledge_base.visitors import COOKIE
from tests.factories.articles import article
from tests.factories.tickets import InboxFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
PAGE = "/f/write/"
QUESTION = {"subject": "Kettle", "text": "How do I descale my kettle?"}
DANA = {"name": "Dana Duarte", "email": "dana@example.net", **QUESTION, "website": "", "asked": "1"}


@pytest.fixture
def door(brand):
    return Connection.objects.create(inbox=InboxFactory(brand=brand, kind="form", key="write"))


@pytest.fixture
def descale(brand):
    """One article that answers the question, among others; everybody is shown it."""
    save_held_out(brand, 0, actor="system")
    article(brand, "Returning a parcel", "<p>Print the label.</p>")
    article(brand, "Opening hours of our shops", "<p>Nine to five.</p>")
    return article(brand, "How do I descale a kettle?", "<p>With <b>vinegar</b>, then rinse.</p>")


@pytest.fixture
def visitor(door, client):
    """Somebody who has opened the page, and so has a key."""
    client.get(PAGE)
    return client


def hold_out(brand, client):
    """Make the next visit one of the other arm."""
    save_held_out(brand, 50, actor="system")
    Visit.objects.all().delete()
    for _ in range(60):
        client.cookies.clear()
        client.get(PAGE)
        client.post(f"{PAGE}answers/", {"subject": "", "text": "nothing fits this", "asked": "1"})
        if Visit.objects.latest("pk").arm == "held_out":
            break
    Visit.objects.exclude(pk=Visit.objects.latest("pk").pk).delete()
    Step.objects.all().delete()


def steps(*fields):
    return list(Step.objects.order_by("pk").values_list("name", *fields))


def test_page_gives_one_key_that_scripts_cannot_read(door, client):
    cookie = client.get(PAGE).cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 86_400)
    assert COOKIE not in client.get(PAGE).cookies
    assert Visit.objects.count() == 0


def test_article_is_suggested_while_the_question_is_typed(visitor, descale):
    page = visitor.post(f"{PAGE}answers/", QUESTION)
    assert f'data-ids="{descale.pk}"' in page.content.decode()
    assert visitor.post(f"{PAGE}answers/", {"text": "my invoice is wrong"}).status_code == 204
    visit = Visit.objects.get()
    assert visit.visitor != visitor.cookies[COOKIE].value
    assert steps("place", "count") == [("began", "form", 0), ("suggested", "form", 1)]


def test_article_that_is_not_for_everybody_is_neither_suggested_nor_read(visitor, brand, other_brand):
    save_held_out(brand, 0, actor="system")
    hidden = [
        article(brand, "How do I descale a kettle?", visibility="internal"),
        article(brand, "How do I descale a kettle?", visibility="signed_in"),
        article(other_brand, "How do I descale a kettle?"),
    ]
    assert visitor.post(f"{PAGE}answers/", QUESTION).status_code == 204
    assert [visitor.post(f"{PAGE}answers/{one.pk}/").status_code for one in hidden] == [404, 404, 404]
    visitor.post(f"{PAGE}solved/", {**DANA, "solved": hidden[0].pk})
    assert "solved" not in Step.objects.values_list("name", flat=True)


def test_article_is_read_in_place_and_solves(visitor, descale):
    visitor.post(f"{PAGE}answers/", QUESTION)
    read = visitor.post(f"{PAGE}answers/{descale.pk}/")
    assert "<b>vinegar</b>" in read.content.decode()
    solved = visitor.post(f"{PAGE}solved/", {**DANA, "solved": descale.pk}).content.decode()
    assert "Glad that solved it" in solved
    assert steps("article") == [
        ("began", None),
        ("suggested", None),
        ("read", descale.pk),
        ("solved", descale.pk),
    ]
    assert (Vote.objects.get().helped, Ticket.objects.count()) == (True, 0)
    # It should lead back to the form with every word, and send nothing by it.
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', solved))
    again = visitor.post(PAGE, fields).content.decode()
    assert all(words in again for words in (DANA["text"], "Dana Duarte", "dana@example.net"))
    assert (Ticket.objects.count(), fields["back"]) == (0, "1")


def test_hostile_article_is_harmless(visitor, descale):
    """Whatever wrote into the table."""
    Version.objects.filter(text__article=descale).update(
        html='<p onclick="x()">Hi<script>x()</script></p></details></form><iframe src="/"></iframe>'
    )
    for page in (visitor.post(f"{PAGE}answers/{descale.pk}/"), visitor.post(PAGE, {**DANA, "asked": ""})):
        text = page.content.decode()
        assert "Hi" in text
        assert not any(word in text for word in ("onclick", "x()", "<iframe"))


def test_sending_is_noted_and_what_was_sent_anyway_is_work_for_authors(visitor, descale):
    visitor.post(f"{PAGE}answers/", QUESTION)
    assert visitor.post(PAGE, DANA).status_code == 302
    visitor.post(PAGE, DANA)
    record = InboundRecord.objects.get()
    assert [step for step in steps("place", "record_id") if step[0] == "sent"] == [
        ("sent", "form", record.pk)
    ]
    miss = Miss.objects.get()
    assert (miss.words, miss.count, miss.asked_anyway) == ("how do i descale my kettle", 1, 1)


def test_question_without_an_answer_is_work_for_authors(visitor, door):
    visitor.post(PAGE, {**DANA, "subject": "Dana's invoice 20431 is wrong"})
    assert list(Miss.objects.values_list("words", "asked_anyway")) == [("invoice is wrong", 0)]


def test_held_out_visitor_sees_nothing_and_the_moment_is_noted(visitor, brand, descale):
    hold_out(brand, visitor)
    answer = visitor.post(f"{PAGE}answers/", QUESTION)
    assert (answer.status_code, answer.content) == (204, b"")
    assert visitor.post(PAGE, DANA).status_code == 302
    assert steps("place") == [("began", "form"), ("would_suggest", "form"), ("sent", "form")]
    assert Miss.objects.count() == 0


def test_without_a_script_answers_come_once_before_sending(visitor, descale):
    plain = {**DANA, "asked": ""}
    first = visitor.post(PAGE, plain).content.decode()
    assert ("not sent yet" in first, "<b>vinegar</b>" in first, Ticket.objects.count()) == (True, True, 0)
    asked = re.search(r'name="asked" value="(\d*)"', first)[1]
    assert all(words in first for words in (DANA["text"], "Dana Duarte", "dana@example.net"))
    assert visitor.post(PAGE, {**plain, "asked": asked}).status_code == 302
    assert steps("place") == [("began", "plain"), ("suggested", "plain"), ("sent", "plain")]
    assert Ticket.objects.count() == 1


def test_held_out_visitor_without_a_script_sends_at_once(visitor, brand, descale):
    hold_out(brand, visitor)
    assert visitor.post(PAGE, {**DANA, "asked": ""}).status_code == 302
    assert steps("place")[:2] == [("began", "plain"), ("would_suggest", "plain")]


def test_nothing_holds_up_files_other_questions_or_a_form_that_suggests_nothing(
    visitor, door, descale, tmp_path
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    plain = {**DANA, "asked": ""}
    with_file = {**plain, "uploads": SimpleUploadedFile("a.txt", b"x")}
    assert visitor.post(PAGE, with_file).status_code == 302
    assert visitor.post(PAGE, {**plain, "subject": "", "text": "My invoice is wrong"}).status_code == 302
    door.config = {"suggest": False}
    door.save(update_fields=["config"])
    assert visitor.post(PAGE, {**plain, "text": "How do I descale my kettle now?"}).status_code == 302
    assert "data-answers" not in visitor.get(PAGE).content.decode()
    assert visitor.post(f"{PAGE}answers/", QUESTION).status_code == 204


@pytest.mark.parametrize("broken", ["find", "current_visit", "note_miss"])
def test_whatever_fails_the_message_is_sent(visitor, descale, monkeypatch, broken):
    def fails(*_args, **_more):
        raise OperationalError("the search is away")

    monkeypatch.setattr(answers, broken, fails)
    visitor.post(f"{PAGE}answers/", QUESTION)
    assert visitor.post(PAGE, {**DANA, "text": "My invoice is wrong", "asked": ""}).status_code == 302
    assert Ticket.objects.count() == 1


def test_who_gave_no_key_back_is_answered_and_not_counted(door, client, descale):
    assert client.post(f"{PAGE}answers/", QUESTION).status_code == 200
    client.post(PAGE, DANA)
    assert (Visit.objects.count(), Ticket.objects.count()) == (0, 1)


@pytest.mark.parametrize("text", ["x" * 10_000, "🙂" * 500, "' OR 1=1; --", "\x00", "", "kettle " * 2_000])
def test_odd_words_find_nothing_or_something_and_break_nothing(visitor, descale, text):
    assert visitor.post(f"{PAGE}answers/", {"text": text}).status_code in (200, 204)


def test_flood_of_questions_is_held_back_by_network(door, client, descale, clock):
    codes = [
        client.post(f"{PAGE}answers/", QUESTION, REMOTE_ADDR=f"2001:db8:1:2::{n:x}").status_code
        for n in range(61)
    ]
    assert (set(codes[:60]), codes[60]) == ({200}, 429)
    assert client.post(f"{PAGE}answers/", QUESTION, REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


def test_flood_of_messages_from_one_line_is_held_back(door, client, settings, clock):
    """A line of IPv6 has a /64: each message from another address of it."""
    settings.FORM_RATE_PER_MINUTE = {"net": 3, "email": 1000}
    codes = [
        client.post(PAGE, {**DANA, "text": f"Words {n}"}, REMOTE_ADDR=f"2001:db8::{n:x}:1").status_code
        for n in range(4)
    ]
    assert codes == [302, 302, 302, 429]
    assert client.post(PAGE, DANA, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


def test_robot_leaves_no_trace(visitor, descale):
    assert visitor.post(PAGE, {**DANA, "asked": "", "website": "https://spam.example"}).status_code == 302
    assert (Visit.objects.count(), Ticket.objects.count(), Miss.objects.count()) == (0, 0, 0)


def test_what_was_just_hidden_is_not_suggested_from_an_old_index(door, descale):
    asker = answers.Asker(brand=door.inbox.brand, visitor="", language="en", place="form")
    words = "How do I descale my kettle?"
    assert [hit.article_id for hit in answers.look_up(asker, words)] == [descale.pk]
    Article.objects.filter(pk=descale.pk).update(visibility="internal")  # the handler has not run yet
    assert answers.look_up(asker, words) == []
