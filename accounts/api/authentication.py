"""Who is behind an API request: `Authorization: Bearer …`, nothing else. No cookies, so no forged requests."""

import logging
from typing import Any

from django.conf import settings
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from accounts.access import limit_to_token
from accounts.domain import tokens
from accounts.models import ApiToken, User
from carecenter.api.throttles import take
from carecenter.lib.hosts import network_of

security = logging.getLogger("carecenter.security")


class BearerAuthentication(BaseAuthentication):
    """Sets `request.user` and `request.auth`.

    The user is limited to the token's scopes, so that API and pages ask `accounts.access` the same questions.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None without the header; 401 with WWW-Authenticate for a token that is not good, without saying why.

        429 for a network that sends too many of those. Its good tokens go on: an office is not shut out by one guesser.
        """
        scheme, _, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = tokens.find(text.strip().decode("latin-1"))
        if token is None:
            count_wrong(network_of(request.META.get("REMOTE_ADDR", "")))
            security.warning("refused: token of the API")
            raise AuthenticationFailed("The token is unknown, revoked or expired.", code="invalid_token")
        tokens.note_use(token)
        return limit_to_token(token.user, token.scopes), token

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="Carecenter API"'


def count_wrong(network: str) -> None:
    """One more wrong token of this network. Raises Throttled beyond so many a minute: those fill no log."""
    per_minute = settings.API_WRONG_TOKENS_PER_MINUTE
    taken = take(f"api-wrong:{network}", per_minute=per_minute) if per_minute else None
    if taken is not None and not taken[0]:
        raise Throttled(wait=(1 - taken[1]) * 60 / per_minute)
