"""Addresses below /chat/<inbox key>/: what a visitor's page loads and calls."""

from django.urls import path

from channels_app.views import chat_answers, chat_api, chat_pages

app_name = "chat"
urlpatterns = [
    path("frame/", chat_pages.frame, name="frame"),
    path("state/", chat_api.state, name="state"),
    path("sessions/", chat_api.sessions, name="sessions"),
    path("lines/", chat_api.lines, name="lines"),
    path("files/", chat_api.files, name="files"),
    path("files/<str:token>/", chat_api.file, name="file"),
    path("seen/", chat_api.seen, name="seen"),
    path("end/", chat_api.end, name="end"),
    path("transcript/", chat_api.transcript, name="transcript"),
    path("answers/", chat_answers.answers, name="answers"),
    path("answers/<int:pk>/helped/", chat_answers.helped, name="helped"),
    path("answers/articles/<int:pk>/", chat_answers.article, name="article"),
    path("answers/articles/<int:pk>/helped/", chat_answers.article_helped, name="article_helped"),
]
