"""Links that only the customer may use: in our rows stands a number, the key is put in where the customer reads.

Who reads the ticket at the desk, by the API or in the search sees "/s/~12/", which opens nothing for them. A number is
opened only in what is said on the ticket it belongs to, so that typing one leads nowhere.
"""

import re
from collections.abc import Callable

from tickets.domain.threading import family_ids

# (numbers, tickets they may belong to) -> number: key
Opener = Callable[[set[int], list[int]], dict[int, str]]
_openers: dict[str, Opener] = {}
_CLOSED = re.compile(r"/([a-z]{1,8})/~(\d{1,18})/")


def register(prefix: str, opener: Opener) -> None:
    """Called by the app that owns the pages below /prefix/ when it is ready."""
    _openers[prefix] = opener


def opened(text: str, ticket_id: int) -> str:
    """The text as the customer of this ticket gets it. No query where there is nothing to open."""
    for prefix in {found[1] for found in _CLOSED.finditer(text)} & _openers.keys():
        numbers = {int(found[2]) for found in _CLOSED.finditer(text) if found[1] == prefix}
        text = filled(text, prefix, _openers[prefix](numbers, family_ids(ticket_id)))
    return text


def filled(text: str, prefix: str, keys: dict[int, str]) -> str:
    def put_in(found: re.Match[str]) -> str:
        key = keys.get(int(found[2])) if found[1] == prefix else None
        return f"/{prefix}/{key}/" if key else found[0]

    return _CLOSED.sub(put_in, text)
