"""Sign in and out. The web session itself is the view's business; who may have one is decided here."""

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import F

from accounts.domain import events, throttle
from accounts.domain.errors import SignInLocked, SignInRefused
from accounts.models import User
from carecenter.lib.time import now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record


def check_credentials(email: str, password: str, *, network: str = "") -> User:
    """The user with this address and password.

    Raises SignInLocked while the address or the network is locked, for a right password too, and SignInRefused
    for everything else. Known and unknown addresses take the same way: the same counters, and Django hashes the
    password of an unknown one as well.
    """
    net = throttle.network_key(network)
    keys = [throttle.email_key(email), *([net] if net else [])]
    throttle.refuse_locked(keys)
    counts = {key: throttle.count_attempt(key) for key in keys}
    if any(count > throttle.limit_of(key) for key, count in counts.items()):
        _lock_out(email, counts)
    user = authenticate(None, username=email.strip(), password=password)
    if not isinstance(user, User):
        if any(count >= throttle.limit_of(key) for key, count in counts.items()):
            _lock_out(email, counts)
        raise SignInRefused
    throttle.forget(keys[0])
    if net:
        throttle.take_back(net)
    with transaction.atomic():
        record(events.SIGNED_IN, actor=user_actor(user.pk), subject=events.user_subject(user.pk))
    return user


def _lock_out(email: str, counts: dict[str, int]) -> None:
    """Lock every key over its limit, record it once a lock, and raise SignInLocked."""
    known = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    with transaction.atomic():
        for key, count in counts.items():
            if count >= throttle.limit_of(key) and throttle.lock(key):
                subject = events.user_subject(known) if known else ""
                record(events.LOCKED_OUT, actor=SYSTEM, subject=subject, by=key.partition(":")[0])
    throttle.refuse_locked(list(counts))
    raise SignInLocked(now())  # another lock ran out in this very moment


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
