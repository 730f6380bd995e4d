"""`manage.py demo_data`: the made-up firm, once."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from carecenter.demo.build import TICKETS, build
from carecenter.lib.commands import QuickCommand
from tickets.models import Ticket


class Command(QuickCommand):
    help = (
        "Write the demo firm into an empty embedded database. Does nothing where there are tickets already."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tickets", type=int, default=TICKETS, help=f"how many, {TICKETS} without this")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("The demo exists only beside the embedded database: unset DATABASE_URL.")
        if Ticket.objects.exists():
            self.stdout.write("There are tickets already: nothing was written.")
            return
        begun = time.monotonic()
        demo = build(tickets=options["tickets"])
        count, seconds = len(demo.stories), time.monotonic() - begun
        self.stdout.write(f"Demo firm written: {count} tickets in {seconds:.1f} s.")
