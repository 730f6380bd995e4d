"""`manage.py demo_sign_ins`: who can look at the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from accounts.models import User
from carecenter.demo.firm import PASSWORD, SIGN_INS
from carecenter.lib.commands import QuickCommand


class Command(QuickCommand):
    help = 'Print the sign-ins of the demo, one a line: "role: e-mail / password". Nothing without a demo.'

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("The demo exists only beside the embedded database.")
        known = set(
            User.objects.filter(email__in=[email for _, email in SIGN_INS]).values_list("email", flat=True)
        )
        for role, email in SIGN_INS:
            if email in known:
                self.stdout.write(f"{role}: {email} / {PASSWORD}")
