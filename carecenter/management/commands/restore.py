"""bin/manage restore FILE: an empty installation becomes the one that was backed up."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from carecenter.backup import BackupError, read_backup
from carecenter.lib.commands import QuickCommand


class Command(QuickCommand):
    help = "Fill an empty installation from a backup, and bring its tables up to this version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            held = read_backup(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(f"Restored from {file}: {held['blobs']} stored files, {held['bytes']:,} bytes.")
