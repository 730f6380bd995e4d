"""An article made of an answer: what was said to one person, without that person."""

import re
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.html import text_to_html
from carecenter.lib.sanitise import bounded
from knowledge_base.domain.articles import Draft, create_article
from knowledge_base.models import Article
from tickets.domain.articles import How, language_of, mark
from tickets.domain.errors import Merged, NotAllowed
from tickets.models import Direction, Message, Ticket

GREETING: Final = 80  # characters: longer first and last lines say more than a name
LEFT_OUT: Final = "…"
ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
ANSWERED = re.compile(r"^\s*(?:(?:re|aw|fw|fwd|wg|sv|antw)\s*:\s*)+", re.IGNORECASE)


def article_of(message: Message, *, actor: User) -> Article:
    """The draft made of this answer: a new one, or the one that somebody made of it before.

    Raises NotAllowed for what is no answer of ours. The ticket is linked with it.
    """
    if message.direction != Direction.OUTBOUND or message.audience != Message.Audience.PUBLIC:
        raise NotAllowed(_("Only an answer to a customer can become an article."))
    ticket = message.ticket
    with transaction.atomic():
        Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        made = Article.objects.filter(message_id=message.pk, brand=ticket.brand_id, archived_at=None).first()
        if made is not None:
            return made
        made = create_article(
            actor=actor,
            brand=ticket.brand,
            language=language_of(ticket),
            draft=draft_of(message),
            message_id=message.pk,
        )
        try:
            mark(ticket, made, How.SOLVED, actor=actor)
        except Merged:  # the answer is worth keeping all the same
            pass
    return made


def draft_of(message: Message) -> Draft:
    """Title and phrase from what was asked, the text from what was answered."""
    ticket = message.ticket
    asked = hidden(ANSWERED.sub("", ticket.subject).strip(), personal(ticket))[:200]
    html = message.html or text_to_html(message.text)
    return Draft(
        title=asked or _("Untitled"),
        summary="",
        html=without_person(html, ticket, author=message.from_name),
        phrases=[asked] if asked else [],
    )


def personal(ticket: Ticket) -> re.Pattern[str]:
    """What names the customer: their name, those in copy, addresses, the ticket's number."""
    names = [ticket.customer.name] if ticket.customer is not None else []
    names += ticket.participants.values_list("name", flat=True)[:20]
    words = {re.escape(word) for name in names for word in name.split() if len(word) > 2}
    parts = [ADDRESS.pattern, rf"#{ticket.number}\b"]
    if words:
        parts.append(
            rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b(?:\s+\b(?:{'|'.join(words)})\b)*"
        )
    return re.compile("|".join(parts), re.IGNORECASE)


def hidden(text: str, names: re.Pattern[str]) -> str:
    return names.sub(LEFT_OUT, text)


def without_person(html: str, ticket: Ticket, *, author: str) -> str:
    """Without the greeting by name and the writer's own name below; names and addresses between become an ellipsis."""
    # Imported where it is used: it costs every process some megabytes.
    from lxml import etree
    from lxml import html as trees

    names = personal(ticket)
    try:
        root = trees.fragment_fromstring(bounded(html), create_parent="div")
    except (etree.ParserError, ValueError):
        return ""
    root.tag = "body"  # its own brackets are cut off below
    without_frame(root, names, author)
    for node in list(root.iter(etree.Element)):
        hide_in(node, names)
    whole: str = trees.tostring(root, encoding="unicode", with_tail=False)
    return whole.removeprefix("<body>").removesuffix("</body>")


def without_frame(root: Any, names: re.Pattern[str], author: str) -> None:
    """Takes a short first block that names the customer and a short last one that names the writer off the tree."""
    blocks = [block for block in root if isinstance(block.tag, str) and text_of(block)]
    if len(blocks) > 1 and len(text_of(blocks[0])) <= GREETING and names.search(text_of(blocks[0])):
        blocks.pop(0).drop_tree()
    last = text_of(blocks[-1]) if len(blocks) > 1 else ""
    if author and last and len(last) <= GREETING and author.split(maxsplit=1)[0].lower() in last.lower():
        blocks[-1].drop_tree()


def hide_in(node: Any, names: re.Pattern[str]) -> None:
    node.text = node.text and hidden(node.text, names)
    node.tail = node.tail and hidden(node.tail, names)
    if names.search(node.get("href", "")):
        node.drop_tag()


def text_of(block: Any) -> str:
    return " ".join(block.text_content().split())
