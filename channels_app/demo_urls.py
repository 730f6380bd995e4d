"""Addresses below /demo/, only there when the settings say DEMO."""

from django.urls import path

from channels_app.views import demo, demo_shop

app_name = "demo"
urlpatterns = [
    path("", demo_shop.shop, name="shop"),
    path("mail/", demo.mails, name="mails"),
    path("mail/write/", demo.write, name="write"),
    path("mail/<str:name>/", demo.mail, name="mail"),
    path("mail/<str:name>/html/", demo.html, name="html"),
    path("mail/<str:name>/raw/", demo.raw, name="raw"),
]
