"""Settings of signing in, of sessions and of passwords. carecenter.settings takes them all."""

import sys

import environ

env = environ.Env()

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "tickets:desk"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
SESSION_ENGINE = "accounts.web_sessions"
# A session ends when nobody used it for so long, and at the latest so long after the sign-in.
SESSION_COOKIE_AGE = env.int("CARECENTER_SESSION_IDLE_HOURS", default=72) * 3600
SESSION_LONGEST_SECONDS = env.int("CARECENTER_SESSION_DAYS", default=14) * 86_400
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
INVITATION_SECONDS = 60 * 60 * 24 * 7
# Failed sign-ins within the window: so many of one address, or of one network, lock it for a while; so do
# reset mails, questions for passkeys and ways to the organisation's sign-in that one network asks for and that end in
# no sign-in, wrong codes of one person, changes of address that one person asks for, and repeated invitations of one.
SIGN_IN_WINDOW_SECONDS = 60 * 15
SIGN_IN_LOCK_SECONDS = 60 * 15
SIGN_IN_FAILURES = {
    "email": 5,
    "net": 40,
    "reset": 30,
    "code": 5,
    "passkey": 600,
    "oidc": 600,
    "address": 10,
    "invitation": 3,
}
# Sign-in by the organisation's own OpenID Connect provider.
OIDC_ISSUER = env.str("CARECENTER_OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("CARECENTER_OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("CARECENTER_OIDC_CLIENT_SECRET", default="")
OIDC_BUTTON = env.str("CARECENTER_OIDC_BUTTON", default="")
OIDC_DOMAINS = [one.strip().lower() for one in env.list("CARECENTER_OIDC_DOMAINS", default=[])]
# Who is not known here yet: "refuse", or "create" as a person without any role.
OIDC_UNKNOWN = env.str("CARECENTER_OIDC_UNKNOWN", default="refuse")
# Its addresses are its own people's, though it does not say that they are confirmed.
OIDC_TRUST_EMAIL = env.bool("CARECENTER_OIDC_TRUST_EMAIL", default=False)
if "pytest" in sys.modules:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.password_rules.NotCommon"},
    {"NAME": "accounts.password_rules.NotOurWords"},
]
