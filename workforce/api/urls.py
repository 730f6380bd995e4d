from django.urls import path

from accounts.api.administration import KEPT, LISTED
from workforce.api.hours import HoursEndpoint

urlpatterns = [
    path("admin/hours/", HoursEndpoint.as_view(LISTED), name="admin-hours"),
    path("admin/hours/<int:pk>/", HoursEndpoint.as_view(KEPT), name="admin-schedule"),
    path(
        "admin/hours/<int:pk>/delete/",
        HoursEndpoint.as_view({"post": "retire"}),
        name="admin-schedule-delete",
    ),
]
