"""Articles of tickets that become one, and of those that part again."""

from typing import Any, Final

from tickets.models import Ticket, TicketArticle

How = TicketArticle.How
STRENGTH: Final = {How.LINKED: 0, How.INSERTED: 1, How.SOLVED: 2}


def move_links(gone: Ticket, kept: Ticket) -> dict[str, Any]:
    """The kept ticket has the articles of both. Tells what an undo needs: links that moved, and what was before."""
    here = {link.article_id: link for link in TicketArticle.objects.filter(ticket=kept)}
    moved: list[list[Any]] = []
    raised: list[list[Any]] = []
    for link in TicketArticle.objects.filter(ticket=gone).order_by("pk"):
        twin = here.get(link.article_id)
        if twin is None:
            moved.append([link.pk])
            TicketArticle.objects.filter(pk=link.pk).update(ticket=kept)
        elif STRENGTH[How(link.how)] > STRENGTH[How(twin.how)]:
            raised.append([twin.pk, str(twin.how), str(link.how)])
            TicketArticle.objects.filter(pk=twin.pk).update(how=link.how)
    return {"moved": moved, "raised": raised}


def return_links(told: dict[str, Any], kept: Ticket, gone: Ticket) -> None:
    """Each goes back; what somebody has said since stays."""
    for (pk,) in told.get("moved", []):
        link = TicketArticle.objects.filter(pk=pk, ticket=kept).first()
        if (
            link is not None
            and not TicketArticle.objects.filter(ticket=gone, article=link.article_id).exists()
        ):
            TicketArticle.objects.filter(pk=link.pk).update(ticket=gone)
    for pk, before, after in told.get("raised", []):
        TicketArticle.objects.filter(pk=pk, ticket=kept, how=after).update(how=before)
