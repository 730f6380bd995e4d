"""Addresses below /demo/, only there when the settings say DEMO."""

from django.urls import path
from django.views.generic import RedirectView

from channels_app.views import demo

app_name = "demo"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="demo:mails"), name="demo"),
    path("mail/", demo.mails, name="mails"),
    path("mail/write/", demo.write, name="write"),
    path("mail/<str:name>/", demo.mail, name="mail"),
    path("mail/<str:name>/html/", demo.html, name="html"),
    path("mail/<str:name>/raw/", demo.raw, name="raw"),
]
