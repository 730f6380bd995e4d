"""The models and their migrations say the same."""

import re

from django.core.management import call_command

from tests.architecture.source import modules


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named_by_content():
    found = [
        module.path
        for module in modules()
        if module.is_migration
        and module.parts[-1] != "__init__.py"
        and (
            not re.match(r"\d{4}_[a-z]", module.parts[-1]) or re.search(r"_auto_|_initial", module.parts[-1])
        )
    ]

    assert found == []
