"""Articles at the desk: beside a ticket, into an answer, made of an answer; and the tickets one has solved."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.access import has
from accounts.permissions import ARTICLES_READ, ARTICLES_WRITE
from accounts.views.guard import StaffRequest
from knowledge_base.access import get_article_for
from knowledge_base.models import Article
from tickets.access import can_edit, can_note, can_reply, get_message_for, get_ticket_for
from tickets.domain import article_words, articles
from tickets.domain.article_drafts import article_of
from tickets.domain.errors import TicketError
from tickets.models import Ticket, TicketArticle
from tickets.views.responses import tell

How = TicketArticle.How
MOST_WORDS = 200  # characters of a search
SHOWN_TICKETS = 20


def ticket_to_read(request: StaffRequest, pk: int) -> Ticket:
    """A ticket whose brand's articles the user may read. Raises Http404."""
    ticket = get_ticket_for(request.user, pk)
    if not has(request.user, ARTICLES_READ, brand_id=ticket.brand_id, team_id=ticket.team_id):
        raise Http404
    return ticket


def article_on(request: StaffRequest, ticket: Ticket, pk: int) -> Article:
    """Of the ticket's brand, and one the user may read. Raises Http404."""
    article = get_article_for(request.user, pk)
    if article.brand_id != ticket.brand_id:
        raise Http404
    return article


def may_link(request: StaffRequest, ticket: Ticket) -> bool:
    return can_edit(request.user, ticket) or can_note(request.user, ticket)


@login_required
@require_GET
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Beside a ticket: the articles it has, and those that may answer it."""
    ticket = ticket_to_read(request, pk)
    context = {
        "ticket": ticket,
        "linked": articles.linked(ticket),
        "suggested": articles.suggestions(ticket),
        "may_link": may_link(request, ticket),
        "may_reply": can_reply(request.user, ticket),
    }
    return render(request, "tickets/_articles.html", context)


@login_required
@require_GET
def find(request: StaffRequest, pk: int) -> HttpResponse:
    """The dialog; to htmx in it only what was found. Without words: what this ticket's question finds."""
    ticket = ticket_to_read(request, pk)
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:MOST_WORDS]
    found = articles.find(ticket, words) if words else articles.suggestions(ticket)
    context = {
        "ticket": ticket,
        "found": found,
        "words": words,
        "may_link": may_link(request, ticket),
        "may_reply": can_reply(request.user, ticket),
    }
    name = "_article_options" if request.htmx.target == "article-options" else "_article_dialog"
    return render(request, f"tickets/{name}.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def article(request: StaffRequest, pk: int, article_pk: int) -> HttpResponse:
    """Read it in a dialog; sent, the ticket has it as `how` says, or no longer."""
    ticket = ticket_to_read(request, pk)
    found = article_on(request, ticket, article_pk)
    if request.method == "POST":
        return marked(request, ticket, found)
    text = articles.best_texts([found], articles.language_of(ticket)).get(found.pk)
    if text is None:
        raise Http404
    context = {
        "ticket": ticket,
        "article": found,
        "text": text,
        "shown": text.published or text,
        "may_reply": can_reply(request.user, ticket),
    }
    return render(request, "tickets/_article_read.html", context)


def marked(request: StaffRequest, ticket: Ticket, found: Article) -> HttpResponse:
    """`how` in the address is what an undo brings: a toast posts without a body."""
    if not may_link(request, ticket):
        raise PermissionDenied
    how = request.GET.get("how", request.POST.get("how", ""))
    if how and how not in How.values:
        raise Http404
    before = TicketArticle.objects.filter(ticket=ticket, article=found).values_list("how", flat=True).first()
    try:
        articles.mark(ticket, found, how, actor=request.user)
    except TicketError as error:
        return tell(HttpResponse(status=409), str(error), tone="warning")
    said = {
        How.SOLVED: _("Noted: this article solved the ticket."),
        How.LINKED: _("The article is linked with this ticket."),
        How.INSERTED: _("The article is linked with this ticket."),
        "": _("The article is off this ticket."),
    }[how]
    undo = f"{reverse('tickets:article', args=[ticket.pk, found.pk])}?how={before or ''}"
    response = HttpResponse(status=204)
    tell(response, said, action={"label": _("Undo"), "url": undo}, seconds=10, key="article")
    return trigger_client_event(response, "articles-changed", {"ticket": ticket.pk})


@login_required
@require_POST
def insert(request: StaffRequest, pk: int, article_pk: int) -> HttpResponse:
    """What goes into the answer: `as` is link or text. An internal article never does."""
    ticket = ticket_to_read(request, pk)
    if not can_reply(request.user, ticket):
        raise PermissionDenied
    found = article_on(request, ticket, article_pk)
    try:
        text = articles.note_inserted(ticket, found, actor=request.user)
    except TicketError as error:
        return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
    address = address_of(found)
    whole = request.POST.get("as", request.GET.get("as")) == "text"
    words = (article_words.as_text if whole else article_words.as_link)(text, address)
    response = JsonResponse({"html": words.html, "text": words.text})
    return trigger_client_event(response, "articles-changed", {"ticket": ticket.pk})


def address_of(found: Article) -> str:
    """Where customers read it, as it stands in a mail."""
    base = (found.brand.public_base_url or settings.PUBLIC_BASE_URL).rstrip("/")
    return base + reverse("help:article", args=[found.brand.slug, found.slug])


@login_required
@require_POST
def make(request: StaffRequest, pk: int) -> HttpResponse:
    """A draft of an article from an answer that was given; the page goes on in its editor."""
    message = get_message_for(request.user, pk)
    ticket = ticket_to_read(request, message.ticket_id)
    if not has(request.user, ARTICLES_WRITE, brand_id=ticket.brand_id, team_id=ticket.team_id):
        raise PermissionDenied
    try:
        made = article_of(message, actor=request.user)
    except TicketError as error:
        return tell(HttpResponse(status=409), str(error), tone="warning")
    url = reverse("articles:article", args=[made.pk])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@login_required
@require_GET
def article_tickets(request: StaffRequest, pk: int) -> HttpResponse:
    """On an article's page: the tickets it solved, and those it was used on."""
    found = get_article_for(request.user, pk)
    links = articles.links_of(found, request.user)
    solved = links.filter(how=How.SOLVED)
    used = links.exclude(how=How.SOLVED)
    context = {
        "article": found,
        "solved": list(solved[:SHOWN_TICKETS]),
        "solved_count": solved.count(),
        "used": list(used[:SHOWN_TICKETS]),
        "used_count": used.count(),
    }
    return render(request, "tickets/_article_tickets.html", context)
