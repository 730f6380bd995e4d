"""One mail on standard input, for a mail server's pipe: exit codes are those of sysexits, which mail servers know."""

import json
import sys
import tempfile
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.db import DatabaseError, InterfaceError

from carecenter.lib.commands import QuickCommand
from carecenter.lib.kinds import Capability, kinds_that
from channels_app.domain.errors import EmptyInput, TooLarge
from channels_app.domain.inbound import process_record
from channels_app.domain.intake import INLINE_BYTES, keep_bytes, store_raw
from channels_app.models import Connection, InboundRecord

EX_DATAERR = 65  # empty, or over the limit: no use in trying again
EX_TEMPFAIL = 75  # the mail server keeps it and tries again
PIECE = 2**20


class Command(QuickCommand):
    help = "Store a mail from standard input and make it a ticket. Prints one line of JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--inbox", required=True, metavar="KEY")
        parser.add_argument("--sender", default="", help="the envelope's sender, if the mail server tells it")
        parser.add_argument("--recipient", default="", help="the envelope's recipient")

    def handle(self, *args: Any, **options: Any) -> None:
        recipients = [options["recipient"]] if options["recipient"] else []
        envelope = {"from": options["sender"], "to": recipients, "peer": "pipe"}
        with tempfile.SpooledTemporaryFile(max_size=INLINE_BYTES + 1) as mail:
            while piece := sys.stdin.buffer.read(PIECE):
                mail.write(piece)
            mail.seek(0)
            try:
                record = store(options["inbox"], mail, envelope)
            except (EmptyInput, TooLarge) as error:
                end(EX_DATAERR, f"Not stored: {error}.")
            except (DatabaseError, InterfaceError, OSError) as error:
                end(EX_TEMPFAIL, f"Not stored, try again later: {type(error).__name__}.")
        came_before = record.state != InboundRecord.State.NEW
        try:
            record = process_record(record.pk)
        except (DatabaseError, InterfaceError, OSError) as error:
            # It is stored; the worker will run it. A second copy would only be refused as a duplicate.
            self.stderr.write(f"Stored, to be run later: {type(error).__name__}.")
        self.stdout.write(json.dumps(answer(record, came_before=came_before)))


def store(key: str, mail: Any, envelope: dict[str, Any]) -> InboundRecord:
    """The record of this mail in the inbox. Ends the process when there is no such inbox."""
    connection = (
        Connection.objects.select_related("inbox__brand")
        .filter(
            inbox__key=key,
            inbox__kind__in=kinds_that(Capability.ADDRESSES),
            inbox__is_active=True,
            is_active=True,
        )
        .first()
    )
    if connection is None:
        # A slip in the mail server's set-up: it keeps the mail until somebody mends it.
        end(EX_TEMPFAIL, f"There is no mail inbox with the key {key}.")
    return store_raw([connection], keep_bytes(mail), envelope=envelope)[0]


def answer(record: InboundRecord, *, came_before: bool) -> dict[str, Any]:
    """`new`: this mail opened the ticket, just now. `parked`: it is on no ticket and a person should look at it."""
    trouble = record.state in (InboundRecord.State.PARKED, InboundRecord.State.FAILED)
    return {
        "ticket": record.ticket_id,
        "message": record.message_id,
        "new": record.opened_ticket and not came_before,
        "parked": trouble,
    }


def end(code: int, words: str) -> NoReturn:
    sys.stderr.write(f"{words}\n")
    sys.exit(code)
