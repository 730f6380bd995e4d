"""A command on a database without our tables says what to do."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection

from carecenter.lib.commands import QuickCommand

pytestmark = pytest.mark.django_db


class Asking(QuickCommand):
    def __init__(self, sql: str) -> None:
        super().__init__()
        self.sql = sql

    def handle(self, *args: Any, **options: Any) -> None:
        connection.cursor().execute(self.sql)


@pytest.mark.parametrize("what", ["name FROM no_such_table", "no_such_column FROM accounts_brand"])
def test_missing_tables_are_one_sentence(what: str) -> None:
    with pytest.raises(CommandError, match="no tables here yet"):
        call_command(Asking(f"SELECT {what}"))


def test_other_defects_are_not_taken_for_it() -> None:
    with pytest.raises(ProgrammingError, match="syntax"):
        call_command(Asking("SELECT FROM FROM"))
