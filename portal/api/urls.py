from django.urls import path

from accounts.api.administration import KEPT, LISTED
from portal.api.data import ExportEndpoint, RetentionEndpoint

urlpatterns = [
    path("admin/retention/", RetentionEndpoint.as_view({"get": "list"}), name="admin-retentions"),
    path("admin/retention/<int:pk>/", RetentionEndpoint.as_view(KEPT), name="admin-retention"),
    path(
        "admin/retention/<int:pk>/off/",
        RetentionEndpoint.as_view({"post": "off"}),
        name="admin-retention-off",
    ),
    path("admin/exports/", ExportEndpoint.as_view(LISTED), name="admin-exports"),
    path("admin/exports/<str:token>/", ExportEndpoint.as_view({"get": "retrieve"}), name="admin-export"),
    path(
        "admin/exports/<str:token>/drop/", ExportEndpoint.as_view({"post": "drop"}), name="admin-export-drop"
    ),
]
