"""What visitors leave behind on a help page: a vote, and that they read or looked for something."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from carecenter.api.throttles import take
from carecenter.lib.hosts import network_of
from knowledge_base.domain import votes
from knowledge_base.domain.misses import note_miss
from knowledge_base.domain.reading import Reader, find_article
from knowledge_base.domain.searching import search
from knowledge_base.domain.visits import Place, current_visit, note
from knowledge_base.models import StepName, VoteReason
from knowledge_base.visitors import remember, visitor_of
from portal.addresses import address
from portal.pages import help_page, show
from portal.views.help_search import LONGEST


def may_mark(request: HttpRequest) -> bool:
    """So many a minute from one network address. Without Valkey anybody may."""
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    taken = take(f"help-marks:{network}", per_minute=settings.HELP_MARKS_PER_MINUTE)
    return taken is None or taken[0]


@require_POST
@help_page
def vote(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Yes, no, why not, or taken back: the part of the page anew for a script, else back to the page."""
    shown = find_article(reader, slug)
    if shown is None:
        raise Http404
    said = request.POST.get("said", "")
    visitor = visitor_of(request)
    cast = votes.find_vote(shown.article, visitor)
    if not may_mark(request):
        pass  # a machine: it sees the page as it was
    elif said == "nothing":
        votes.take_back(shown.article, visitor)
        cast = None
    elif said in ("yes", "no"):
        is_first = cast is None or cast.helped != (said == "yes")
        cast = votes.vote(
            shown.article,
            visitor,
            helped=said == "yes",
            language=shown.language,
            reason=request.POST.get("reason", ""),
            comment=request.POST.get("comment", ""),
        )
        if is_first:
            step = StepName.SOLVED if cast.helped else StepName.NOT_SOLVED
            note(current_visit(reader.brand, visitor), step, article=shown.article, place=Place.HELP)
    if request.headers.get("X-Part") == "vote":
        page = {
            "vote": cast,
            "reasons": VoteReason.choices,
            "told": said == "no" and "reason" in request.POST,
            "vote_url": address(reader.brand, "vote", reader.language, slug=slug),
        }
        response = show(request, reader, "portal/_vote.html", page)
    else:
        response = redirect(address(reader.brand, "article", reader.language, slug=slug) + "#solved")
    remember(request, response)
    return response


@csrf_exempt  # asked for by our own pages only; it says no more than that somebody read or looked for something
@require_POST
@help_page
def seen(request: HttpRequest, reader: Reader) -> HttpResponse:
    """That an article was read, or what was looked for. The page's script tells it: robots and scanners have none."""
    response = HttpResponse(status=204)
    if not is_own_page(request) or not may_mark(request):
        return response
    visitor = visitor_of(request)
    if slug := request.POST.get("article", "")[:120]:
        shown = find_article(reader, slug)
        if shown is not None:
            visit = current_visit(reader.brand, visitor)
            note(visit, StepName.READ, article=shown.article, place=Place.HELP)
    elif asked := request.POST.get("asked", "")[:LONGEST]:
        note_search(reader, visitor, asked, request.POST.get("language", "")[:10])
    remember(request, response)
    return response


def note_search(reader: Reader, visitor: str, asked: str, language: str) -> None:
    """Looked for again here: a page may not tell us that our search found nothing. A guess is no answer either."""
    words = language or reader.language
    found = search(reader.brand, asked, language=words, visibilities=reader.visibilities, limit=1)
    note(current_visit(reader.brand, visitor), StepName.SEARCHED, place=Place.HELP, count=found.total)
    if found.is_guess or not found.hits:
        note_miss(reader.brand, words, asked)


def is_own_page(request: HttpRequest) -> bool:
    """Browsers say which site a request comes from, and no page can make them say another one."""
    origin = request.headers.get("Origin", "")
    if origin:
        return urlsplit(origin).netloc == request.get_host()
    return request.headers.get("Sec-Fetch-Site", "") == "same-origin"
