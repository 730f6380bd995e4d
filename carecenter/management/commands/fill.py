"""`manage.py fill --tickets N`: a load to measure with."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from carecenter.demo.fill.load import fill
from carecenter.lib.commands import QuickCommand


class Command(QuickCommand):
    help = "Add many made-up tickets to the embedded database, for measuring. Fastest into an empty one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tickets", type=int, required=True, help="how many")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes other tickets")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("Only the embedded database is filled: unset DATABASE_URL.")
        if not 1 <= options["tickets"] <= 10_000_000:
            raise CommandError("Between 1 and 10,000,000 tickets.")
        fill(options["tickets"], seed=options["seed"], say=self.stdout.write)
