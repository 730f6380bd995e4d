"""Answers beside the contact form: while the question is typed, or, without a script, once before it is sent."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from channels_app.domain import answers
from channels_app.domain.answers import Asker, never_in_the_way
from channels_app.forms import SheetForm
from channels_app.models import Connection
from channels_app.views.form_page import form_of, get_page, look, may, not_too_large, show
from knowledge_base.domain.visits import Place
from knowledge_base.visitors import is_known, visitor_of

TYPED, SEEN = (
    "1",
    "2",
)  # what the page says in `asked`: answers come while typing; answers were shown before sending
PER_MINUTE = 60


def asker_of(request: HttpRequest, connection: Connection, place: str = "") -> Asker:
    """Whoever writes; counted as a visitor only if their browser gave back the key that came with the page."""
    brand = connection.inbox.brand
    place = place or (Place.FORM if request.POST.get("asked") == TYPED else Place.PLAIN)
    return Asker(brand, visitor_of(request) if is_known(request) else "", brand.language, place)


@never_cache
@require_POST
def suggestions(request: HttpRequest, key: str) -> HttpResponse:
    """Articles for what is being typed. A POST, so that the words stay out of addresses and logs."""
    connection = get_page(key)
    if not may(request, "form-answers", PER_MINUTE):
        return HttpResponse(status=429)
    found: list[Any] = []
    if answers.is_on(connection):
        words = f"{request.POST.get('subject', '')} {request.POST.get('text', '')}"
        with never_in_the_way():
            found = answers.articles_for(asker_of(request, connection, Place.FORM), words)
    if not found:
        return HttpResponse(status=204)
    with translation.override(connection.inbox.brand.language):
        context = {**look(connection), "offered": [(hit, None) for hit in found]}
        return render(request, "channels_app/_form_answers.html", context)


@never_cache
@require_POST
def article(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """What an article says, for the answer that is opened. A POST, for it is noted that it is read."""
    connection = get_page(key)
    found = answers.read(asker_of(request, connection, Place.FORM), pk)
    if found is None:
        raise Http404
    return render(request, "channels_app/_form_article.html", {"reading": found})


@never_cache
@csrf_exempt
@not_too_large
@csrf_protect
@require_POST
def solved(request: HttpRequest, key: str) -> HttpResponse:
    """That solved it: thanks, and the way back with every word as it was."""
    connection = get_page(key)
    form = form_of(request, connection)
    given = request.POST.get("solved", "")
    with translation.override(connection.inbox.brand.language):
        if given.isdecimal() and len(given) < 19 and may(request, "form-solved", PER_MINUTE):
            with never_in_the_way():
                answers.note_solved(asker_of(request, connection), int(given))
        return render(request, "channels_app/form_solved.html", {**look(connection), "form": form})


def first_look(request: HttpRequest, form: SheetForm, connection: Connection) -> HttpResponse | None:
    """Answers between the first press of "Send" and sending, where no script could show them before: once, and never
    over files, which no page can put back into its form.
    """
    if request.POST.get("asked") or request.FILES or not answers.is_on(connection):
        return None
    asker = asker_of(request, connection)
    offered: list[Any] = []
    with never_in_the_way():
        data = form.cleaned_data
        found = answers.articles_for(asker, f"{data['subject']} {data['text']}")
        articles = answers.opened(asker, [hit.article_id for hit in found])
        offered = [(hit, articles[hit.article_id]) for hit in found if hit.article_id in articles]
    if not offered:
        return None
    return show(request, form, connection, offered=offered, seen=SEEN)


def note_sent(request: HttpRequest, form: SheetForm, connection: Connection, record_id: int) -> None:
    data = form.cleaned_data
    question = data["subject"] if len(data["subject"].split()) > 1 else data["text"]
    sender = f"{data['name']} {data['email'].partition('@')[0].replace('.', ' ')}"
    with never_in_the_way():
        asker = asker_of(request, connection)
        answers.note_sent(asker, question.partition("\n")[0], record_id=record_id, sender=sender)
