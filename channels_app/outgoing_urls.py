"""Addresses below /admin-desk/outgoing-mail/."""

from django.urls import path

from channels_app.views import outgoing

app_name = "outgoing"
urlpatterns = [
    path("", outgoing.page, name="page"),
    path("remove/", outgoing.remove, name="remove"),
    path("undo/", outgoing.undo, name="undo"),
    path("test/", outgoing.test, name="test"),
    path("test/<int:test_pk>/", outgoing.test_state, name="test_state"),
]
