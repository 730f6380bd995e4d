"""What a site loads: the script for everybody, the frame for the inbox's own sites alone."""

import gzip

from channels_app.domain.chat_state import expected_wait, place_in_queue
from channels_app.models import ChatSession
from journal.models import Event
from tests.channels_app.chat.conftest import Browser
from tickets.domain.lines import say
from tickets.models import CannedReply, Contact


def test_frame_may_be_shown_by_the_inboxs_sites_alone(chat, client):
    page = client.get("/chat/nordlicht-chat/frame/")
    policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == "'self' https://shop.example"
    assert policy["script-src"] == "'self'"
    assert "X-Frame-Options" not in page
    assert page.cookies == {}


def test_frame_speaks_the_visitors_language_else_the_brands(chat, client):
    def language(query="", **headers):
        page = client.get(f"/chat/nordlicht-chat/frame/{query}", headers=headers)
        return page.context["language"], page.context["direction"]

    assert language("?lang=de-AT,en") == ("de", "ltr")
    assert language("?lang=fr&dir=rtl", **{"Accept-Language": "fr,de;q=0.5"}) == ("de", "rtl")
    assert language("?lang=fr", **{"Accept-Language": "fr"}) == ("en", "ltr")


def test_frame_of_an_inbox_that_is_closed_is_gone(chat, client):
    chat.inbox.is_active = False
    chat.inbox.save(update_fields=["is_active"])
    assert client.get("/chat/nordlicht-chat/frame/").status_code == 404
    assert client.get("/chat/no-such-chat/frame/").status_code == 404


def test_script_is_the_same_for_all_and_small(client, db):
    packed = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Type"].startswith("text/javascript")
    assert len(packed.content) < 4_000
    assert gzip.decompress(packed.content) == client.get("/widget.js").content


def test_place_in_the_queue_counts_those_before(visitor, another, alice, clock):
    visitor.begin()
    visitor.say("First")
    later = another()
    later.begin()
    later.say("Second")
    first, second = ChatSession.objects.order_by("pk")
    assert [place_in_queue(one) for one in (first, second)] == [1, 2]
    say(first.contact, "Hello!", actor=alice)
    first, second = ChatSession.objects.order_by("pk")
    assert [place_in_queue(one) for one in (first, second)] == [None, 1]
    assert visitor.get("state/").json()["agent"] == "Alice Adams"


def test_expected_wait_is_the_median_and_none_while_it_would_be_a_guess(chat, alice, clock):
    for number, seconds in enumerate((30, 600, 90, 60, 45)):
        assert expected_wait(chat) is None
        visitor = Browser()
        visitor.begin()
        visitor.say(f"Question {number}")
        clock.shift(seconds)
        say(Contact.objects.get(answered_at=None), "Hello!", actor=alice)
    clock.shift(60)  # what was counted is remembered for a moment
    from django.core.cache import cache

    cache.clear()
    assert expected_wait(chat) == 60


def test_answers_are_public_ones_of_the_brand_in_the_visitors_language(visitor, brand, other_pool):
    def reply(title, **more):
        given = {"pool": brand.pool, "title": title, "text": f"About {title}", "is_public": True, **more}
        return CannedReply.objects.create(**given)

    right = reply("Return a kettle", language="en")
    reply("Return a kettle in secret", is_public=False)
    reply("Einen Kettle zurückgeben", language="de")
    reply("Return a kettle, {{customer.name}}", text="Dear {{customer.name}}")
    reply("Return a kettle elsewhere", pool=other_pool)
    found = visitor.post("answers/", {"text": "how can I retrun kettles"}).json()["answers"]
    assert [one["title"] for one in found] == ["Return a kettle"]
    assert visitor.post("answers/", {"text": "opening hours of the shop"}).json()["answers"] == []
    assert visitor.post(f"answers/{right.pk}/helped/").status_code == 204
    event = Event.objects.get(name="chat.deflected")
    assert (event.brand_id, event.subject, event.ticket_id) == (brand.pk, f"canned_reply:{right.pk}", None)
