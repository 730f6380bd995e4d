"""Sign in and out. The web session itself is the view's business; who may have one is decided here."""

import datetime
from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY, authenticate
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.domain import events, people, throttle
from accounts.domain.attempts import counted
from accounts.domain.errors import SignInRefused
from accounts.models import User, WebSession, as_stored
from carecenter.lib.browsers import browser_of, is_handheld
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record

MOST_DEVICES = 50


def check_credentials(email: str, password: str, *, network: str = "") -> User:
    """The user with this address and password.

    Raises SignInLocked while the address or the network is locked, for a right password too, and SignInRefused
    for everything else. Known and unknown addresses take the same way: the same counters, and Django hashes the
    password of an unknown one as well.
    """

    def look() -> User | None:
        user = authenticate(None, username=email.strip(), password=password)
        return user if isinstance(user, User) else None

    def whom() -> int | None:
        known = User.objects.filter(email=as_stored(email))
        return known.values_list("pk", flat=True).first()

    net = throttle.network_key(network)
    user = counted([throttle.email_key(email), *([net] if net else [])], look, whom=whom)
    if user is None:
        raise SignInRefused
    return user


def note_sign_in(user: User, *, how: str) -> None:
    """The person is in. `how` names what they showed: password, code, recovery, passkey, oidc, invitation."""
    with transaction.atomic():
        record(events.SIGNED_IN, actor=user_actor(user.pk), subject=events.user_subject(user.pk), how=how)


@dataclass(frozen=True)
class Device:
    """A browser in which the person is signed in."""

    handle: str  # to end it by: the session's key itself is shown to nobody
    name: str
    is_handheld: bool
    used_at: datetime.datetime | None
    is_this: bool


def devices_of(user: User, *, this: str) -> list[Device]:
    """Where the person is signed in now, `this` session's first, then by their last use."""
    found = [
        Device(
            handle_of(row.session_key),
            browser_of(row.device),
            is_handheld(row.device),
            row.used_at,
            row.session_key == this,
        )
        for row in sessions_of(user)
    ]
    return sorted(found, key=lambda one: one.is_this, reverse=True)


def sessions_of(user: User) -> list[WebSession]:
    """Those that still open something: not those from before a new password or a sign-out everywhere."""
    rows = WebSession.objects.filter(user=user, expire_date__gt=now())
    state = user.get_session_auth_hash()
    latest = rows.order_by(F("used_at").desc(nulls_last=True), "session_key")[:MOST_DEVICES]
    return [row for row in latest if row.get_decoded().get(HASH_SESSION_KEY) == state]


def handle_of(session_key: str) -> str:
    return salted_hmac("accounts.sessions.handle", session_key, algorithm="sha256").hexdigest()[:32]


def end_session(user: User, handle: str) -> bool:
    """End one of the person's own, and its sockets. False when there is none with this handle."""
    for row in sessions_of(user):
        if constant_time_compare(handle_of(row.session_key), handle):
            row.delete()
            note_sign_out(user)
            return True
    return False


def sign_out_person(user: User, *, actor: User) -> None:
    """An administrator ends every session of somebody else. Raises OutOfScope."""
    people.check_reach(user, actor)
    end_all_sessions(user, actor=user_actor(actor.pk))


def note_sign_out(user: User) -> None:
    """One session ends: the user's open sockets close, those of other sessions come back by themselves."""
    with transaction.atomic():
        record(
            events.SIGNED_OUT,
            actor=user_actor(user.pk),
            subject=events.user_subject(user.pk),
            everywhere=False,
        )


def end_all_sessions(user: User, *, actor: str) -> None:
    """Every session of the user ends with its next request, and the sockets now."""
    with transaction.atomic():
        people.raise_generation(User.objects.filter(pk=user.pk))
        record(events.SIGNED_OUT, actor=actor, subject=events.user_subject(user.pk), everywhere=True)
    user.refresh_from_db(fields=["session_generation"])
