"""Addresses below /desk/privacy/."""

from django.urls import path

from portal.views import privacy

app_name = "privacy"
urlpatterns = [
    path("", privacy.listing, name="list"),
    path("<int:pk>/", privacy.report, name="report"),
    path("<int:pk>/decide/", privacy.decide, name="decide"),
    path("customers/<int:pk>/", privacy.panel, name="panel"),
    path("customers/<int:pk>/erase/", privacy.prepare, name="prepare"),
]
