"""Rows of the search in the binary form of COPY: from text the database would parse and sort their words itself,
which took it four times as long.
"""

import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TAIL = b"\xff\xff"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ROW = struct.Struct("!hiqiqiqii")


def search_row(ticket: int, last_at: datetime, created_at: datetime, words: list[str]) -> bytes:
    """The columns of `SearchRow` in their order; the words once each, sorted as the database keeps them."""
    known = list(dict.fromkeys(sorted(words)))  # long runs are in order already: sorting costs little
    vector = ("\0\0\0".join(known) + "\0\0\0").encode()
    last, created = ((at - EPOCH) // MICROSECOND for at in (last_at, created_at))
    return ROW.pack(4, 8, ticket, 8, last, 8, created, len(vector) + 4, len(known)) + vector


def file_of(rows: Iterable[bytes]) -> bytes:
    return b"".join((HEAD, *rows, TAIL))
