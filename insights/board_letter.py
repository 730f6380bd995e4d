"""A dashboard as a mail: its numbers and the way to it, in the language and by the clock of who gets it."""

import zoneinfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from carecenter.lib import mailer
from insights.models import BoardMail
from insights.paper.papers import of_board
from insights.tiles import shown


def letter(mail: BoardMail) -> mailer.Letter:
    user, board = mail.user, mail.board
    with (
        translation.override(user.language or settings.LANGUAGE_CODE),
        timezone.override(zoneinfo.ZoneInfo(user.zone or "UTC")),
    ):
        address = reverse("insights:board", kwargs={"pk": board.pk})
        context = {
            "board": board,
            "tiles": shown(board, user),
            "link": f"{settings.PUBLIC_BASE_URL}{address}",
        }
        subject = " ".join(board.name.split())
        message = mailer.compose("insights/mail/board", context, subject=subject, to=user.email)
        if mail.with_pdf:
            from insights.paper.document import pdf  # large, and needed seldom

            paper = of_board(board, user)
            message.attach(f"dashboard-{board.pk}.pdf", pdf(paper), "application/pdf")
        return message
