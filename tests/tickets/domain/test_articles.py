"""Articles on a ticket: who may be told what, what is remembered, what a merge does to it."""

import pytest
from django.core.cache import caches

from journal.models import Event
from knowledge_base.domain.publishing import archive, unpublish
from knowledge_base.domain.searching import suggest
from knowledge_base.models import Article, Visibility
from tests.factories.articles import article, translation
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import ContactFactory, MessageFactory, TicketFactory
from tickets.domain import articles
from tickets.domain.article_drafts import article_of
from tickets.domain.article_words import as_link, as_text
from tickets.domain.articles import How, mark, note_inserted
from tickets.domain.errors import Merged, NotAllowed
from tickets.domain.merging import merge
from tickets.domain.unmerging import unmerge
from tickets.models import Direction, TicketArticle

ADDRESS = "https://help.example.com/help/nordlicht-home/articles/returns/"


@pytest.fixture
def returns(brand):
    html = "<p>Pack it and send it back within 30 days.</p>"
    return article(brand, "How do I return a lamp?", html, phrases=("send a lamp back",))


@pytest.fixture
def ticket(brand, dana):
    made = TicketFactory(brand=brand, customer=dana, subject="Return a lamp")
    MessageFactory(ticket=made, reply_text="How do I return a lamp that I do not like?")
    return made


def links(ticket):
    rows = TicketArticle.objects.filter(ticket=ticket).order_by("article")
    return [(link.article_id, link.how) for link in rows]


def test_an_article_is_on_a_ticket_once_as_the_strongest_that_is_known(ticket, returns, alice, bob):
    mark(ticket, returns, How.LINKED, actor=alice)
    mark(ticket, returns, How.SOLVED, actor=bob)
    note_inserted(ticket, returns, actor=alice)

    link = TicketArticle.objects.get()
    assert (link.how, link.by) == ("solved", bob)
    told = Event.objects.filter(name="article.linked").order_by("pk").values_list("data__how", flat=True)
    assert list(told) == ["linked", "solved"]


def test_taken_off_leaves_nothing_and_is_told_once(ticket, returns, alice):
    mark(ticket, returns, How.SOLVED, actor=alice)
    assert mark(ticket, returns, "", actor=alice) is None
    assert mark(ticket, returns, "", actor=alice) is None

    assert links(ticket) == []
    assert Event.objects.filter(name="article.unlinked").count() == 1


def test_an_article_of_another_brand_is_refused(ticket, second_brand, alice):
    foreign = article(second_brand, "How do I return a plant?")
    with pytest.raises(NotAllowed):
        mark(ticket, foreign, How.SOLVED, actor=alice)
    assert links(ticket) == []


@pytest.mark.parametrize("state", ["internal", "draft", "archived"])
def test_what_customers_cannot_read_never_goes_into_an_answer(ticket, returns, alice, state):
    if state == "internal":
        Article.objects.update(visibility=Visibility.INTERNAL)
    elif state == "draft":
        unpublish(returns.texts.get(), actor=None)
    else:
        archive(returns, actor=None)
    returns.refresh_from_db()

    with pytest.raises(NotAllowed):
        note_inserted(ticket, returns, actor=alice)
    assert links(ticket) == []


def test_internal_articles_are_found_for_colleagues(ticket, brand):
    secret = article(brand, "Return a lamp: what we do ourselves", visibility=Visibility.INTERNAL)
    article(brand, "Where is my parcel?")

    found = articles.find(ticket, "return a lamp")
    assert [(one.article.pk, one.is_internal) for one in found] == [(secret.pk, True)]


def test_suggestions_answer_the_question_and_leave_out_what_is_there(ticket, returns, brand, alice):
    article(brand, "Where is my parcel?", "<p>Look into your mail.</p>")
    assert [one.article.pk for one in articles.suggestions(ticket)] == [returns.pk]

    mark(ticket, returns, How.LINKED, actor=alice)
    assert articles.suggestions(ticket) == []
    assert [one.article.pk for one in articles.linked(ticket)] == [returns.pk]


def test_suggestions_are_searched_for_once_while_no_article_changes(ticket, returns, brand, monkeypatch):
    asked = []
    monkeypatch.setattr(
        articles, "suggest", lambda *args, **more: asked.append(args[1]) or suggest(*args, **more)
    )
    assert [one.article.pk for one in articles.suggestions(ticket)] == [returns.pk]
    first = len(asked)
    assert [one.article.pk for one in articles.suggestions(ticket)] == [returns.pk]
    assert len(asked) == first

    other = article(brand, "How do I return a lamp that is broken?")
    assert {one.article.pk for one in articles.suggestions(ticket)} == {returns.pk, other.pk}
    second = len(asked)
    ticket.subject = "Where is my parcel?"
    articles.suggestions(ticket)
    assert first < second < len(asked)


def test_what_was_asked_is_not_kept_beside_the_database(ticket, returns):
    def kept():
        with caches["default"]._cache.get_client() as valkey:
            return [key + (valkey.get(key) or b"") for key in valkey.keys("*articles-likely*")]

    assert kept() == []
    assert articles.suggestions(ticket)
    assert len(kept()) == 1
    assert b"Return a lamp" not in kept()[0]
    assert b"do not like" not in kept()[0]


