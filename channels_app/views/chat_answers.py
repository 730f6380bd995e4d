"""Answers before a person is there: articles and ready-made replies, read inside the chat."""

from dataclasses import asdict

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from carecenter.lib.sanitise import sanitise_article_html
from channels_app.domain import answers as articles
from channels_app.domain import chat_answers
from channels_app.domain.answers import Asker, never_in_the_way
from channels_app.views.chat_guard import Call, chat_call
from knowledge_base.domain.visits import Place
from knowledge_base.visitors import is_key, visitor_from

VISITOR = "X-Chat-Visitor"


def asker_of(call: Call) -> Asker:
    """Whoever writes, by the key that the widget keeps; frames of other sites have no cookies of ours."""
    key = call.request.headers.get(VISITOR, "")
    brand = call.connection.inbox.brand
    visitor = visitor_from(key) if is_key(key) else ""
    return Asker(brand, visitor, get_language() or brand.language, Place.CHAT)


@chat_call("POST", token=False, per_minute=40)
def answers(call: Call) -> HttpResponse:
    """Answers to what the visitor is about to ask. A POST, so that words stay out of logs."""
    found: list[chat_answers.Answer] = []
    if articles.is_on(call.connection):
        with never_in_the_way():
            found = chat_answers.suggest(call.connection, asker_of(call), call.text("text"))
    return JsonResponse({"answers": [asdict(answer) for answer in found]})


@chat_call("POST", token=False, per_minute=60)
def article(call: Call, pk: int) -> HttpResponse:
    """What an article says, sanitised once more. A POST, for it is noted that it is read."""
    found = articles.read(asker_of(call), pk)
    if found is None:
        raise Http404
    told = {
        "title": found.title,
        "html": sanitise_article_html(found.html),
        "language": found.language,
    }
    return JsonResponse({**told, "url": address_of(call, found.slug)})


def address_of(call: Call, slug: str) -> str:
    """Where the article stands in the help centre; "" where there is none."""
    try:
        return reverse("help:article", args=[call.connection.inbox.brand.slug, slug])
    except NoReverseMatch:
        return ""


@chat_call("POST", token=False, per_minute=20)
def helped(call: Call, pk: int) -> HttpResponse:
    """That reply helped: the question ends here, and is counted."""
    if chat_answers.note_deflected(call.connection, reply_id=pk):
        with never_in_the_way():
            articles.note_solved(asker_of(call), None)
    return HttpResponse(status=204)


@chat_call("POST", token=False, per_minute=20)
def article_helped(call: Call, pk: int) -> HttpResponse:
    """That article helped."""
    with never_in_the_way():
        if articles.note_solved(asker_of(call), pk):
            chat_answers.note_deflected(call.connection, article_id=pk)
    return HttpResponse(status=204)


def note_first_line(call: Call, text: str, response: HttpResponse) -> HttpResponse:
    """The first thing they say is what a form's sending is."""
    if response.status_code in (200, 202):
        session = call.visitor
        sender = f"{session.visitor_name} {session.visitor_email.partition('@')[0].replace('.', ' ')}"
        with never_in_the_way():
            articles.note_sent(asker_of(call), text.partition("\n")[0], record_id=session.pk, sender=sender)
    return response
