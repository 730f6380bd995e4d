from django.urls import path

from accounts.api.directory import BrandEndpoint, TeamEndpoint, UserEndpoint
from accounts.api.events import EventEndpoint

urlpatterns = [
    path("brands/", BrandEndpoint.as_view({"get": "list"}), name="brands"),
    path("teams/", TeamEndpoint.as_view({"get": "list"}), name="teams"),
    path("users/", UserEndpoint.as_view({"get": "list"}), name="users"),
    path("users/me/", UserEndpoint.as_view({"get": "me"}), name="me"),
    path("events/", EventEndpoint.as_view({"get": "list"}), name="events"),
    path("events/<int:position>/", EventEndpoint.as_view({"get": "retrieve"}), name="event"),
]
