"""A bearer token for the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.domain import tokens
from accounts.models import User, as_stored
from accounts.permissions import CODES, SCOPES
from carecenter.lib.commands import QuickCommand
from carecenter.lib.time import in_seconds


class Command(QuickCommand):
    help = "Create a bearer token of a person and print it. It is shown this once; only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--scopes",
            nargs="+",
            metavar="CODE",
            help="permission codes, with admin beside them to set things up; without: all codes",
        )
        parser.add_argument("--days", type=int, help="for how many days it is good; without: until revoked")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=as_stored(options["email"]), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active person with the address {options['email']}.")
        expires_at = in_seconds(options["days"] * 86_400) if options["days"] else None
        try:
            _, text = tokens.create(
                user, scopes=options["scopes"] or CODES, name=options["name"], expires_at=expires_at
            )
        except ValueError as error:
            raise CommandError(f"{error}. There are: {', '.join(SCOPES)}") from None
        self.stdout.write(text)
