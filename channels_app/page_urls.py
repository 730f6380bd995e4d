"""Addresses below /f/: pages that anybody may open."""

from django.urls import path

from channels_app.views import form, form_answers

app_name = "page"
urlpatterns = [
    path("<slug:key>/", form.page, name="form"),
    path("<slug:key>/answers/", form_answers.suggestions, name="answers"),
    path("<slug:key>/answers/<int:pk>/", form_answers.article, name="article"),
    path("<slug:key>/solved/", form_answers.solved, name="solved"),
    path("<slug:key>/thanks/<slug:sheet>/", form.thanks, name="thanks"),
]
