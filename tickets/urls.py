"""Addresses of the desk, below /desk/."""

from django.urls import path

from tickets.views import (
    canned,
    catching_up,
    changes,
    files,
    lists,
    opening,
    pickers,
    replies,
    ticket,
    timeline,
)

app_name = "tickets"

urlpatterns = [
    path("", lists.desk, name="desk"),
    path("rows/", lists.rows, name="rows"),
    path("counts/", lists.counts, name="counts"),
    path("catch-up/", catching_up.catch_up, name="catch_up"),
    path("new/", opening.new, name="new"),
    path("new/customers/", opening.find_customers, name="find_customers"),
    path("tickets/<int:pk>/", ticket.ticket, name="ticket"),
    path("settings/replies/", canned.replies, name="canned"),
    path("settings/replies/new/", canned.new, name="canned_new"),
    path("settings/replies/<int:pk>/", canned.edit, name="canned_edit"),
    path("settings/replies/<int:pk>/delete/", canned.delete, name="canned_delete"),
    path("tickets/<int:pk>/replies/", canned.choices, name="canned_choices"),
    path("tickets/<int:pk>/replies/<int:reply_pk>/", canned.use, name="canned_use"),
    path("tickets/<int:pk>/live/", ticket.live, name="live"),
    path("tickets/<int:pk>/earlier/", ticket.earlier, name="earlier"),
    path("tickets/<int:pk>/pick/<slug:field>/", pickers.pick, name="pick"),
    path("tickets/<int:pk>/take/", changes.take, name="take"),
    path("tickets/<int:pk>/assign/", changes.assign, name="assign"),
    path("tickets/<int:pk>/team/", changes.team, name="team"),
    path("tickets/<int:pk>/status/", changes.set_status, name="status"),
    path("tickets/<int:pk>/priority/", changes.set_priority, name="priority"),
    path("tickets/<int:pk>/tag/", changes.toggle_tag, name="tag"),
    path("tickets/<int:pk>/subject/", changes.set_subject, name="subject"),
    path("tickets/<int:pk>/write/", replies.write, name="write"),
    path("tickets/<int:pk>/log/", replies.log, name="log"),
    path("tickets/<int:pk>/composer/", replies.composer, name="composer"),
    path("tickets/<int:pk>/draft/", replies.save_draft, name="draft"),
    path("tickets/<int:pk>/files/", replies.attach, name="attach"),
    path("customers/<int:pk>/timeline/", timeline.customer_timeline, name="customer_timeline"),
    path("messages/<int:pk>/html/", files.message_html, name="message_html"),
    path("messages/<int:pk>/take-back/", replies.take_back, name="take_back"),
    path("messages/<int:pk>/retry/", replies.retry, name="retry"),
    path("messages/<int:pk>/settle/", replies.settle, name="settle"),
    path("files/<slug:token>/", files.file, name="file"),
    path("files/<slug:token>/picture/", files.picture, name="picture"),
    path("files/<slug:token>/detach/", replies.detach, name="detach"),
]
