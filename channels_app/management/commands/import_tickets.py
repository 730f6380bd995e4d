"""bin/manage import_tickets FILE… --inbox KEY --format NAME: another help desk's history, as often as needed."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from django.db import InterfaceError, OperationalError

from carecenter.lib.commands import QuickCommand
from channels_app.domain.importing import Run, Tally
from channels_app.importing.formats import READERS
from channels_app.importing.rows import Trouble, UnreadableFile
from channels_app.management.commands.pipe_mail import EX_DATAERR, EX_TEMPFAIL, end
from tickets.models import Inbox


class Command(QuickCommand):
    help = "Take over tickets of another help desk as history. Prints one line of JSON; start it again as you like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--inbox", required=True, metavar="KEY")
        parser.add_argument("--format", required=True, choices=sorted(READERS))
        parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would come")
        parser.add_argument("--report", type=Path, metavar="FILE", help="what was not taken, one JSON a line")

    def handle(self, *args: Any, **options: Any) -> None:
        paths: Sequence[Path] = options["files"]
        inbox = Inbox.objects.select_related("brand__pool").filter(key=options["inbox"]).first()
        if inbox is None:
            end(EX_DATAERR, f"There is no inbox with the key {options['inbox']}.")
        try:
            with ExitStack() as stack:
                report = self.reporter(stack, options["report"])
                run = Run(inbox, self.tell, report, is_dry=options["dry_run"])
                tally = run.take_all(READERS[options["format"]](paths))
        except UnreadableFile as error:
            end(EX_DATAERR, f"Not read: {error}.")
        except (OperationalError, InterfaceError) as error:
            end(EX_TEMPFAIL, f"Stopped, start it again to go on: {type(error).__name__}.")
        except OSError as error:
            end(EX_DATAERR, f"Not read: {error.strerror}, {error.filename}.")
        self.stdout.write(json.dumps(asdict(tally) | {"dry_run": options["dry_run"]}))

    def tell(self, tally: Tally) -> None:
        self.stderr.write(tally.line())

    def reporter(self, stack: ExitStack, path: Path | None) -> Callable[[Trouble], None]:
        """Into the file as it happens, so that a run that is killed leaves what it found; else beside the progress."""
        file: IO[str] | None = (
            stack.enter_context(path.open("w", encoding="utf-8", buffering=1)) if path else None
        )

        def report(trouble: Trouble) -> None:
            line = json.dumps(asdict(trouble), ensure_ascii=False)
            if file is None:
                self.stderr.write(line)
            else:
                file.write(f"{line}\n")

        return report
