"""A signed-in line to one folder: what is new, a mail by pieces, and waiting for the next."""

from __future__ import annotations

import imaplib
import re
import select
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from imap_tools.errors import ImapToolsError

from channels_app.domain.mailbox_troubles import Stage, Trouble
from channels_app.fetching.sign_in import Access, Token, sign_in
from channels_app.fetching.wire import (
    ANSWER_SECONDS,
    LINE,
    SMALL,
    Box,
    Report,
    Way,
    nothing,
    open_wire,
    trouble_of,
)

PIECE = 2**20
HEADER_BYTES = 64 * 1024
LARGEST_NUMBER = 2**32 - 1
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UID = re.compile(rb"\bUID (\d{1,10})\b")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,15})\b")
DATE = re.compile(rb'\bINTERNALDATE "([ \d]\d-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4})"')
BODY = re.compile(rb"\bBODY\[[A-Z.]*\](?:<\d+>)? ?(?:\{(\d+)\}$|(NIL)|\"([^\"]*)\")")


@dataclass(frozen=True)
class Folder:
    """As it is now. `uid_next` is the number the next mail will get, `mails` how many there are."""

    uid_validity: int
    uid_next: int
    mails: int


@dataclass(frozen=True)
class Outline:
    """What is asked of a mail before its bytes are. `arrived_at` by the server's clock."""

    uid: int
    size: int
    arrived_at: datetime


@contextmanager
def telling() -> Iterator[None]:
    """Whatever goes wrong on the line is a Trouble outside."""
    try:
        yield
    except (imaplib.IMAP4.error, ImapToolsError, OSError, UnicodeError, ValueError, LookupError) as error:
        raise trouble_of(error) from error