def test_without_valkey_suggestions_are_searched_for_each_time(ticket, returns, settings, tmp_path):
    settings.CACHES = {
        **settings.CACHES,
        "default": settings.CACHES["default"] | {"LOCATION": f"unix://{tmp_path}/no"},
    }
    assert [one.article.pk for one in articles.suggestions(ticket)] == [returns.pk]


def test_the_customers_language_is_inserted_when_there_is_one(brand, ticket, dana, returns, alice):
    translation(returns, "de", "Wie gebe ich eine Lampe zurück?")
    assert note_inserted(ticket, returns, actor=alice).language == "en"

    dana.language = "de"
    dana.save(update_fields=["language"])
    ticket.refresh_from_db()
    assert note_inserted(ticket, returns, actor=alice).language == "de"


def test_a_link_carries_the_title_and_text_travels_without_pictures(brand):
    key = "a" * 26
    made = article(
        brand,
        "Pack & send",
        f'<h2>How</h2><p>Pack it, see <a href="/help/nordlicht-home/articles/boxes/">boxes</a>.</p>'
        f'<img src="/help/nordlicht-home/pictures/{key}/" alt="A box">',
    )
    text = made.texts.select_related("published").get()

    link = as_link(text, ADDRESS)
    assert link.html == f'<a href="{ADDRESS}">Pack &amp; send</a>'
    assert link.text == f"Pack & send\n{ADDRESS}"
    whole = as_text(text, ADDRESS)
    assert 'href="https://help.example.com/help/nordlicht-home/articles/boxes/"' in whole.html
    assert "<img" not in whole.html
    assert whole.text.endswith(f"With pictures: {ADDRESS}")


def test_a_merge_keeps_the_articles_of_both_and_its_undo_parts_them(brand, dana, ticket, returns, alice):
    other = TicketFactory(brand=brand, customer=dana)
    only_there, only_here = article(brand, "Only there"), article(brand, "Only here")
    mark(other, returns, How.SOLVED, actor=alice)
    mark(other, only_there, How.LINKED, actor=alice)
    mark(ticket, returns, How.LINKED, actor=alice)
    mark(ticket, only_here, How.INSERTED, actor=alice)
    before = links(ticket), links(other)

    done = merge(other, into=ticket, actor=alice)
    assert links(ticket) == [(returns.pk, "solved"), (only_there.pk, "linked"), (only_here.pk, "inserted")]
    with pytest.raises(Merged):
        mark(other, only_here, How.LINKED, actor=alice)

    unmerge(done, actor=alice)
    assert (links(ticket), links(other)) == before


def test_what_was_said_after_the_merge_stays(brand, dana, ticket, returns, alice):
    other = TicketFactory(brand=brand, customer=dana)
    mark(other, returns, How.SOLVED, actor=alice)
    mark(ticket, returns, How.LINKED, actor=alice)
    done = merge(other, into=ticket, actor=alice)
    mark(ticket, returns, How.INSERTED, actor=alice)

    unmerge(done, actor=alice)
    assert links(ticket) == [(returns.pk, "inserted")]
    assert links(other) == [(returns.pk, "solved")]


def answer(ticket, author, html):
    return MessageFactory(
        ticket=ticket,
        contact=ticket.contacts.first() or ContactFactory(ticket=ticket),
        direction=Direction.OUTBOUND,
        author=author,
        from_name=author.name,
        html=html,
        text="…",
    )


def test_an_answer_becomes_a_draft_without_the_person(brand, alice):
    customer = CustomerFactory(pool=brand.pool, name="Rosa Esposito")
    ticket = TicketFactory(brand=brand, customer=customer, subject="Re: Broken lamp of Rosa")
    message = answer(
        ticket,
        alice,
        f"<p>Dear Rosa,</p><p>Unscrew the shade, Ms Esposito, and write to rosa@example.org about #{ticket.number}.</p>"
        '<ul><li>Then <a href="mailto:rosa@example.org">here</a></li></ul><p>Best, Alice</p>',
    )
    made = article_of(message, actor=alice)

    text = made.texts.get()
    assert (text.title, text.phrases) == ("Broken lamp of …", ["Broken lamp of …"])
    assert text.html == "<p>Unscrew the shade, Ms …, and write to … about ….</p><ul><li>Then here</li></ul>"
    assert (made.message_id, made.owner, text.published) == (message.pk, alice, None)
    assert links(ticket) == [(made.pk, "solved")]


def test_the_same_answer_makes_one_article(ticket, alice, bob):
    message = answer(ticket, alice, "<p>Unscrew it.</p>")
    assert article_of(message, actor=alice) == article_of(message, actor=bob)
    assert Article.objects.count() == 1


def test_only_an_answer_of_ours_can_become_an_article(ticket, alice):
    for fields in (
        {"direction": Direction.INBOUND},
        {"direction": Direction.OUTBOUND, "audience": "internal"},
    ):
        message = MessageFactory(ticket=ticket, contact=ticket.contacts.get(), text="x", **fields)
        with pytest.raises(NotAllowed):
            article_of(message, actor=alice)
    assert Article.objects.count() == 0


def test_tickets_of_an_article_are_those_the_user_may_see(brand, returns, ticket, alice, charlie, nobody):
    mark(ticket, returns, How.SOLVED, actor=alice)
    assert [link.ticket for link in articles.links_of(returns, alice)] == [ticket]
    assert list(articles.links_of(returns, charlie)) == []
