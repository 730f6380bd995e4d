"""Addresses below /desk/settings/ of office hours and of one's own presence and alerts."""

from django.urls import path

from workforce.views import hours, presence

app_name = "workforce"
urlpatterns = [
    path("hours/", hours.hours, name="hours"),
    path("hours/new/", hours.new, name="hours_new"),
    path("hours/<int:pk>/", hours.edit, name="hours_edit"),
    path("hours/<int:pk>/delete/", hours.delete, name="hours_delete"),
    path("presence/", presence.set_presence, name="presence"),
    path("me/", presence.me, name="me"),
    path("alerts/", presence.alerts, name="alerts"),
]
