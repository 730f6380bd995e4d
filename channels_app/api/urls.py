from django.urls import path

from channels_app.api.chats import ChatEndpoint
from channels_app.api.messages import InboxMessages

urlpatterns = [
    path("chats/", ChatEndpoint.as_view({"get": "list"}), name="chats"),
    path("chats/<int:pk>/", ChatEndpoint.as_view({"get": "retrieve"}), name="chat"),
    path("chats/<int:pk>/lines/", ChatEndpoint.as_view({"get": "lines", "post": "say"}), name="chat-lines"),
    path("chats/<int:pk>/take/", ChatEndpoint.as_view({"post": "take"}), name="chat-take"),
    path("chats/<int:pk>/hand-over/", ChatEndpoint.as_view({"post": "hand_over"}), name="chat-hand-over"),
    path("chats/<int:pk>/end/", ChatEndpoint.as_view({"post": "end"}), name="chat-end"),
    path("inboxes/<slug:key>/messages/", InboxMessages.as_view(), name="inbox-messages"),
]
