"""Addresses of the sockets."""

from django.urls import path

from channels_app.consumers import ChatConsumer
from insights.consumers import WallConsumer
from tickets.consumers import DeskConsumer

websocket_urlpatterns = [
    path("ws/desk/", DeskConsumer.as_asgi()),
    path("ws/chat/", ChatConsumer.as_asgi()),
    path("ws/wall/", WallConsumer.as_asgi()),
]
