"""Addresses of signing in, of one's own settings, and of the people page."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import links, parked, people, people_import, profile, roles, sessions

app_name = "accounts"

own: list[URLPattern | URLResolver] = [
    path("sign-in/", sessions.sign_in, name="sign_in"),
    path("sign-out/", sessions.sign_out, name="sign_out"),
    path("sign-out-everywhere/", sessions.sign_out_everywhere, name="sign_out_everywhere"),
    path("reset/", links.reset, name="reset"),
    path("reset/<str:token>/", links.reset_confirm, name="reset_confirm"),
    path("invitation/<str:token>/", links.accept_invitation, name="accept_invitation"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.change_password, name="change_password"),
    path("", include("accounts.security_urls")),
]
administration: list[URLPattern | URLResolver] = [
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/import/", people_import.page, name="people_import"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/grants/", people.add_grant, name="add_grant"),
    path("people/<int:pk>/grants/<int:grant_pk>/remove/", people.remove_grant, name="remove_grant"),
    path("people/<int:pk>/invite-again/", people.invite_again, name="invite_again"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<int:pk>/activate/", people.activate, name="activate"),
    path("people/<int:pk>/reset-factors/", people.reset_factors, name="reset_factors"),
    path("people/<int:pk>/sign-out/", people.sign_out, name="person_sign_out"),
    path("people/roles/", roles.roles, name="roles"),
    path("people/roles/new/", roles.make, name="role_make"),
    path("people/roles/<int:pk>/rename/", roles.rename, name="role_rename"),
    path("people/roles/<int:pk>/delete/", roles.delete, name="role_delete"),
    path("people/second-factor/", people.role_factors, name="role_factors"),
    path("", include("accounts.administration_urls")),
    path("parked/", parked.parked, name="parked"),
    path("parked/<int:pk>/replay/", parked.replay, name="replay"),
]
urlpatterns = [path("accounts/", include(own)), path("admin-desk/", include(administration))]
