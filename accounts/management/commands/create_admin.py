"""The first person of a new installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.core.validators import validate_email
from django.forms import ValidationError

from accounts.domain import people
from accounts.domain.addresses import refuse_lookalike
from accounts.domain.errors import AddressTaken
from accounts.domain.links import Kind, link_for
from accounts.models import Role
from carecenter.lib.commands import QuickCommand


class Command(QuickCommand):
    help = "Create a person who may do everything, and print the link with which they set their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"]
        try:
            validate_email(email)
            refuse_lookalike(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        wanted = people.Wanted(role=Role.objects.get(name="Admin"))
        name = options["name"] or email.partition("@")[0]
        try:
            user = people.invite(email, name=name, wanted=wanted, actor=None)
        except AddressTaken:
            raise CommandError(f"There is a person with the address {email} already.") from None
        self.stdout.write(link_for(user, Kind.INVITATION))
