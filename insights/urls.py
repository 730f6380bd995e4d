"""Addresses below /insights/: the dashboard, the cases behind its numbers, what the numbers mean."""

from django.urls import path

from insights.views import pages

app_name = "insights"
urlpatterns = [
    path("", pages.dashboard, name="dashboard"),
    path("cases/", pages.cases, name="cases"),
    path("definitions/", pages.definitions, name="definitions"),
    path("numbers.csv", pages.numbers_csv, name="numbers_csv"),
]
