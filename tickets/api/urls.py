from django.urls import path

from accounts.api.administration import KEPT, LISTED
from tickets.api.administration import AdminFieldEndpoint, TeamEndEndpoint
from tickets.api.bulk import BulkEndpoint, TagEndpoint
from tickets.api.contacts import ContactEndpoint, InboxEndpoint, ParticipantEndpoint
from tickets.api.fields import TicketFieldEndpoint
from tickets.api.messages import AttachmentEndpoint, MessageEndpoint
from tickets.api.replies import ReplyEndpoint
from tickets.api.signatures import SignatureEndpoint, UsualSignatureEndpoint
from tickets.api.tickets import TicketEndpoint
from tickets.api.uploads import UploadEndpoint
from tickets.api.verbs import MessageVerbEndpoint, TicketVerbEndpoint
from tickets.api.views import ViewEndpoint

urlpatterns = [
    path(
        "signatures/mine/",
        SignatureEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="signature-mine",
    ),
    *(
        path(
            f"signatures/{place}/<int:{name}>/",
            UsualSignatureEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
            name=f"signature-of-{name}",
        )
        for place, name in (("brands", "brand"), ("inboxes", "inbox"))
    ),
    path("tickets/", TicketEndpoint.as_view({"get": "list", "post": "create"}), name="tickets"),
    path(
        "tickets/<int:pk>/",
        TicketEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="ticket",
    ),
    path("tickets/<int:pk>/take/", TicketEndpoint.as_view({"post": "take"}), name="take"),
    path("tickets/<int:pk>/merge/", TicketEndpoint.as_view({"post": "merge"}), name="ticket-merge"),
    path("tickets/<int:pk>/unmerge/", TicketEndpoint.as_view({"post": "unmerge"}), name="ticket-unmerge"),
    *(
        path(
            f"tickets/<int:pk>/{verb.replace('_', '-')}/",
            TicketVerbEndpoint.as_view({"post": verb}),
            name=f"ticket-{verb.replace('_', '-')}",
        )
        for verb in ("log", "split", "unsplit", "spam", "no_spam")
    ),
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
    path(
        "tickets/<int:ticket>/participants/",
        ParticipantEndpoint.as_view({"get": "of_ticket"}),
        name="ticket-participants",
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
    path("bulk/", BulkEndpoint.as_view({"get": "list", "post": "create"}), name="bulk"),
    path("bulk/<int:pk>/", BulkEndpoint.as_view({"get": "retrieve"}), name="job"),
    path("bulk/<int:pk>/stop/", BulkEndpoint.as_view({"post": "stop"}), name="job-stop"),
    path("bulk/<int:pk>/undo/", BulkEndpoint.as_view({"post": "undo"}), name="job-undo"),
    path("tags/", TagEndpoint.as_view({"get": "list"}), name="tags"),
    path("tags/change/", TagEndpoint.as_view({"post": "change"}), name="tags-change"),
    path("replies/", ReplyEndpoint.as_view({"get": "list", "post": "create"}), name="replies"),
    path(
        "replies/<int:pk>/",
        ReplyEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="reply",
    ),
    path("replies/<int:pk>/delete/", ReplyEndpoint.as_view({"post": "retire"}), name="reply-delete"),
    path("replies/<int:pk>/fill/", ReplyEndpoint.as_view({"post": "fill"}), name="reply-fill"),
    path("views/", ViewEndpoint.as_view({"get": "list", "post": "create"}), name="views"),
    path(
        "views/<int:pk>/",
        ViewEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="view",
    ),
    path("views/<int:pk>/share/", ViewEndpoint.as_view({"post": "share"}), name="view-share"),
    path("views/<int:pk>/delete/", ViewEndpoint.as_view({"post": "retire"}), name="view-delete"),
    path("views/<int:pk>/restore/", ViewEndpoint.as_view({"post": "restore"}), name="view-restore"),
    path("admin/teams/<int:pk>/end/", TeamEndEndpoint.as_view({"post": "end"}), name="admin-team-end"),
    path("admin/fields/", AdminFieldEndpoint.as_view(LISTED), name="admin-fields"),
    path("admin/fields/order/", AdminFieldEndpoint.as_view({"post": "order"}), name="admin-fields-order"),
    path("admin/fields/<int:pk>/", AdminFieldEndpoint.as_view(KEPT), name="admin-field"),
    path(
        "admin/fields/<int:pk>/retire/",
        AdminFieldEndpoint.as_view({"post": "retire"}),
        name="admin-field-retire",
    ),
    path(
        "admin/fields/<int:pk>/restore/",
        AdminFieldEndpoint.as_view({"post": "restore"}),
        name="admin-field-restore",
    ),
    path("inboxes/", InboxEndpoint.as_view({"get": "list"}), name="inboxes"),
]
