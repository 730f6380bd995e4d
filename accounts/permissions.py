"""Every permission code there is, and the roles the product ships with.

Code asks `scope(user, code)` or `has(user, code, brand_id=…)`; roles are rows an administrator may change.
"""

from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_lazy as _

TICKET_VIEW: Final = "ticket.view"
TICKET_REPLY: Final = "ticket.reply"
TICKET_NOTE: Final = "ticket.note"
TICKET_EDIT: Final = "ticket.edit"
TICKET_ASSIGN: Final = "ticket.assign"
TICKET_CREATE: Final = "ticket.create"
CUSTOMER_VIEW: Final = "customer.view"
CUSTOMER_EDIT: Final = "customer.edit"
CUSTOMER_MERGE: Final = "customer.merge"
INTAKE_VIEW: Final = "intake.view"
INTAKE_REPLAY: Final = "intake.replay"
JOURNAL_READ: Final = "journal.read"
USERS_MANAGE: Final = "users.manage"
BRANDS_MANAGE: Final = "brands.manage"
TAGS_MANAGE: Final = "tags.manage"
INBOX_MANAGE: Final = "inbox.manage"
REPLIES_MANAGE: Final = "replies.manage"
VIEWS_SHARE: Final = "views.share"
ARTICLES_READ: Final = "articles.read"
ARTICLES_WRITE: Final = "articles.write"
ARTICLES_PUBLISH: Final = "articles.publish"
SURVEYS_MANAGE: Final = "surveys.manage"
FEEDBACK_READ: Final = "feedback.read"
FEEDBACK_FOLLOW_UP: Final = "feedback.follow_up"
INSIGHTS_VIEW: Final = "insights.view"
WEBHOOKS_MANAGE: Final = "webhooks.manage"
FIELDS_MANAGE: Final = "fields.manage"

CODES: Final = {
    TICKET_VIEW: _("See tickets"),
    TICKET_REPLY: _("Answer customers"),
    TICKET_NOTE: _("Write internal notes"),
    TICKET_EDIT: _("Change status, priority and tags"),
    TICKET_ASSIGN: _("Assign tickets and teams"),
    TICKET_CREATE: _("Open tickets"),
    CUSTOMER_VIEW: _("See customers"),
    CUSTOMER_EDIT: _("Change customers"),
    CUSTOMER_MERGE: _("Merge customers"),
    INTAKE_VIEW: _("See parked and failed contacts"),
    INTAKE_REPLAY: _("Run parked and failed contacts again"),
    JOURNAL_READ: _("Read the event journal"),
    USERS_MANAGE: _("Invite people and set what they may do"),
    BRANDS_MANAGE: _("Set up brands"),
    TAGS_MANAGE: _("Rename, merge and delete tags"),
    INBOX_MANAGE: _("Set up inboxes, connections and office hours"),
    REPLIES_MANAGE: _("Write ready-made replies for everybody"),
    VIEWS_SHARE: _("Share saved views"),
    ARTICLES_READ: _("Read articles, drafts among them"),
    ARTICLES_WRITE: _("Write articles"),
    ARTICLES_PUBLISH: _("Publish articles and arrange the help centre"),
    SURVEYS_MANAGE: _("Set up surveys"),
    FEEDBACK_READ: _("See what customers said of everybody's work"),
    FEEDBACK_FOLLOW_UP: _("Follow up bad experiences"),
    INSIGHTS_VIEW: _("See the numbers of everybody's work"),
    WEBHOOKS_MANAGE: _("Have other systems told what happens"),
    FIELDS_MANAGE: _("Set up fields of tickets"),
}

# In which order, and under which heads, a person reads them.
GROUPS: Final = (
    (_("Tickets"), (
        TICKET_VIEW, TICKET_REPLY, TICKET_NOTE, TICKET_EDIT, TICKET_ASSIGN, TICKET_CREATE, REPLIES_MANAGE, VIEWS_SHARE,
        TAGS_MANAGE, FIELDS_MANAGE,
    )),
    (_("Customers"), (CUSTOMER_VIEW, CUSTOMER_EDIT, CUSTOMER_MERGE)),
    (_("Help centre"), (ARTICLES_READ, ARTICLES_WRITE, ARTICLES_PUBLISH)),
    (_("Feedback and numbers"), (FEEDBACK_READ, FEEDBACK_FOLLOW_UP, INSIGHTS_VIEW, SURVEYS_MANAGE)),
    (_("Administration"), (
        USERS_MANAGE, BRANDS_MANAGE, INBOX_MANAGE, WEBHOOKS_MANAGE, INTAKE_VIEW, INTAKE_REPLAY, JOURNAL_READ,
    )),
)  # fmt: skip

# What a token needs beside a code before it sets anything up: whoever has it could do that without a password.
ADMIN_SCOPE: Final = "admin"
SCOPES: Final = {ADMIN_SCOPE: _("Administer by program, as far as the codes below allow"), **CODES}
AGENT: Final = (
    TICKET_VIEW, TICKET_REPLY, TICKET_NOTE, TICKET_EDIT, TICKET_ASSIGN, TICKET_CREATE, CUSTOMER_VIEW, CUSTOMER_EDIT,
    ARTICLES_READ, FEEDBACK_FOLLOW_UP,
)  # fmt: skip
LEAD: Final = (
    *AGENT, CUSTOMER_MERGE, INTAKE_VIEW, INTAKE_REPLAY, REPLIES_MANAGE, VIEWS_SHARE, ARTICLES_WRITE, ARTICLES_PUBLISH,
    FEEDBACK_READ, INSIGHTS_VIEW,
)  # fmt: skip
MANAGER: Final = (*LEAD, JOURNAL_READ)
ADMIN: Final = tuple(CODES)
ROLES: Final = {"Agent": AGENT, "Lead": LEAD, "Manager": MANAGER, "Admin": ADMIN}
ROLE_TITLES: Final = {"Agent": _("Agent"), "Lead": _("Lead"), "Manager": _("Manager"), "Admin": _("Admin")}


@dataclass(frozen=True)
class Scope:
    """Where a user has one permission: everywhere, in whole brands, in one team's work, or nowhere.

    `pairs` are (brand or None for all, team) of grants limited to a team.
    """

    everywhere: bool = False
    brands: frozenset[int] = frozenset()
    pairs: frozenset[tuple[int | None, int]] = field(default=frozenset())

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.brands) or bool(self.pairs)

    def covers(self, *, brand_id: int | None, team_id: int | None = None) -> bool:
        """Does the permission hold for something of this brand and team?"""
        if self.everywhere or brand_id in self.brands:
            return True
        return team_id is not None and ((brand_id, team_id) in self.pairs or (None, team_id) in self.pairs)
