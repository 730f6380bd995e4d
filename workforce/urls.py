"""Office hours below /admin-desk/; one's own presence and alerts below /desk/settings/."""

from django.urls import include, path

from workforce.views import hours, presence

app_name = "workforce"
own = [
    path("presence/", presence.set_presence, name="presence"),
    path("me/", presence.me, name="me"),
    path("alerts/", presence.alerts, name="alerts"),
]
administration = [
    path("hours/", hours.hours, name="hours"),
    path("hours/new/", hours.new, name="hours_new"),
    path("hours/days/", hours.days, name="hours_days"),
    path("hours/preview/", hours.preview, name="hours_preview"),
    path("hours/<int:pk>/", hours.edit, name="hours_edit"),
    path("hours/<int:pk>/undo/", hours.undo, name="hours_undo"),
    path("hours/<int:pk>/delete/", hours.delete, name="hours_delete"),
]
urlpatterns = [path("desk/settings/", include(own)), path("admin-desk/", include(administration))]
