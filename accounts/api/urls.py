from django.urls import path

from accounts.api.administration import KEPT, LISTED
from accounts.api.directory import BrandEndpoint, TeamEndpoint, UserEndpoint
from accounts.api.events import EventEndpoint
from accounts.api.people import PersonEndpoint, RoleEndpoint
from accounts.api.places import AdminBrandEndpoint, AdminTeamEndpoint
from accounts.api.reactions import ReactionEndpoint
from accounts.api.tokens import TokenEndpoint

administration = [
    path("admin/people/", PersonEndpoint.as_view(LISTED), name="admin-people"),
    path("admin/people/<int:pk>/", PersonEndpoint.as_view({"get": "retrieve"}), name="admin-person"),
    path("admin/people/<int:pk>/grants/", PersonEndpoint.as_view({"post": "give"}), name="admin-grants"),
    path(
        "admin/people/<int:pk>/grants/<int:grant>/remove/",
        PersonEndpoint.as_view({"post": "take_back"}),
        name="admin-grant-remove",
    ),
    *(
        path(
            f"admin/people/<int:pk>/{verb.replace('_', '-')}/",
            PersonEndpoint.as_view({"post": verb}),
            name=f"admin-person-{verb.replace('_', '-')}",
        )
        for verb in ("invite_again", "deactivate", "activate", "sign_out")
    ),
    path("admin/roles/", RoleEndpoint.as_view({"get": "list"}), name="admin-roles"),
    path("admin/teams/", AdminTeamEndpoint.as_view(LISTED), name="admin-teams"),
    path("admin/teams/<int:pk>/", AdminTeamEndpoint.as_view(KEPT), name="admin-team"),
    path("admin/teams/<int:pk>/members/", AdminTeamEndpoint.as_view({"post": "add"}), name="admin-members"),
    path(
        "admin/teams/<int:pk>/members/<int:user>/remove/",
        AdminTeamEndpoint.as_view({"post": "remove"}),
        name="admin-member-remove",
    ),
    path("admin/brands/", AdminBrandEndpoint.as_view(LISTED), name="admin-brands"),
    path("admin/brands/<int:pk>/", AdminBrandEndpoint.as_view(KEPT), name="admin-brand"),
    *(
        path(
            f"admin/brands/<int:pk>/{word}/",
            AdminBrandEndpoint.as_view({"post": verb}),
            name=f"admin-brand-{word}",
        )
        for word, verb in (("archive", "archive"), ("restore", "restore"), ("delete", "retire"))
    ),
    path("admin/reactions/", ReactionEndpoint.as_view({"get": "list"}), name="admin-reactions"),
    path(
        "admin/reactions/<int:pk>/replay/",
        ReactionEndpoint.as_view({"post": "replay"}),
        name="admin-reaction-replay",
    ),
    path("admin/tokens/", TokenEndpoint.as_view({"get": "list"}), name="admin-tokens"),
    path(
        "admin/tokens/<int:pk>/revoke/", TokenEndpoint.as_view({"post": "revoke"}), name="admin-token-revoke"
    ),
]
urlpatterns = [
    path("brands/", BrandEndpoint.as_view({"get": "list"}), name="brands"),
    path("teams/", TeamEndpoint.as_view({"get": "list"}), name="teams"),
    path("users/", UserEndpoint.as_view({"get": "list"}), name="users"),
    path("users/me/", UserEndpoint.as_view({"get": "me"}), name="me"),
    path("events/", EventEndpoint.as_view({"get": "list"}), name="events"),
    path("events/<int:position>/", EventEndpoint.as_view({"get": "retrieve"}), name="event"),
    *administration,
]
