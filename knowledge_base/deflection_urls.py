"""Addresses below /desk/articles/deflection/."""

from django.urls import path

from knowledge_base.views import deflection

app_name = "deflection"
urlpatterns = [
    path("", deflection.page, name="page"),
    path("held-out/<int:pk>/", deflection.held_out, name="held_out"),
]
