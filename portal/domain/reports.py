"""What a report about somebody's data counts, and why it failed, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    "identities": _("addresses and numbers"),
    "customers": _("entries of the person"),
    "tickets": _("tickets"),
    "messages": _("messages"),
    "files": _("files"),
    "raw": _("messages as they came in"),
    "drafts": _("drafts of answers"),
    "participants": _("mentions as a participant"),
    "chats": _("chats"),
    "notes": _("notes of colleagues"),
    "orders": _("orders, without what was bought"),
    "comments": _("comments on surveys"),
    "sign_ins": _("sign-ins"),
    "search": _("entries of the search"),
    "consents": _("preferences"),
}


WENT_WRONG: dict[str, Any] = {
    "Unfinished": _("Something was left each time it was counted again."),
    "OperationalError": _("The database was away."),
    "OSError": _("Files could not be read or written: look at the disk."),
}


def went_wrong(code: str) -> Any:
    """Why a request failed, in words; the code where there are none for it."""
    return WENT_WRONG.get(code, code)


def counted(counts: Mapping[str, int]) -> list[tuple[Any, int]]:
    """(words, number) in a fixed order, without what there was none of."""
    return [(words, counts[name]) for name, words in WORDS.items() if counts.get(name)]
