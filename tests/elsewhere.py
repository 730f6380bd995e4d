"""Addresses of another host, for tests."""

from django.urls import include, path

urlpatterns = [path("elsewhere/", include("carecenter.urls"))]
