"""Passkeys (WebAuthn): made on a device, asked after the password or in its place.

The server's half of a question, its challenge, is kept by the caller and given back once, with the answer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.domain import events, second_factor
from accounts.domain.errors import PasskeyRefused
from accounts.models import Passkey, User
from carecenter.lib.time import now
from journal.actors import SYSTEM
from journal.domain.recording import record

MOST = 20  # of one person
LONGEST_ANSWER = 20_000
REQUIRED = UserVerificationRequirement.REQUIRED
PREFERRED = UserVerificationRequirement.PREFERRED
# What the library raises for an answer that is none.
NONSENSE = (ValueError, KeyError, TypeError, AttributeError, IndexError)


@dataclass(frozen=True)
class Site:
    """Where the browser is: passkeys belong to the host, and an answer says from which origin it comes."""

    rp_id: str
    origin: str

    def server(self) -> Fido2Server:
        entity = PublicKeyCredentialRpEntity(id=self.rp_id, name=second_factor.ISSUER)
        return Fido2Server(entity, verify_origin=lambda origin: origin == self.origin)


def passkeys_of(user: User) -> list[Passkey]:
    return list(Passkey.objects.filter(user=user))


def ask_new(user: User, site: Site) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser is asked to make a passkey of, and what to keep until it answers."""
    person = PublicKeyCredentialUserEntity(id=handle_of(user), name=user.email, display_name=str(user))
    options, state = site.server().register_begin(
        person,
        credentials=descriptors(user, site),  # one device, one passkey
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=REQUIRED,
    )
    return dict(options), state


def add(
    user: User, site: Site, state: Mapping[str, Any], answer: str, *, name: str, only_first: bool = False
) -> list[str]:
    """Keep a new passkey; returns recovery codes when it is the first factor. Raises PasskeyRefused.

    `only_first`: for who has shown a password alone.
    """
    try:
        made: AuthenticatorData = site.server().register_complete(state, read(answer))
    except NONSENSE:
        raise PasskeyRefused from None
    credential = made.credential_data
    if credential is None:
        raise PasskeyRefused
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            is_second = only_first and second_factor.has_factor(user)
            if is_second or Passkey.objects.filter(user=user).count() >= MOST:
                raise PasskeyRefused
            Passkey.objects.create(
                user=user,
                name=name,
                rp_id=site.rp_id,
                credential_id=credential.credential_id,
                credential=bytes(credential),
                sign_count=made.counter,
            )
            second_factor.note(events.FACTOR_ADDED, user, kind="passkey")
            return second_factor.first_recovery_codes(user)
    except IntegrityError:
        raise PasskeyRefused from None


def ask(site: Site, user: User | None, *, is_alone: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """A question to any passkey of this host, or of this person.

    Alone, in place of a password, it must know its owner by finger, face or PIN.
    """
    options, state = site.server().authenticate_begin(
        None if user is None else descriptors(user, site),
        user_verification=REQUIRED if is_alone else PREFERRED,
    )
    return dict(options), state


def check(site: Site, state: Mapping[str, Any], answer: str, *, user: User | None = None) -> User:
    """Whose passkey answered; of `user` alone where given. Raises PasskeyRefused."""
    try:
        given = AuthenticationResponse.from_dict(read(answer))
        passkey = Passkey.objects.select_related("user").get(
            credential_id=given.raw_id, rp_id=site.rp_id, user__is_active=True
        )
        known = AttestedCredentialData(bytes(passkey.credential))
        site.server().authenticate_complete(state, [known], given)
    except (*NONSENSE, Passkey.DoesNotExist):
        raise PasskeyRefused from None
    handle = given.response.user_handle
    if (user and passkey.user_id != user.pk) or (handle and handle != handle_of(passkey.user)):
        raise PasskeyRefused
    note_use(passkey, given.response.authenticator_data.counter)
    return passkey.user


def note_use(passkey: Passkey, count: int) -> None:
    """Its counter only goes up, where it counts at all; of two answers with one count the second is refused."""
    rows = Passkey.objects.filter(pk=passkey.pk)
    rows = rows.filter(sign_count__lt=count) if count else rows.filter(sign_count=0)
    if rows.update(sign_count=count, last_used_at=now()):
        return
    with transaction.atomic():
        record(events.PASSKEY_COPIED, actor=SYSTEM, subject=events.user_subject(passkey.user_id))
    raise PasskeyRefused


def remove(user: User, pk: int) -> bool:
    """By the person. False when it is none of theirs. Raises FactorNeeded where a role asks for one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if not Passkey.objects.filter(user=user, pk=pk).delete()[0]:
            return False
        second_factor.note_removed(user, "passkey")
    return True


def descriptors(user: User, site: Site) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(user=user, rp_id=site.rp_id).values_list("credential_id", flat=True)
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=bytes(one)) for one in ids]


def handle_of(user: User) -> bytes:
    """What a device keeps as the name of the account: a number, nothing personal."""
    return str(user.pk).encode()


def read(answer: str) -> Any:
    """Raises ValueError for what is no JSON of a usual length."""
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    return json.loads(answer)
