"""What our own commands of manage.py are made of."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from psycopg2.errors import UndefinedColumn, UndefinedTable


class QuickCommand(BaseCommand):
    """Begins at once: Django's look over all pages and models takes a second, and is the tests' business."""

    requires_system_checks = ()

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Raises CommandError where the database is not yet, or no more, as this version needs it."""
        try:
            return super().execute(*args, **options)
        except ProgrammingError as error:
            if not isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
                raise
            raise CommandError(
                "There are no tables here yet, or those of another version. Start bin/run first, or with servers of "
                "your own `migrate`; where bin/run was given --data DIR, this command needs CARECENTER_DATA=DIR "
                "before it."
            ) from error
