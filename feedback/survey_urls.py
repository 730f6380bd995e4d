"""Addresses below /admin-desk/surveys/."""

from django.urls import path

from feedback.views import rules, surveys

app_name = "surveys"
urlpatterns = [
    path("", surveys.surveys, name="list"),
    path("brands/<int:pk>/start/", surveys.start, name="start"),
    path("brands/<int:pk>/new/", surveys.new, name="new"),
    path("brands/<int:pk>/preview/", surveys.preview, name="preview"),
    path("brands/<int:pk>/rules/new/", rules.new, name="rule_new"),
    path("brands/<int:pk>/", rules.brand, name="brand"),
    path("<int:pk>/", surveys.edit, name="edit"),
    path("<int:pk>/switch/", surveys.switch, name="switch"),
    path("<int:pk>/delete/", surveys.delete, name="delete"),
    path("rules/<int:pk>/", rules.edit, name="rule"),
    path("rules/<int:pk>/move/", rules.move, name="rule_move"),
    path("rules/<int:pk>/delete/", rules.delete, name="rule_delete"),
]
