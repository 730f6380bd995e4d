"""Which articles belong to a ticket: what was put into an answer, what was looked up, what solved it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carecenter.lib.time import now
from knowledge_base.models import Article
from tickets.models.tickets import Ticket


class TicketArticle(models.Model):
    """An article on a ticket, once. `how` is the strongest that is known: solved, then inserted, then linked."""

    class How(models.TextChoices):
        LINKED = "linked", _("Linked")
        INSERTED = "inserted", _("In an answer")
        SOLVED = "solved", _("Solved it")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="article_links")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="ticket_links")
    how = models.CharField(max_length=8, choices=How, default=How.LINKED)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "article"], name="ticket_article_once")]
        indexes = [
            models.Index(fields=["article", "-at", "-id"], name="ticket_article_recent"),
            models.Index(
                fields=["article", "-at", "-id"], name="ticket_article_solved", condition=Q(how="solved")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.how} on {self.ticket_id}"
