from django.urls import path

from accounts.api.administration import KEPT, LISTED
from channels_app.api.chats import ChatEndpoint
from channels_app.api.inboxes import AdminInboxEndpoint
from channels_app.api.intake import BlockedSenderEndpoint, IntakeEndpoint
from channels_app.api.messages import InboxMessages
from channels_app.api.outgoing import OutgoingMailEndpoint
from channels_app.api.ticket_imports import TicketImportEndpoint, TicketImportJobEndpoint

urlpatterns = [
    path("chats/", ChatEndpoint.as_view({"get": "list"}), name="chats"),
    path("chats/<int:pk>/", ChatEndpoint.as_view({"get": "retrieve"}), name="chat"),
    path("chats/<int:pk>/lines/", ChatEndpoint.as_view({"get": "lines", "post": "say"}), name="chat-lines"),
    path("chats/<int:pk>/take/", ChatEndpoint.as_view({"post": "take"}), name="chat-take"),
    path("chats/<int:pk>/hand-over/", ChatEndpoint.as_view({"post": "hand_over"}), name="chat-hand-over"),
    path("chats/<int:pk>/typing/", ChatEndpoint.as_view({"post": "typing"}), name="chat-typing"),
    path("chats/<int:pk>/read/", ChatEndpoint.as_view({"post": "read"}), name="chat-read"),
    path("chats/<int:pk>/end/", ChatEndpoint.as_view({"post": "end"}), name="chat-end"),
    path("intake/", IntakeEndpoint.as_view({"get": "list"}), name="intake"),
    path("intake/<int:pk>/", IntakeEndpoint.as_view({"get": "retrieve"}), name="intake-record"),
    *(
        path(
            f"intake/<int:pk>/{word}/",
            IntakeEndpoint.as_view({"post": word.replace("-", "_")}),
            name=f"intake-{word}",
        )
        for word in ("replay", "open-anyway", "ignore", "block")
    ),
    path("blocked-senders/", BlockedSenderEndpoint.as_view({"get": "list"}), name="blocked-senders"),
    path(
        "blocked-senders/<int:pk>/unblock/",
        BlockedSenderEndpoint.as_view({"post": "unblock"}),
        name="blocked-sender-unblock",
    ),
    path("admin/inboxes/", AdminInboxEndpoint.as_view(LISTED), name="admin-inboxes"),
    path("admin/inboxes/<int:pk>/", AdminInboxEndpoint.as_view(KEPT), name="admin-inbox"),
    path(
        "admin/inboxes/<int:pk>/secrets/<slug:name>/",
        AdminInboxEndpoint.as_view({"post": "rotate"}),
        name="admin-inbox-secret",
    ),
    path(
        "admin/outgoing-mail/",
        OutgoingMailEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="admin-outgoing-mail",
    ),
    path(
        "admin/outgoing-mail/remove/",
        OutgoingMailEndpoint.as_view({"post": "remove"}),
        name="admin-outgoing-mail-remove",
    ),
    path("admin/ticket-imports/", TicketImportEndpoint.as_view(LISTED), name="admin-ticket-imports"),
    path(
        "admin/ticket-imports/<int:pk>/",
        TicketImportJobEndpoint.as_view({"get": "retrieve"}),
        name="admin-ticket-import",
    ),
    path(
        "admin/ticket-imports/<int:pk>/troubles/",
        TicketImportJobEndpoint.as_view({"get": "troubles"}),
        name="admin-ticket-import-troubles",
    ),
    *(
        path(
            f"admin/ticket-imports/<int:pk>/{word}/",
            TicketImportJobEndpoint.as_view({"post": word}),
            name=f"admin-ticket-import-{word}",
        )
        for word in ("start", "stop", "drop")
    ),
    path("inboxes/<slug:key>/messages/", InboxMessages.as_view(), name="inbox-messages"),
]
