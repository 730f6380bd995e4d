"""Addresses below /desk/settings/inboxes/."""

from django.urls import path

from channels_app.views import inboxes

app_name = "inboxes"
urlpatterns = [
    path("", inboxes.inboxes, name="list"),
    path("new/", inboxes.new, name="new"),
    path("<int:pk>/", inboxes.edit, name="edit"),
    path("<int:pk>/secrets/<slug:name>/", inboxes.rotate, name="rotate"),
]
