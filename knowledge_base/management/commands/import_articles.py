"""bin/manage import_articles FOLDER --brand SLUG: Markdown, HTML and tables of questions become articles.

The same source again updates them. `--dry-run` only says what would happen; `--undo ID` takes an import back.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from accounts.models import Brand, User
from carecenter.lib.commands import QuickCommand
from journal.domain.dispatch import reacting
from knowledge_base.domain.errors import ArticleError
from knowledge_base.domain.imports import running
from knowledge_base.domain.imports.bundles import pack
from knowledge_base.domain.imports.planning import find_category
from knowledge_base.models import Import, ImportItem, Visibility

SECONDS = 30.0


class Command(QuickCommand):
    help = "Make articles of a folder or ZIP archive of Markdown and HTML files, or of a CSV of questions and answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "source", nargs="?", type=Path, help="A folder, or a .zip, .md, .html or .csv file."
        )
        parser.add_argument("--brand", help="The brand's slug.")
        parser.add_argument(
            "--name", default="files", help="Of the source: under the same name the same page is an update."
        )
        parser.add_argument("--language", default="", help="Of pages that do not say; else the brand's.")
        parser.add_argument("--visibility", default=Visibility.PUBLIC, choices=Visibility.values)
        parser.add_argument("--category", default="", help="Of pages that name none: a category there is.")
        parser.add_argument("--publish", action="store_true", help="Publish at once; else they are drafts.")
        parser.add_argument("--by", default="", help="E-mail address of who becomes their owner.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen, and do nothing.")
        parser.add_argument("--undo", type=int, metavar="ID", help="Take an import back.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"]:
            self.take_back(options["undo"], options["by"])
            return
        if options["source"] is None or not options["brand"]:
            raise CommandError("Give a folder or a file, and --brand.")
        job = self.handed_in(options)
        job = self.worked(job)
        if job.state == Import.State.FAILED:
            raise CommandError(job.error)
        self.report(job, only_failed=False)
        if options["dry_run"]:
            job.delete()
            return
        job = self.worked(running.start(job, actor=job.made_by))
        self.report(job, only_failed=True)
        self.stdout.write(f"Import {job.pk}: --undo {job.pk} takes it back.")

    def handed_in(self, options: dict[str, Any]) -> Import:
        brand = Brand.objects.filter(slug=options["brand"]).first()
        if brand is None:
            raise CommandError(f"There is no brand {options['brand']}.")
        category = find_category(brand, options["category"]) if options["category"] else None
        if options["category"] and category is None:
            raise CommandError(f"There is no category {options['category']} in this brand.")
        source: Path = options["source"]
        if not source.exists():
            raise CommandError(f"There is no {source}.")
        name = f"{source.resolve().name}.zip" if source.is_dir() else source.name
        try:
            with pack(source) if source.is_dir() else source.open("rb") as content:
                return running.begin(
                    content,
                    brand=brand,
                    actor=self.person(options["by"]),
                    file_name=name[:200],
                    name=options["name"][:60],
                    language=options["language"] or brand.language,
                    visibility=options["visibility"],
                    category=category,
                    publishes=options["publish"],
                )
        except ArticleError as error:
            raise CommandError(str(error)) from error

    def person(self, address: str) -> User | None:
        if not address:
            return None
        found = User.objects.filter(email=address.strip().lower(), is_active=True).first()
        if found is None:
            raise CommandError(f"There is nobody with the address {address}.")
        return found

    def worked(self, job: Import) -> Import:
        """Here, to the end: a worker that took it first is waited for by doing nothing twice."""
        more = True
        while more:
            with reacting():
                more = running.work(job.pk, seconds=SECONDS)
        job.refresh_from_db()
        return job

    def take_back(self, job_id: int, address: str) -> None:
        job = Import.objects.filter(pk=job_id, state=Import.State.DONE).first()
        if job is None:
            raise CommandError(f"There is no import {job_id} that could be taken back.")
        job = self.worked(running.undo(job, actor=self.person(address)))
        kept = job.items.filter(state=ImportItem.State.KEPT)
        for item in kept.order_by("pk"):
            self.stdout.write(f"stayed  {item.path}: {' '.join(item.notes)}")
        self.stdout.write(f"Import {job.pk} is taken back; {kept.count()} stayed.")

    def report(self, job: Import, *, only_failed: bool) -> None:
        items = job.items.order_by("pk")
        if only_failed:
            items = items.filter(state=ImportItem.State.FAILED)
        for item in items:
            self.stdout.write(f"{item.will:7} {item.path}: {item.title}")
            for note in item.notes:
                self.stdout.write(f"        {note}")
        counted = running.progress(job)
        shown = counted.states if only_failed else counted.will
        self.stdout.write(", ".join(f"{count} {name}" for name, count in shown.items() if count) or "nothing")
