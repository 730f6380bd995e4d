"""How contacts cross the border: connections, what came in raw, each try to send, mailboxes that are watched."""

from channels_app.models.border import (
    BlockedSender,
    ChatSession,
    Connection,
    ConnectionQuerySet,
    Conversation,
    ConversationPart,
    DeliveryAttempt,
    InboundRecord,
    InboundRecordQuerySet,
    InboxAddress,
    Reason,
    of_inboxes,
)
from channels_app.models.imports import TicketImport, TicketImportTrouble
from channels_app.models.mailboxes import (
    Mailbox,
    MailboxAlarm,
    MailboxQuerySet,
    MailboxTest,
    Security,
    SignIn,
)

__all__ = [
    "BlockedSender",
    "ChatSession",
    "Connection",
    "ConnectionQuerySet",
    "Conversation",
    "ConversationPart",
    "DeliveryAttempt",
    "InboundRecord",
    "InboundRecordQuerySet",
    "InboxAddress",
    "Mailbox",
    "MailboxAlarm",
    "MailboxQuerySet",
    "MailboxTest",
    "Reason",
    "Security",
    "SignIn",
    "TicketImport",
    "TicketImportTrouble",
    "of_inboxes",
]
