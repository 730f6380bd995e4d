"""Take over what a reader finds in an export, ticket by ticket; or only say what would come."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from carecenter.lib.blobs import storage
from channels_app.importing.rows import Row, Trouble
from tickets.domain.importing import Destination, import_ticket, is_known, missing_messages, way_to
from tickets.domain.intake import IncomingFile
from tickets.history import OldFile, OldMessage, OldPerson, OldTicket
from tickets.models import Inbox

EVERY = 100  # tickets a line of progress


@dataclass
class Tally:
    """Of one run. `there`: tickets of which nothing was missing. Customers are those of tickets that come."""

    tickets: int = 0
    messages: int = 0
    files: int = 0
    customers_new: int = 0
    customers_known: int = 0
    there: int = 0
    bad: int = 0

    def line(self) -> str:
        return json.dumps(asdict(self))

    def counts(self) -> dict[str, int]:
        return {name: count for name, count in asdict(self).items() if count}


@dataclass
class Run:
    """`tell` hears of progress, `report` of each trouble. A dry run reads only."""

    inbox: Inbox
    tell: Callable[[Tally], None]
    report: Callable[[Trouble], None]
    is_dry: bool = False
    tally: Tally = field(default_factory=Tally)
    _met: set[tuple[str, str]] = field(default_factory=set)

    def take_all(self, rows: Iterable[Row]) -> Tally:
        """A row that cannot be taken is reported, and the next one comes. Raises when the database is away."""
        into, read = Destination(self.inbox), 0
        for row in rows:
            read += self.take_row(into, row)
            if read % EVERY == 0 and row.ticket is not None:
                self.tell(self.tally)
        return self.tally

    def take_row(self, into: Destination, row: Row) -> bool:
        """Was there a ticket to take? One that cannot be stored leaves nothing of it, and a report."""
        for trouble in row.troubles:
            self.note(trouble)
        if row.ticket is None:
            return False
        try:
            with transaction.atomic():
                self.take(into, row.ticket)
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, ValueError, OSError) as error:
            # What the values were is the customer's: the kind of the error says enough.
            reason = f"could not be stored: {type(error).__name__}"
            self.note(Trouble(row.file, row.line, row.ticket.id, reason))
        return True

    def note(self, trouble: Trouble) -> None:
        self.tally.bad += 1
        self.report(trouble)

    def take(self, into: Destination, old: OldTicket) -> None:
        fresh = missing_messages(self.inbox, old)
        if not fresh:
            self.tally.there += 1
            return
        is_new = len(fresh) == len(old.messages)
        people = self.people_of(old)
        if not self.is_dry:
            done = import_ticket(into, old, store_files(fresh))
            if done.ticket is None:  # another run was faster
                self.tally.there += 1
                return
            is_new = done.is_new
        self._met.update(ways_to(old))
        self.tally.tickets += is_new
        self.tally.messages += len(fresh)
        self.tally.files += sum(len(message.files) for message in fresh)
        self.tally.customers_new += people.count(False)
        self.tally.customers_known += people.count(True)

    def people_of(self, old: OldTicket) -> list[bool | None]:
        """Of those this run has not met: is it a customer already?"""
        return [is_known(self.inbox, person) for way, person in ways_to(old).items() if way not in self._met]


def ways_to(old: OldTicket) -> dict[tuple[str, str], OldPerson]:
    """Who can be told from others: one address is one person, by whatever name."""
    found = ((way_to(person), person) for person in old.people())
    return {(way[0], way[1].lower()): person for way, person in found if way is not None}


def store_files(messages: Iterable[OldMessage]) -> dict[OldFile, IncomingFile]:
    """Written and synced before any row names them."""
    stored = {}
    for file in {file for message in messages for file in message.files}:
        if file.content is not None:
            blob = storage.store(file.content)
        else:
            with file.path.open("rb") as source:
                blob = storage.store_file(source)
        stored[file] = IncomingFile(blob=blob, name=file.name, content_type=file.content_type)
    return stored
