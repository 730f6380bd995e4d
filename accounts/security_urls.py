"""Addresses of the second factor and of what else belongs to signing in."""

from django.urls import path

from accounts.views import links, oidc, passkeys, profile, second_factor, sessions

urlpatterns = [
    path("sign-in/code/", second_factor.at_sign_in, name="second_factor"),
    path("sign-in/organisation/", oidc.begin, name="oidc_begin"),
    path("sign-in/organisation/back/", oidc.back, name="oidc_back"),
    path("sign-in/passkey/", passkeys.answer, name="passkey_answer"),
    path("sign-in/passkey/ask/", passkeys.ask, name="passkey_ask"),
    path("sign-in/set-up/", second_factor.set_up, name="set_up"),
    path("confirm/", second_factor.confirm, name="confirm"),
    path("security/", second_factor.security, name="security"),
    path("security/authenticator/", second_factor.authenticator, name="authenticator"),
    path("security/authenticator/remove/", second_factor.remove_authenticator, name="remove_authenticator"),
    path("security/end-session/", sessions.end_session, name="end_session"),
    path("security/email/", profile.change_email, name="change_email"),
    path("new-email/<str:token>/", links.new_email, name="new_email"),
    path("security/recovery-codes/", second_factor.new_recovery_codes, name="new_recovery_codes"),
    path("security/passkeys/new/", passkeys.new, name="passkey_new"),
    path("security/passkeys/new/ask/", passkeys.ask_new, name="passkey_ask_new"),
    path("security/passkeys/remove/", passkeys.remove, name="passkey_remove"),
]
