"""Addresses of what accounts let administrators set, below /admin-desk/."""

from django.urls import path

from accounts.views import brands, teams, tokens

urlpatterns = [
    path("brands/", brands.brands, name="brands"),
    path("brands/new/", brands.new, name="brand_new"),
    path("brands/preview/", brands.preview, name="brand_preview"),
    path("brands/<int:pk>/", brands.edit, name="brand"),
    path("brands/<int:pk>/archive/", brands.archive, name="brand_archive"),
    path("brands/<int:pk>/restore/", brands.restore, name="brand_restore"),
    path("brands/<int:pk>/delete/", brands.delete, name="brand_delete"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new, name="team_new"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/add/", teams.add, name="team_add"),
    path("teams/<int:pk>/remove/<int:person_pk>/", teams.remove, name="team_remove"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new, name="token_new"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
]
