"""Links that are mailed: signed, expiring, good once. They are made from the user's state and stored nowhere.

A link dies with its first use because it is signed over the password it replaces.
"""

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.domain.errors import LinkInvalid
from accounts.models import AccountMail, User
from carecenter.lib.time import now

Kind = AccountMail.Kind


class LinkTokens(PasswordResetTokenGenerator):
    """Django's generator with a salt a kind, an age a kind, and dead for people who are not active."""

    def __init__(self, kind: str, *, seconds: int) -> None:
        super().__init__()
        self.key_salt = f"accounts.links.{kind}"
        self.seconds = seconds

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}{user.session_generation}"

    def check_age(self, token: str) -> bool:
        """Is the time in an already verified token recent enough? Counted in seconds since 2001, as Django does."""
        stamp = int(token.partition("-")[0], 36)
        return self._num_seconds(now().replace(tzinfo=None)) - stamp <= self.seconds


TOKENS = {
    Kind.RESET: lambda: LinkTokens("reset", seconds=settings.PASSWORD_RESET_TIMEOUT),
    Kind.INVITATION: lambda: LinkTokens("invitation", seconds=settings.INVITATION_SECONDS),
}
NAMES = {Kind.RESET: "accounts:reset_confirm", Kind.INVITATION: "accounts:accept_invitation"}


def link_for(user: User, kind: Kind) -> str:
    """The full address. It starts with our own setting: a forged Host header must not aim our mails."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = TOKENS[kind]().make_token(user)
    return settings.PUBLIC_BASE_URL.rstrip("/") + reverse(NAMES[kind], args=[uid, token])


def user_of_link(kind: Kind, uid: str, token: str) -> User:
    """Whose link this is. LinkInvalid for one that is forged, used, too old, or of somebody not active."""
    try:
        user = User.objects.get(pk=int(force_str(urlsafe_base64_decode(uid))), is_active=True)
    except (User.DoesNotExist, ValueError, OverflowError):
        raise LinkInvalid from None
    tokens = TOKENS[kind]()
    if not tokens.check_token(user, token) or not tokens.check_age(token):
        raise LinkInvalid
    return user
