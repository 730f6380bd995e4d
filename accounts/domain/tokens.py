"""Bearer tokens of the API. The token is shown once; only its hash is stored."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import DateTimeField, Q, TextField

from accounts.domain import events
from accounts.models import ApiToken, User
from accounts.permissions import SCOPES
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import in_seconds, now
from journal.actors import SYSTEM
from journal.domain.recording import record

PREFIX = "cct_"  # lets secret scanners know one of ours
USED_EVERY_SECONDS = 60


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create(
    user: User,
    *,
    scopes: Iterable[str],
    name: str = "",
    expires_at: datetime | None = None,
    actor: str = SYSTEM,
) -> tuple[ApiToken, str]:
    """A token of the user and its text. ValueError for a scope there is not."""
    wanted = sorted(set(scopes))
    if unknown := [code for code in wanted if code not in SCOPES]:
        raise ValueError(f"not a scope: {', '.join(unknown)}")
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user, name=name, digest=digest_of(text), scopes=wanted, expires_at=expires_at
        )
        record(events.TOKEN_CREATED, actor=actor, subject=events.user_subject(user.pk), token=token.pk)
    return token, text


def find(text: str) -> ApiToken | None:
    """The token with this text if it is good now: not revoked, not expired, its user active."""
    return _good().first(digest=digest_of(text), now=now())


@cache
def _good() -> Statement[ApiToken]:
    lasts = Q(expires_at=None) | Q(expires_at__gt=Given("now", DateTimeField()))
    good = ApiToken.objects.filter(lasts, revoked_at=None, user__is_active=True)
    return Statement(good.filter(digest=Given("digest", TextField())).select_related("user"))


def working(user: User) -> int:
    """How many of the person's tokens open something now."""
    mine = ApiToken.objects.filter(user=user, revoked_at=None)
    return mine.filter(Q(expires_at=None) | Q(expires_at__gt=now())).count()


def note_use(token: ApiToken) -> None:
    """Remember when it was last used; one write a minute at most."""
    before = in_seconds(-USED_EVERY_SECONDS)
    if token.last_used_at is not None and token.last_used_at > before:
        return
    stale = ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=before), pk=token.pk)
    stale.update(last_used_at=now())


def revoke(token: ApiToken, *, actor: str) -> None:
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()):
            record(
                events.TOKEN_REVOKED, actor=actor, subject=events.user_subject(token.user_id), token=token.pk
            )
