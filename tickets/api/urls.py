from django.urls import path

from tickets.api.contacts import ContactEndpoint, InboxEndpoint
from tickets.api.fields import TicketFieldEndpoint
from tickets.api.messages import AttachmentEndpoint, MessageEndpoint
from tickets.api.tickets import TicketEndpoint
from tickets.api.uploads import UploadEndpoint
from tickets.api.verbs import MessageVerbEndpoint, TicketVerbEndpoint

urlpatterns = [
    path("tickets/", TicketEndpoint.as_view({"get": "list", "post": "create"}), name="tickets"),
    path(
        "tickets/<int:pk>/",
        TicketEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="ticket",
    ),
    path("tickets/<int:pk>/take/", TicketEndpoint.as_view({"post": "take"}), name="take"),
    path("tickets/<int:pk>/merge/", TicketEndpoint.as_view({"post": "merge"}), name="ticket-merge"),
    path("tickets/<int:pk>/unmerge/", TicketEndpoint.as_view({"post": "unmerge"}), name="ticket-unmerge"),
    path("tickets/<int:pk>/log/", TicketVerbEndpoint.as_view({"post": "log"}), name="ticket-log"),
    path("tickets/<int:pk>/split/", TicketVerbEndpoint.as_view({"post": "split"}), name="ticket-split"),
    path(
        "tickets/<int:ticket>/contacts/",
        ContactEndpoint.as_view({"get": "of_ticket"}),
        name="ticket-contacts",
    ),
    path(
        "tickets/<int:ticket>/messages/",
        MessageEndpoint.as_view({"get": "list", "post": "create"}),
        name="ticket-messages",
    ),
    path("messages/<int:pk>/", MessageEndpoint.as_view({"get": "retrieve"}), name="message"),
    *(
        path(
            f"messages/<int:pk>/{verb.replace('_', '-')}/",
            MessageVerbEndpoint.as_view({"post": verb}),
            name=f"message-{verb.replace('_', '-')}",
        )
        for verb in ("take_back", "send_again", "arrived")
    ),
    path("uploads/", UploadEndpoint.as_view({"post": "create"}), name="uploads"),
    path("attachments/<str:token>/", AttachmentEndpoint.as_view(), name="attachment"),
    path("contacts/", ContactEndpoint.as_view({"get": "list"}), name="contacts"),
    path("contacts/<int:pk>/", ContactEndpoint.as_view({"get": "retrieve"}), name="contact"),
    path("ticket-fields/", TicketFieldEndpoint.as_view({"get": "list"}), name="ticket-fields"),
    path("inboxes/", InboxEndpoint.as_view({"get": "list"}), name="inboxes"),
]
