"""Addresses below /desk/chats/."""

from django.urls import path

from channels_app.views import desk_chats

app_name = "chats"
urlpatterns = [
    path("", desk_chats.page, name="page"),
    path("state/", desk_chats.state, name="state"),
    path("waiting/", desk_chats.waiting, name="waiting"),
    path("<int:pk>/", desk_chats.chat, name="chat"),
    path("<int:pk>/take/", desk_chats.take, name="take"),
    path("<int:pk>/say/", desk_chats.say, name="say"),
    path("<int:pk>/file/", desk_chats.say_file, name="say_file"),
    path("<int:pk>/hand-over/", desk_chats.hand_over, name="hand_over"),
    path("<int:pk>/end/", desk_chats.end, name="end"),
]
