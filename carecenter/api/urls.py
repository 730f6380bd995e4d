"""The address table of the API, version 1. Each app brings its own part."""

from django.urls import include, path, re_path

from carecenter.api.schema import openapi
from carecenter.api.views import NotHere

app_name = "api"
urlpatterns = [
    path("schema/", openapi, name="schema"),
    path("", include("accounts.api.urls")),
    path("", include("customers.api.urls")),
    path("", include("knowledge_base.api.urls")),
    path("", include("workforce.api.urls")),
    path("", include("tickets.api.urls")),
    path("", include("channels_app.api.urls")),
    path("", include("feedback.api.urls")),
    path("", include("portal.api.urls")),
    path("", include("insights.api.urls")),
    path("", include("webhooks.api.urls")),
    path("", include("carecenter.health_api")),
    re_path(r"", NotHere.as_view(), name="nothing"),
]
