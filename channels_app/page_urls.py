"""Addresses below /f/: pages that anybody may open."""

from django.urls import path

from channels_app.views import form

app_name = "page"
urlpatterns = [
    path("<slug:key>/", form.page, name="form"),
    path("<slug:key>/thanks/<slug:sheet>/", form.thanks, name="thanks"),
]
