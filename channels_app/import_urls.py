"""Addresses below /admin-desk/imports/."""

from django.urls import path

from channels_app.views import ticket_imports as views

app_name = "ticket_imports"
urlpatterns = [
    path("", views.imports, name="list"),
    path("<int:pk>/", views.job, name="job"),
    path("<int:pk>/start/", views.start, name="start"),
    path("<int:pk>/stop/", views.stop, name="stop"),
    path("<int:pk>/drop/", views.drop, name="drop"),
]
