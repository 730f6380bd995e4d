"""Addresses below /s/: what customers open from a mail or a chat, by a key and without signing in."""

from django.urls import path

from feedback.views import pages

app_name = "survey"
urlpatterns = [
    path("~<int:pk>/", pages.shown, name="shown"),
    path("<slug:key>/", pages.page, name="page"),
    path("<slug:key>/thanks/", pages.thanks, name="thanks"),
    path("<slug:key>/never/", pages.never, name="never"),
    path("<slug:key>/card/", pages.card, name="card"),
]
