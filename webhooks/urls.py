"""Addresses below /admin-desk/webhooks/."""

from django.urls import path

from webhooks.views import pages

app_name = "webhooks"
urlpatterns = [
    path("", pages.webhooks, name="list"),
    path("new/", pages.new, name="new"),
    path("<int:pk>/", pages.webhook, name="webhook"),
    path("<int:pk>/edit/", pages.edit, name="edit"),
    path("<int:pk>/switch/", pages.switch, name="switch"),
    path("<int:pk>/secret/", pages.rotate, name="rotate"),
    path("<int:pk>/try/", pages.try_out, name="try"),
    path("<int:pk>/again/", pages.all_again, name="all_again"),
    path("<int:pk>/delete/", pages.delete, name="delete"),
    path("sent/<int:pk>/", pages.delivery, name="delivery"),
    path("sent/<int:pk>/again/", pages.again, name="again"),
]
