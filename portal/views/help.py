"""/help/BRAND/: home, a category, an article. Needs no script, no sign-in and no consent."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knowledge_base.domain import links, reading
from knowledge_base.domain.prose import Words, lay_out, plain
from knowledge_base.domain.reading import Reader, Shown
from knowledge_base.domain.related import related
from knowledge_base.domain.votes import find_vote
from knowledge_base.models import Article, Category, Vote, VoteReason
from knowledge_base.visitors import is_known, visitor_of
from portal.addresses import address, whole
from portal.frame import frame_for
from portal.pages import Choice, help_page, languages, other_language, show

FEW_CHIPS = 4
MOST_PAGES = 1_000  # of one category
MOST_LISTED = 20_000  # articles of a sitemap, each in a few languages


@require_safe
@help_page
def home(request: HttpRequest, reader: Reader) -> HttpResponse:
    choices = languages(reader, "home")
    often = reading.often_read(reader)
    page = {
        "shelves": reading.shelves(reader),
        "others": reading.without_category(reader),
        "chips": often[:FEW_CHIPS],
        "languages": choices,
        "other": other_language(request, choices),
        "canonical": whole(reader.brand, address(reader.brand, "home", reader.language)),
        "alternates": alternates(reader, choices, [choice.code for choice in choices]),
    }
    return show(request, reader, "portal/home.html", page)


@require_safe
@help_page
def category(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    number = page_number(request)
    shelf = reading.find_shelf(reader, slug, page=number)
    if shelf is None:
        raise Http404
    choices = languages(reader, "category", slug=slug)
    page = {
        "shelf": shelf,
        "page": number,
        "crumbs": crumbs(reader, shelf.category.parent),
        "languages": choices,
        "canonical": whole(reader.brand, address(reader.brand, "category", reader.language, slug=slug)),
        "alternates": alternates(reader, choices, [choice.code for choice in choices]),
    }
    return show(request, reader, "portal/category.html", page)


def page_number(request: HttpRequest) -> int:
    """From 1; anything that is no such number is the first."""
    typed = request.GET.get("page", "")
    return (
        min(max(int(typed), 1), MOST_PAGES) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    )


@require_safe
@help_page
def article(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    shown = reading.find_article(reader, slug)
    if shown is None:
        raise Http404
    choices = languages(reader, "article", slug=slug)
    written = [text.language for text in reading.texts_read(shown.article)]
    words = Words(table=_("Table"), code=_("Code"))
    laid = lay_out(shown.html, link=link_for(reader, shown), words=words)
    page = {
        "shown": shown,
        "laid": laid,
        "about": shown.summary or plain(shown.html),
        "crumbs": crumbs(reader, shown.article.category),
        "related": related(shown, reader),
        "languages": choices,
        "canonical": whole(reader.brand, address(reader.brand, "article", shown.language, slug=slug)),
        "alternates": alternates(reader, choices, written),
        "picture": whole(reader.brand, laid.first_picture) if laid.first_picture else "",
        "reasons": VoteReason.choices,
        "vote": vote_of(request, shown),
        "vote_url": address(reader.brand, "vote", reader.language, slug=slug),
    }
    return show(request, reader, "portal/article.html", page)


def vote_of(request: HttpRequest, shown: Shown) -> Vote | None:
    """What this browser said of the article before."""
    return find_vote(shown.article, visitor_of(request)) if is_known(request) else None


def link_for(reader: Reader, shown: Shown) -> Any:
    """Links into the help centre go to the reader's language and host; those to what they may not read are none."""
    brand = reader.brand
    readable = links.readable_targets(brand, shown.html, reader.visibilities)

    def link(href: str) -> str | None:
        target = links.target_of(href)
        if target is None or target.brand != brand.slug:
            return href
        if target.kind == "articles":
            path = address(brand, "article", reader.language, slug=target.slug)
            return path + target.rest if target.slug in readable else None
        if target.kind == "categories":
            return address(brand, "category", reader.language, slug=target.slug)
        return address(brand, "home", reader.language)

    return link


def crumbs(reader: Reader, category: Category | None) -> list[dict[str, str]]:
    """The categories above, the outer one first."""
    found = []
    while category is not None:
        url = address(reader.brand, "category", reader.language, slug=category.slug)
        found.append({"name": category.name_in(reader.language), "url": url})
        category = category.parent
    return found[::-1]


def alternates(reader: Reader, choices: list[Choice], codes: list[str]) -> list[dict[str, str]]:
    """For search engines: the page in the languages that it is written in; nothing for one alone."""
    found = [
        {"code": choice.code, "url": whole(reader.brand, choice.url)}
        for choice in choices
        if choice.code in codes
    ]
    return found if len(found) > 1 else []


@require_safe
@help_page
def write(request: HttpRequest, reader: Reader) -> HttpResponse:
    """An address that articles can link to: the brand's contact form, whatever its key; without one the home."""
    frame = frame_for(request, reader.brand)
    return redirect(frame.write or frame.home)


@require_safe
@help_page
def sitemap(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Every page that anybody may read, with its languages. Never what is for customers or colleagues only."""
    brand = reader.brand
    public = Reader(brand, brand.language)
    rows = reading.with_texts(reading.published(brand).select_related("brand")).order_by("pk")[:MOST_LISTED]
    pages = [listed for row in rows for listed in entries_of(row)]
    shelves = [
        whole(brand, address(brand, "category", slug=shelf.category.slug))
        for shelf in reading.shelves(public, each=0)
    ]
    context = {"home": whole(brand, address(brand, "home")), "shelves": shelves, "pages": pages}
    text = render_to_string("portal/sitemap.xml", context)
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def entries_of(article: Article) -> list[dict[str, Any]]:
    """An article in each of its languages; every one names all of them."""
    brand = article.brand
    texts = reading.texts_read(article)
    urls = [
        (text.language, whole(brand, address(brand, "article", text.language, slug=article.slug)))
        for text in texts
    ]
    return [
        {
            "url": url,
            "changed": text.published and text.published.made_at,
            "others": urls if len(urls) > 1 else [],
        }
        for text, (_code, url) in zip(texts, urls, strict=True)
    ]


@require_safe
@help_page
def robots(request: HttpRequest, reader: Reader) -> HttpResponse:
    """At a brand's own host: read all but what somebody asked, and here is the list."""
    lines = [
        "User-agent: *",
        f"Disallow: {address(reader.brand, 'search')}",
        f"Disallow: {address(reader.brand, 'suggest')}",
        f"Sitemap: {whole(reader.brand, address(reader.brand, 'sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
