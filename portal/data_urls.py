"""Addresses below /admin-desk/data/."""

from django.urls import path

from portal.views import data, retention

app_name = "data"
urlpatterns = [
    path("", data.page, name="page"),
    path("retention/<int:pk>/", retention.page, name="retention"),
    path("retention/<int:pk>/off/", retention.off, name="retention_off"),
    path("exports/", data.rows, name="rows"),
    path("exports/of/<int:pk>/", data.export, name="export"),
    path("exports/<str:token>/", data.fetch, name="fetch"),
    path("exports/<str:token>/drop/", data.drop, name="drop"),
]
