from django.urls import path

from accounts.api.administration import KEPT, LISTED
from insights.api.boards import BoardEndpoint
from insights.api.walls import WallLimitsEndpoint, WallLinkEndpoint

urlpatterns = [
    path("boards/", BoardEndpoint.as_view(LISTED), name="boards"),
    path("boards/<int:pk>/", BoardEndpoint.as_view(KEPT), name="board"),
    path("boards/<int:pk>/delete/", BoardEndpoint.as_view({"post": "retire"}), name="board-delete"),
    path("boards/<int:pk>/restore/", BoardEndpoint.as_view({"post": "restore"}), name="board-restore"),
    path("boards/<int:pk>/mail/", BoardEndpoint.as_view({"post": "mail"}), name="board-mail"),
    path("boards/<int:pk>/tiles/", BoardEndpoint.as_view({"post": "add_tile"}), name="board-tiles"),
    path(
        "boards/<int:pk>/tiles/<str:tile>/move/",
        BoardEndpoint.as_view({"post": "move_tile"}),
        name="tile-move",
    ),
    path(
        "boards/<int:pk>/tiles/<str:tile>/remove/",
        BoardEndpoint.as_view({"post": "remove_tile"}),
        name="tile-remove",
    ),
    path("wall-links/", WallLinkEndpoint.as_view(LISTED), name="wall-links"),
    path(
        "wall-links/<int:pk>/revoke/", WallLinkEndpoint.as_view({"post": "revoke"}), name="wall-link-revoke"
    ),
    path(
        "wall-limits/",
        WallLimitsEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="wall-limits",
    ),
]
