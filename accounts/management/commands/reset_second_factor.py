"""For an installation whose only administrator has lost the telephone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.domain.factor_rules import reset_factors
from accounts.models import User, as_stored
from carecenter.lib.commands import QuickCommand


class Command(QuickCommand):
    help = (
        "Take the second factor of a person away; they sign in with the password alone and set up a new one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=as_stored(options["email"])).first()
        if user is None:
            raise CommandError(f"There is no person with the address {options['email']}.")
        reset_factors(user, actor=None)
        self.stdout.write(f"{user.email} signs in with the password alone now, and was told so by mail.")
