"""Addresses below /desk/intake/."""

from django.urls import path

from channels_app.views import intake

app_name = "channels_app"
urlpatterns = [
    path("", intake.intake, name="intake"),
    path("<int:pk>/", intake.record, name="record"),
    path("<int:pk>/raw/", intake.raw, name="raw"),
    path("<int:pk>/replay/", intake.replay, name="replay"),
    path("<int:pk>/open/", intake.open_anyway, name="open_anyway"),
    path("<int:pk>/ignore/", intake.ignore, name="ignore"),
    path("<int:pk>/block/", intake.block, name="block"),
    path("blocked/", intake.blocked, name="blocked"),
    path("blocked/<int:pk>/unblock/", intake.unblock, name="unblock"),
]
