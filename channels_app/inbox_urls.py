"""Addresses below /admin-desk/inboxes/."""

from django.urls import path

from channels_app.views import brand_panel, inboxes, trial

app_name = "inboxes"
urlpatterns = [
    path("", inboxes.inboxes, name="list"),
    path("of-brand/<int:pk>/", brand_panel.of_brand, name="of_brand"),
    path("trial/", trial.trial, name="trial"),
    path("new/", inboxes.new, name="new"),
    path("<int:pk>/", inboxes.edit, name="edit"),
    path("<int:pk>/secrets/<slug:name>/", inboxes.rotate, name="rotate"),
]
