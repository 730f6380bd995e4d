"""What is asked after the password: a passkey, the code of an authenticator app, or a recovery code in their place."""

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.domain import events, throttle
from accounts.domain.attempts import counted
from accounts.domain.errors import CodeWrong, FactorNeeded
from accounts.models import Authenticator, Grant, Passkey, RecoveryCode, User
from carecenter.lib import totp
from carecenter.lib.sealing import Unreadable, seal, unseal
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record

ISSUER = "Carecenter"
RECOVERY_CODES = 10
RECOVERY_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that are read as another
RECOVERY_LENGTH = 10


def has_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()


def needs_factor(user: User) -> bool:
    """Does one of the person's roles ask for one?"""
    return Grant.objects.filter(user=user, role__second_factor=True).exists()


def find_authenticator(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user).first()


def add_authenticator(user: User, secret: str, code: str, *, only_first: bool = False) -> list[str]:
    """Keep the app once it has shown a right code, in place of an earlier one. Returns recovery codes, [] if there are.

    Raises CodeWrong. The code counts as used. `only_first`: for who has shown a password alone.
    """
    step = totp.find_step(secret, only_signs(code), now())
    if step is None:
        raise CodeWrong
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if only_first and has_factor(user):
            raise CodeWrong
        Authenticator.objects.filter(user=user).delete()
        Authenticator.objects.create(user=user, sealed=seal({"secret": secret}), last_step=step)
        note(events.FACTOR_ADDED, user, kind="authenticator")
        return first_recovery_codes(user)


def remove_authenticator(user: User) -> None:
    """By the person; recovery codes go with the last factor. Raises FactorNeeded where a role asks for one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if Authenticator.objects.filter(user=user).delete()[0]:
            note_removed(user, "authenticator")


def note_removed(user: User, kind: str) -> None:
    note(events.FACTOR_REMOVED, user, kind=kind)
    if not has_factor(user):
        if needs_factor(user):
            raise FactorNeeded
        RecoveryCode.objects.filter(user=user).delete()


def first_recovery_codes(user: User) -> list[str]:
    """With the first factor come the codes for when it is lost; [] where some are left from before."""
    return [] if recovery_codes_left(user) else make_recovery_codes(user)


def make_recovery_codes(user: User) -> list[str]:
    """Ten new ones; the old are void. This is the only time they are seen."""
    texts = [
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(
            [RecoveryCode(user=user, digest=digests_of(user, text)[0]) for text in texts]
        )
        note(events.RECOVERY_CODES_MADE, user)
    return [f"{text[:5]}-{text[5:]}" for text in texts]


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def check_code(user: User, code: str, *, network: str = "") -> str:
    """Use a code of the app, or a recovery code; returns which: "code" or "recovery".

    Raises CodeWrong, and SignInLocked after too many wrong ones: the right password does not clear their count.
    """
    net = throttle.network_key(network)
    keys = [f"code:{user.pk}", *([net] if net else [])]
    how = counted(keys, lambda: use_code(user, only_signs(code)), whom=lambda: user.pk)
    if how is None:
        raise CodeWrong
    return how


def use_code(user: User, code: str) -> str | None:
    """Which kind of code it was, and it is used up. Of two requests with one code the second gets None."""
    if len(code) == totp.DIGITS:
        return "code" if use_app_code(user, code) else None
    with transaction.atomic():
        unused = RecoveryCode.objects.filter(user=user, used_at=None, digest__in=digests_of(user, code))
        if not unused.update(used_at=now()):
            return None
        note(events.RECOVERY_CODE_USED, user, left=recovery_codes_left(user))
    return "recovery"


def use_app_code(user: User, code: str) -> bool:
    app = find_authenticator(user)
    if app is None:
        return False
    try:
        step = totp.find_step(unseal(app.sealed)["secret"], code, now())
    except Unreadable:
        return False
    return step is not None and bool(
        Authenticator.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step)
    )


def only_signs(code: str) -> str:
    """As typed or pasted, without what stands between the signs."""
    return "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())


def digests_of(user: User, text: str) -> list[str]:
    """Under the installation's key, and under those it had before."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    salt = "accounts.second_factor.recovery"
    return [
        salted_hmac(salt, f"{user.pk}:{text}", secret=key, algorithm="sha256").hexdigest() for key in keys
    ]


def note(name: str, user: User, **data: Any) -> None:
    """What the person did themselves."""
    record(name, actor=user_actor(user.pk), subject=events.user_subject(user.pk), **data)
