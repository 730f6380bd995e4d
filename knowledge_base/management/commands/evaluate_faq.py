"""How well the search finds, by questions whose answers are known."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from carecenter.lib.commands import QuickCommand
from knowledge_base.domain.evaluating import Asked, Faq, evaluate


class Command(QuickCommand):
    help = "Import questions and answers as articles of a scratch brand, ask, and write how often the search was right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--faqs", type=Path, required=True, help="lines of {id, question, answers}")
        parser.add_argument("--queries", type=Path, required=True, help="lines of {query, relevant: [ids]}")
        parser.add_argument("--out", type=Path, required=True, help="where the figures go, as JSON")
        parser.add_argument(
            "--leave-out",
            type=int,
            default=0,
            metavar="N",
            help="do not import every Nth, so that nothing answers its questions",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        faqs = [faq_of(row) for row in rows_of(options["faqs"])]
        asked = [asked_of(row) for row in rows_of(options["queries"])]
        every = options["leave_out"]
        kept = [faq for place, faq in enumerate(faqs, start=1) if not every or place % every]
        if not kept:
            raise CommandError("There is nothing to import.")
        there = {faq.id for faq in kept}
        asked = [Asked(one.query, one.relevant & there) for one in asked]
        if settings.EMBEDDED:  # as bin/run does: on a machine where nothing has run yet there are no tables
            call_command("migrate", interactive=False, verbosity=0)
        figures = evaluate(kept, asked, self.stderr.write).figures()
        options["out"].write_text(json.dumps(figures, indent=1) + "\n")
        self.stdout.write(json.dumps(figures))


def rows_of(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from None
    if not all(isinstance(row, dict) for row in rows):
        raise CommandError(f"{path}: each line is an object.")
    return rows


def faq_of(row: dict[str, Any]) -> Faq:
    try:
        answers = row["answers"]
        return Faq(
            str(row["id"]),
            str(row["question"]),
            [answers] if isinstance(answers, str) else list(map(str, answers)),
        )
    except (KeyError, TypeError) as error:
        raise CommandError(f"A question needs id, question and answers: {error}") from None


def asked_of(row: dict[str, Any]) -> Asked:
    try:
        return Asked(str(row["query"]), frozenset(str(one) for one in row["relevant"]))
    except (KeyError, TypeError) as error:
        raise CommandError(f"A query needs query and relevant: {error}") from None
