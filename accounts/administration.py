"""What an administrator sets, in groups: the navigation of /admin-desk/. Pages of other apps are known by URL name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import has, has_everything, scope
from accounts.models import User
from accounts.permissions import (
    BRANDS_MANAGE,
    CUSTOMER_VIEW,
    FIELDS_MANAGE,
    INBOX_MANAGE,
    JOURNAL_READ,
    REPLIES_MANAGE,
    SURVEYS_MANAGE,
    TAGS_MANAGE,
    TICKET_REPLY,
    USERS_MANAGE,
    WEBHOOKS_MANAGE,
)

# Who has one of these anywhere is led to /admin-desk/; the others reach single pages of it from elsewhere.
ANY_OF: Final = (
    BRANDS_MANAGE,
    USERS_MANAGE,
    TAGS_MANAGE,
    INBOX_MANAGE,
    REPLIES_MANAGE,
    SURVEYS_MANAGE,
    JOURNAL_READ,
    WEBHOOKS_MANAGE,
    FIELDS_MANAGE,
)

ALL: Final = "everything"


@dataclass(frozen=True)
class Page:
    """`needs`: a permission, empty for everybody, ALL for who may do everything everywhere.

    `everywhere`: only for who has it in all brands.
    """

    name: str
    label: Any
    icon: str
    needs: str
    hint: Any
    everywhere: bool = False

    @property
    def url(self) -> str:
        return reverse(self.name)

    def is_for(self, user: User) -> bool:
        if not self.needs:
            return True
        if self.needs == ALL:
            return has_everything(user)
        return scope(user, self.needs).everywhere if self.everywhere else has(user, self.needs)


GROUPS: Final[tuple[tuple[Any, tuple[Page, ...]], ...]] = (
    (
        _("Organisation"),
        (
            Page("accounts:brands", _("Brands"), "building-store", BRANDS_MANAGE, _("Names, looks, languages")),
            Page("accounts:people", _("People"), "users", USERS_MANAGE, _("Who may sign in, and to what")),
            Page("accounts:teams", _("Teams"), "user-check", USERS_MANAGE, _("Who shares a queue")),
        ),
    ),
    (
        _("Channels"),
        (
            Page("inboxes:list", _("Inboxes"), "inbox", INBOX_MANAGE, _("Mail, chat, forms, other programs")),
            Page("outgoing:page", _("Outgoing mail"), "send", ALL, _("The server that answers leave by")),
            Page("workforce:hours", _("Office hours"), "clock", INBOX_MANAGE, _("When somebody answers")),
        ),
    ),
    (
        _("Work"),
        (
            Page("tickets:tags", _("Tags"), "tag", TAGS_MANAGE, _("Rename, join, take off all tickets")),
            Page("tickets:fields", _("Fields"), "forms", FIELDS_MANAGE, _("What is asked about a ticket, and when")),
            Page("tickets:signatures", _("Signatures"), "pencil", TICKET_REPLY, _("What stands below mails")),
            Page("tickets:canned", _("Ready-made replies"), "note", TICKET_REPLY, _("What is said often, at /")),
        ),
    ),
    (
        _("Feedback"),
        (Page("surveys:list", _("Surveys"), "mood-happy", SURVEYS_MANAGE, _("What customers are asked, and when")),),
    ),
    (
        _("Data"),
        (
            Page("data:page", _("Data"), "database", BRANDS_MANAGE, _("All of it to take along")),
            Page("ticket_imports:list", _("Imports"), "file-import", INBOX_MANAGE, _("Tickets of another help desk")),
            Page("privacy:list", _("Privacy"), "shield-check", CUSTOMER_VIEW, _("Copies and erasures asked for")),
            Page("accounts:tokens", _("API tokens"), "key", "", _("With which programs act for people")),
            Page("webhooks:list", _("Webhooks"), "share", WEBHOOKS_MANAGE, _("Who else is told what happens")),
            Page("tickets:audit", _("Audit trail"), "history", JOURNAL_READ, _("Who did what, and when")),
        ),
    ),
    (
        _("System"),
        (
            Page("health", _("Health"), "activity", JOURNAL_READ, _("What waits, is stuck or runs out"), True),
            Page(
                "accounts:parked", _("Parked reactions"), "alert-triangle", JOURNAL_READ,
                _("Work that failed for good"), True,
            ),
        ),
    ),
)  # fmt: skip


def may_enter(user: User) -> bool:
    return any(has(user, code) for code in ANY_OF)


def groups_for(user: User) -> Iterator[tuple[Any, list[Page]]]:
    """The groups with what the user may open; none that is empty."""
    for label, pages in GROUPS:
        if mine := [page for page in pages if page.is_for(user)]:
            yield label, mine
