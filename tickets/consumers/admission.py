"""Who may open the desk's socket, what they may hear, and until when."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from accounts.access import brands_for, scope
from accounts.models import User, WebSession
from accounts.permissions import TICKET_VIEW, Scope
from accounts.web_sessions import SessionStore
from carecenter.lib.time import now


@dataclass(frozen=True)
class Rights:
    """Read at the handshake and held in memory: no push asks the database."""

    user_id: int
    name: str
    scope: Scope
    brands: frozenset[int]
    until: datetime.datetime  # the session ends

    @property
    def own_group(self) -> str:
        return f"user-{self.user_id}"

    @property
    def brand_groups(self) -> list[str]:
        return [f"brand-{pk}" for pk in sorted(self.brands)]


def session_key_of(connection: Mapping[str, Any]) -> str:
    cookie = dict(connection["headers"]).get(b"cookie", b"").decode("latin-1")
    return parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")


def find_session(key: str) -> WebSession | None:
    return WebSession.objects.filter(session_key=key, expire_date__gt=now()).first() if key else None


def claimed_user(key: str) -> int | None:
    """Whose session it says it is, not yet checked: to listen for what is told about them before looking closer."""
    session = find_session(key)
    pk = str(session.get_decoded().get(SESSION_KEY, "")) if session else ""
    return int(pk) if pk.isdecimal() else None


def find_rights(key: str) -> Rights | None:
    """What the session's user may hear now; None for nobody."""
    session = find_session(key)
    user = user_of(session)
    if session is None or user is None:
        return None
    where = scope(user, TICKET_VIEW)
    return Rights(user.pk, user.name, where, brands_of(user, where), session.expire_date)


def find_user(key: str) -> User | None:
    return user_of(find_session(key))


def user_of(session: WebSession | None) -> User | None:
    """Whose session it is, checked as for a page: password hash, active."""
    if session is None:
        return None
    request = HttpRequest()
    request.session = SessionStore(session.session_key)
    # What it would load is here already.
    request.session._session_cache = session.get_decoded()  # type: ignore[attr-defined]
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def brands_of(user: User, where: Scope) -> frozenset[int]:
    """Whose facts to listen to. Asks only where a grant does not name its brand."""
    named = where.brands | {brand for brand, _ in where.pairs if brand is not None}
    if not where.everywhere and all(brand is not None for brand, _ in where.pairs):
        return frozenset(named)
    return frozenset(brands_for(user, TICKET_VIEW).values_list("pk", flat=True))
