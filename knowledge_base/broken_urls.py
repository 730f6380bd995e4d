"""Addresses below /desk/articles/broken-links/."""

from django.urls import path

from knowledge_base.views import broken

app_name = "broken_links"
urlpatterns = [path("", broken.page, name="page")]
