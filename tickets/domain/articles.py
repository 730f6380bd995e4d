"""Articles on a ticket: found for it, put into an answer, linked, and told that one solved it."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.models import Brand, User
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from knowledge_base.domain.searching import Hit, search, stamps_of, suggest
from knowledge_base.models import Article, Text, Visibility
from tickets.domain.article_joins import STRENGTH
from tickets.domain.errors import NotAllowed
from tickets.domain.tickets import lock_ticket, refuse_merged
from tickets.models import Direction, Message, Ticket, TicketArticle

How = TicketArticle.How
FOR_COLLEAGUES: Final = tuple(Visibility)
FOR_CUSTOMERS: Final = (Visibility.PUBLIC, Visibility.SIGNED_IN)
SHOWN: Final = 8
SUGGESTED: Final = 3
QUESTION: Final = 600  # characters of what the customer wrote
SURE_SECONDS: Final = 600
FORM_OF_HIT: Final = tuple(field.name for field in fields(Hit))  # what another release kept may have another


@dataclass(frozen=True)
class Found:
    """An article as a list on the ticket shows it. `link` is what the ticket has of it already."""

    article: Article
    text: Text
    title: str
    snippet: str = ""
    link: TicketArticle | None = None

    @property
    def is_internal(self) -> bool:
        return self.article.visibility == Visibility.INTERNAL


def language_of(ticket: Ticket) -> str:
    """What the customer reads, else what the brand speaks."""
    customer = ticket.customer
    return (customer.language if customer is not None else "") or ticket.brand.language


def questions_of(ticket: Ticket) -> list[str]:
    """What the customer asked, as searches would take it: the subject, and their first message below it."""
    first = _first().first(ticket=ticket.pk)
    said = [ticket.subject, f"{ticket.subject}\n{first.reply_text[:QUESTION] if first else ''}"]
    return list(dict.fromkeys(one.strip() for one in said if one.strip()))


@functools.cache
def _first() -> Statement[Message]:
    asked = Message.objects.filter(direction=Direction.INBOUND, audience=Message.Audience.PUBLIC)
    return Statement(asked.filter(ticket_id=Given("ticket")).only("reply_text").order_by("pk")[:1])


def find(ticket: Ticket, words: str) -> list[Found]:
    """Published articles of the ticket's brand, internal ones too, the best first."""
    language = language_of(ticket)
    hits = search(ticket.brand, words, language=language, visibilities=FOR_COLLEAGUES, limit=SHOWN).hits
    return shown(ticket, hits)


def suggestions(ticket: Ticket) -> list[Found]:
    """Articles that may answer what this ticket asks, without those it has; none when the search is not sure."""
    return [one for one in shown(ticket, likely(ticket)) if one.link is None][:SUGGESTED]


def likely(ticket: Ticket) -> list[Hit]:
    """The surest of what this ticket asks. Kept, for a ticket is opened many times: while no article changes, and not
    for long, since an embedding server may have been away. What was asked is not kept: it may be erased meanwhile.
    """
    language, questions = language_of(ticket), questions_of(ticket)
    written = [(stamp.pk, stamp.number) for stamp in stamps_of(ticket.brand, language)]
    state = (FORM_OF_HIT, ticket.brand_id, ticket.brand.language, language, questions, written)
    key = f"articles-likely:{sha256(repr(state).encode()).hexdigest()}"
    try:
        kept: list[Hit] | None = cache.get(key)
        if kept is None:
            kept = surest(ticket.brand, questions, language)
            cache.set(key, kept, SURE_SECONDS)
    except (RedisError, OSError):  # without Valkey they are looked for each time
        kept = surest(ticket.brand, questions, language)
    return kept


def surest(brand: Brand, questions: Iterable[str], language: str) -> list[Hit]:
    """What these questions find, each article once by its best score."""
    best: dict[int, Hit] = {}
    for words in questions:
        if len(best) >= SUGGESTED:
            break
        found = suggest(brand, words, language=language, visibilities=FOR_COLLEAGUES, limit=SUGGESTED + SHOWN)
        for hit in found:
            if hit.article_id not in best or best[hit.article_id].score < hit.score:
                best[hit.article_id] = hit
    return sorted(best.values(), key=lambda hit: -hit.score)


