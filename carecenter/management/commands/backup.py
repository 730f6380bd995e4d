"""bin/manage backup FILE: everything in one file, while the system runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from carecenter.backup import BackupError, write_backup
from carecenter.lib.commands import QuickCommand


class Command(QuickCommand):
    help = "Write database, files and secret key to one new file. Keep it safe: it holds everything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            held = write_backup(file.absolute())
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        size = file.stat().st_size
        self.stdout.write(f"{file}: {size:,} bytes, {held['blobs']} stored files.")
