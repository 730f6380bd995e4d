"""bin/manage create_inbox ADDRESS --brand NAME: mail to this address becomes tickets."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from carecenter.lib.commands import QuickCommand
from channels_app.domain.errors import ChannelError
from channels_app.domain.inboxes import NewInbox, open_mail_inbox


class Command(QuickCommand):
    help = "Open an inbox for a mail address; its brand, pool and team are made where they do not exist."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument("--brand", required=True, help="the name customers know")
        parser.add_argument(
            "--pool", default="", help="whose customers; without it a pool named as the brand"
        )
        parser.add_argument("--team", default="", help="who gets its tickets")
        parser.add_argument("--name", default="", help="what the desk calls it; without it the address")
        parser.add_argument("--key", default="", help="its name for pipe_mail and the API")
        parser.add_argument("--language", default="en")
        parser.add_argument("--zone", default="UTC", help="time zone of a new brand, such as Europe/Berlin")

    def handle(self, *args: Any, **options: Any) -> None:
        fields = ("address", "brand", "pool", "team", "name", "key", "language", "zone")
        try:
            inbox = open_mail_inbox(NewInbox(**{field: options[field] for field in fields}))
        except ChannelError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(
            f"Mail to {options['address']} becomes tickets of {inbox.brand}. Inbox key: {inbox.key}"
        )
