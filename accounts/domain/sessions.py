"""Sign in and out. The web session itself is the view's business; who may have one is decided here."""

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import F

from accounts.domain import events, throttle
from accounts.domain.attempts import counted
from accounts.domain.errors import SignInRefused
from accounts.models import User
from journal.actors import user_actor
from journal.domain.recording import record


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
        known = User.objects.filter(email__iexact=email.strip())
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
        User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
        record(events.SIGNED_OUT, actor=actor, subject=events.user_subject(user.pk), everywhere=True)
    user.refresh_from_db(fields=["session_generation"])