class Session:
    """One conversation with the server, in one thread. `sever` may be called from any."""

    def __init__(self, box: Box, token: Token | None) -> None:
        self.box = box
        self.wire = box.wire
        self.token = token

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self.wire.capabilities

    def sever(self) -> None:
        self.wire.sever()

    def close(self) -> None:
        """Say good-bye if the line still stands; however that ends, it is closed after."""
        try:
            self.wire.sock.settimeout(2)
            self.wire.allow(SMALL)
            self.wire.logout()
        except (imaplib.IMAP4.error, OSError, ValueError):
            pass
        try:
            self.wire.shutdown()
        except OSError:
            pass

    def open_folder(self, name: str, *, read_only: bool) -> Folder:
        """EXAMINE unless told otherwise: the server itself then keeps every flag as it is."""
        self.wire.allow(SMALL)
        try:
            self.box.folder.set(name, readonly=read_only)
        except imaplib.IMAP4.abort as error:
            raise trouble_of(error) from error
        except imaplib.IMAP4.readonly:
            raise Trouble("no_folder", "read-only") from None
        except (ImapToolsError, imaplib.IMAP4.error) as error:
            raise Trouble("no_folder", trouble_of(error).detail) from None
        except OSError as error:
            raise trouble_of(error) from error
        numbers = {name: self._number(name) for name in ("UIDVALIDITY", "UIDNEXT", "EXISTS")}
        if not numbers["UIDVALIDITY"]:
            raise Trouble("no_numbers")
        uid_next = numbers["UIDNEXT"] or max(self.uids("1", "*"), default=0) + 1
        return Folder(numbers["UIDVALIDITY"], uid_next, numbers["EXISTS"])

    def _number(self, name: str) -> int:
        data = self.wire.untagged_responses.get(name) or [b""]
        text = data[-1]
        return int(text) if isinstance(text, bytes) and text.isdigit() and len(text) < 11 else 0

    def folder_names(self) -> list[str]:
        """Some names there are, for who mistyped one."""
        with telling():
            self.wire.allow(SMALL)
            return [folder.name for folder in self.box.folder.list()][:20]

    def uids(self, first: int | str, last: int | str, *, since: datetime | None = None) -> list[int]:
        """Numbers from first to last, in order. Servers give the last mail for any range that ends in `*`."""
        day = f" SINCE {since.day}-{MONTHS[since.month - 1]}-{since.year}" if since else ""
        with telling():
            self.wire.allow(LINE * 2)
            words = self.box.uids(f"UID {first}:{last}{day}", charset=None)
            found = {int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 11}
        if len(found) != len(set(words)) or any(not 0 < uid <= LARGEST_NUMBER for uid in found):
            raise Trouble("odd_answer", "numbers that are none")
        return sorted(uid for uid in found if uid >= int(first))

    def outlines(self, uids: Sequence[int]) -> dict[int, Outline]:
        """Of those that are still there."""
        data = self._fetch(",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)", SMALL)
        found = {}
        for item in data:
            text = item[0] if isinstance(item, tuple) else item or b""
            uid, size, date = UID.search(text), SIZE.search(text), DATE.search(text)
            if uid and size and date and int(uid[1]) in uids:
                arrived = datetime.strptime(date[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z")
                found[int(uid[1])] = Outline(int(uid[1]), int(size[1]), arrived.astimezone(UTC))
        return found

    def copy_mail(self, outline: Outline, target: IO[bytes], limit: int, went_on: Callable[[], None]) -> bool:
        """Write the mail to `target` by pieces; False when it is longer than the limit, whatever the server said.

        Some servers' sizes are estimates, so the end is a piece that is shorter than asked for.
        """
        offset = 0
        while piece := self._piece(outline.uid, "", offset, PIECE):
            offset += len(piece)
            if offset > limit:
                return False
            target.write(piece)
            if len(piece) < PIECE and offset >= outline.size:
                break
            went_on()
        return True

    def header(self, uid: int) -> bytes:
        """The beginning of its header, at most 64 KiB."""
        return self._piece(uid, "HEADER", 0, HEADER_BYTES)

    def _piece(self, uid: int, section: str, offset: int, size: int) -> bytes:
        """Some bytes of a mail, without marking it as read; b"" behind its end."""
        data = self._fetch(str(uid), f"(UID BODY.PEEK[{section}]<{offset}.{size}>)", size + SMALL)
        for index, item in enumerate(data):
            head = item[0] if isinstance(item, tuple) else item or b""
            body = BODY.search(head)
            if body is None:
                continue
            after = data[index + 1] if isinstance(item, tuple) and index + 1 < len(data) else b""
            number = UID.search(head) or (UID.search(after) if isinstance(after, bytes) else None)
            if number is None or int(number[1]) != uid:
                continue
            piece = item[1] if isinstance(item, tuple) else body[3] or b""
            if len(piece) > size:
                raise Trouble("too_much")
            return bytes(piece)
        raise Trouble("fetch_refused", "no such mail in the answer")

    def _fetch(self, uids: str, what: str, most: int) -> list[Any]:
        with telling():
            self.wire.allow(most)
            kind, data = self.wire.uid("FETCH", uids, what)
        if kind != "OK":
            said = data[-1] if data else b""
            raise Trouble("fetch_refused", said.decode("utf-8", "replace") if isinstance(said, bytes) else "")
        return [item for item in data if item is not None]

    def mark_seen(self, uid: int) -> None:
        with telling():
            self.wire.allow(SMALL)
            self.wire.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def wait(self, seconds: float, stop: int) -> None:
        """IDLE until the server says anything, the time is over, or the file descriptor `stop` can be read."""
        with telling():
            self.wire.allow(SMALL)
            tag = self.wire._command("IDLE")
            said_before = False
            while self.wire._get_response() is not None:
                if self.wire.tagged_commands[tag] is not None:
                    raise Trouble("odd_answer", "IDLE refused")
                said_before = True
            if not said_before:
                listen(self.wire, seconds, stop)
            self.wire.send(b"DONE\r\n")
            self.wire.sock.settimeout(ANSWER_SECONDS)
            while self.wire.tagged_commands[tag] is None:
                self.wire._get_response()
            del self.wire.tagged_commands[tag]


def listen(wire: imaplib.IMAP4, seconds: float, stop: int) -> None:
    """Until bytes lie there, in the socket, in the cipher or in the reader's buffer."""
    if (isinstance(wire.sock, ssl.SSLSocket) and wire.sock.pending()) or is_buffered(wire):
        return
    poller = select.poll()
    poller.register(wire.sock.fileno(), select.POLLIN)
    poller.register(stop, select.POLLIN)
    poller.poll(seconds * 1000)


def is_buffered(wire: imaplib.IMAP4) -> bool:
    """Has the reader read more than the line it gave out? Asked without waiting for more."""
    wire.sock.setblocking(False)
    try:
        return bool(wire.file.peek(1))  # type: ignore[union-attr]  # a buffered reader
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        wire.sock.settimeout(ANSWER_SECONDS)


def open_session(way: Way, access: Access, token: Token | None = None, report: Report = nothing) -> Session:
    """Connect and sign in. Raises Trouble."""
    wire = open_wire(way, report)
    try:
        with telling():
            box = Box(wire)
            token = sign_in(box, access, token)
    except BaseException:
        wire.sever()
        wire.sock.close()
        raise
    report(Stage.SIGN_IN, "")
    return Session(box, token)
