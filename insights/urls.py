"""Addresses below /insights/: the dashboard, the cases behind its numbers, what the numbers mean."""

from django.urls import path

from insights.views import pages, present

app_name = "insights"
urlpatterns = [
    path("", pages.dashboard, name="dashboard"),
    path("beside/", pages.beside, name="beside"),
    path("tags/", pages.tags, name="tags"),
    path("cases/", pages.cases, name="cases"),
    path("definitions/", pages.definitions, name="definitions"),
    path("now/", present.now_page, name="now"),
    path("now/numbers/", present.now_numbers, name="now_numbers"),
    path("wall/", present.wall, name="wall"),
    path("wall/numbers/", present.wall_numbers, name="wall_numbers"),
    path("wall/links/", present.link_new, name="link_new"),
    path("wall/links/<int:pk>/revoke/", present.link_revoke, name="link_revoke"),
    path("screen/<str:token>/", present.screen, name="screen"),
    path("screen/<str:token>/numbers/", present.screen_numbers, name="screen_numbers"),
    path("numbers.csv", pages.numbers_csv, name="numbers_csv"),
]
