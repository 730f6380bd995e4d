"""Search in a brand's help: a page for those who press Enter, a list while they type."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from knowledge_base.domain.reading import Reader, Shown, in_order
from knowledge_base.domain.searching import Hit, search
from portal.addresses import address
from portal.pages import help_page, languages, show

LONGEST = 300
ON_A_PAGE = 20
WHILE_TYPING = 5
MUCH = 2  # letters: shorter words stand in every piece


@dataclass(frozen=True)
class Result:
    shown: Shown
    title: str
    snippet: str
    url: str


@dataclass(frozen=True)
class Results:
    """`corrected` is what was looked for instead; `is_guess`: only their meaning may be near what was asked."""

    listed: list[Result] = field(default_factory=list)
    total: int = 0
    corrected: str = ""
    is_guess: bool = False


def asked_by(request: HttpRequest) -> str:
    """What was typed: one line, cut; a question longer than that is a text for the form."""
    return " ".join(request.GET.get("q", "")[: LONGEST * 4].replace("\x00", "").split())[:LONGEST]


def results(reader: Reader, asked: str, *, limit: int, typing: bool = False) -> Results:
    """Asked once more what this reader may read: the index is a moment behind what authors do."""
    if not asked:
        return Results()
    found = search(
        reader.brand,
        asked,
        language=reader.language,
        visibilities=reader.visibilities,
        limit=limit,
        typing=typing,
    )
    shown = {one.article.pk: one for one in in_order(reader, [hit.article_id for hit in found.hits])}
    listed = [
        Result(
            shown[hit.article_id],
            hit.title,
            said_of(hit, shown[hit.article_id], asked),
            address(reader.brand, "article", reader.language, slug=shown[hit.article_id].slug),
        )
        for hit in found.hits
        if hit.article_id in shown
    ]
    gone = len(found.hits) - len(listed)
    return Results(listed, max(found.total - gone, len(listed)), found.corrected, found.is_guess)


def said_of(hit: Hit, shown: Shown, asked: str) -> str:
    """The piece that holds what was asked; where none does, what the author says of the whole."""
    piece = hit.snippet.lower()
    is_in = any(word in piece for word in asked.lower().split() if len(word) > MUCH)
    return hit.snippet if is_in or not shown.summary else shown.summary


@require_safe
@help_page
def search_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    asked = asked_by(request)
    found = results(reader, asked, limit=ON_A_PAGE)
    choices = languages(reader, "search")
    page = {
        "asked": asked,
        "found": found.listed,
        "total": found.total,
        "corrected": found.corrected,
        "is_guess": found.is_guess,
        "languages": choices,
        "seen_url": address(reader.brand, "seen"),
    }
    response = show(request, reader, "portal/search.html", page)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@help_page
def suggest(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The list below the field, as a fragment."""
    asked = asked_by(request)
    found = results(reader, asked, limit=WHILE_TYPING, typing=True)
    all_url = address(reader.brand, "search", reader.language)
    page = {"asked": asked, "found": found.listed, "total": found.total, "all_url": all_url}
    response = show(request, reader, "portal/_found.html", page)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, max-age=30"
    return response