def shown(ticket: Ticket, hits: Iterable[Hit]) -> list[Found]:
    """The hits with their rows, in their order. Three queries for any number."""
    listed = list(hits)
    if not listed:
        return []
    texts = Text.objects.select_related("article", "article__brand", "published")
    known = {text.pk: text for text in texts.filter(pk__in=[hit.text_id for hit in listed])}
    links = {link.article_id: link for link in TicketArticle.objects.filter(ticket=ticket)}
    return [
        Found(
            known[hit.text_id].article, known[hit.text_id], hit.title, hit.snippet, links.get(hit.article_id)
        )
        for hit in listed
        if hit.text_id in known
    ]


def linked(ticket: Ticket) -> list[Found]:
    """What the ticket has, what solved it first. An article that was taken away since keeps its place and its title."""
    links = TicketArticle.objects.filter(ticket=ticket).select_related("article__brand", "by")
    rows = list(links.order_by("pk")[:50])
    texts = best_texts([row.article for row in rows], language_of(ticket))
    rows.sort(key=lambda row: -STRENGTH[How(row.how)])
    return [
        Found(row.article, texts[row.article_id], title_of(texts[row.article_id]), link=row)
        for row in rows
        if row.article_id in texts
    ]


def best_texts(articles: Iterable[Article], language: str) -> dict[int, Text]:
    """By article the text to show: published before draft, in this language, else the brand's, else any."""
    brands = {article.pk: article.brand.language for article in articles}
    texts = (
        Text.objects.filter(article__in=brands).select_related("article__brand", "published").order_by("pk")
    )

    def fit(text: Text) -> tuple[bool, bool, bool]:
        home = brands[text.article_id]
        return (text.published_id is None, text.language != language, text.language != home)

    found: dict[int, Text] = {}
    for text in texts:
        best = found.get(text.article_id)
        if best is None or fit(text) < fit(best):
            found[text.article_id] = text
    return found


def title_of(text: Text) -> str:
    return text.published.title if text.published is not None else text.title


def check_belongs(ticket: Ticket, article: Article) -> None:
    """Raises NotAllowed: an article of another brand is another firm's word."""
    if article.brand_id != ticket.brand_id:
        raise NotAllowed(_("This article belongs to another brand."))


def readable(ticket: Ticket, article: Article) -> Text:
    """The text that is put into an answer. Raises NotAllowed for what customers may not read or cannot yet."""
    check_belongs(ticket, article)
    if article.visibility == Visibility.INTERNAL:
        raise NotAllowed(_("This article is for colleagues only: it cannot go to a customer."))
    text = best_texts([article], language_of(ticket)).get(article.pk)
    if article.archived_at is not None or text is None or text.published is None:
        raise NotAllowed(_("This article is not published."))
    return text


def mark(ticket: Ticket, article: Article, how: str, *, actor: User) -> TicketArticle | None:
    """The ticket has this article so; with an empty `how` no longer. Locks the ticket.

    Raises NotAllowed for another brand's article and on a merged ticket. Events: article.linked, article.unlinked.
    """
    check_belongs(ticket, article)
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        link = TicketArticle.objects.filter(ticket=locked, article=article).first()
        if link is not None and not how:
            link.delete()
            tell(locked, article, link.how, actor=actor, name="article.unlinked")
            return None
        if not how or (link is not None and link.how == how):
            return link
        if link is None:
            link = TicketArticle(ticket=locked, article=article)
        link.how, link.by, link.at = how, actor, now()
        link.save(update_fields=["how", "by", "at"] if link.pk else None)
        tell(locked, article, how, actor=actor, name="article.linked")
    return link


def note_inserted(ticket: Ticket, article: Article, *, actor: User) -> Text:
    """It is put into an answer now: linked as such, unless more is known. Returns what to put in."""
    text = readable(ticket, article)
    link = TicketArticle.objects.filter(ticket=ticket, article=article).first()
    if link is None or STRENGTH[How(link.how)] < STRENGTH[How.INSERTED]:
        mark(ticket, article, How.INSERTED, actor=actor)
    return text


def tell(ticket: Ticket, article: Article, how: str, *, actor: User, name: str) -> None:
    subject = f"article:{article.pk}"
    record(name, actor=user_actor(actor.pk), ticket=ticket, subject=subject, how=str(how))


def links_of(article: Article, user: User) -> QuerySet[TicketArticle]:
    """Tickets that have this article, of those the user may see, the latest first."""
    seen = Ticket.objects.visible_to(user)
    links = TicketArticle.objects.filter(article=article, ticket__in=seen)
    return links.select_related("ticket__customer", "by").order_by("-at", "-pk")
