"""`bin/manage rebuild_search`: what the search of articles reads is written anew, with its vectors."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.models import Brand
from carecenter.lib.commands import QuickCommand
from knowledge_base.domain import indexing, meaning


class Command(QuickCommand):
    help = "Write the entries, words and vectors of published articles anew; of one brand with --brand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--brand", default="", help="the brand's short name, as in its help centre's address"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        brand = Brand.objects.filter(slug=options["brand"]).first() if options["brand"] else None
        if options["brand"] and brand is None:
            raise CommandError(f"There is no brand “{options['brand']}”.")
        count = indexing.rebuild(brand.pk if brand else None)
        self.stdout.write(f"{count} texts can be found.")
        vectors = 0
        while done := meaning.work_out(limit=200, seconds=60):
            vectors += done
            self.stdout.write(f"{vectors} texts have new vectors.")
