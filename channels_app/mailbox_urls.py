"""Addresses below /admin-desk/inboxes/<inbox>/mailbox/."""

from django.urls import path

from channels_app.views import mailboxes

app_name = "mailboxes"
urlpatterns = [
    path("", mailboxes.mailbox, name="mailbox"),
    path("state/", mailboxes.state, name="state"),
    path("test/", mailboxes.test, name="test"),
    path("test/<int:test_pk>/", mailboxes.test_state, name="test_state"),
]
