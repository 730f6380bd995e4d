"""Addresses below /desk/articles/look/."""

from django.urls import path

from knowledge_base.views import look

app_name = "help_look"
urlpatterns = [
    path("", look.first, name="first"),
    path("<int:pk>/", look.page, name="page"),
    path("<int:pk>/logo/", look.logo, name="logo"),
]
