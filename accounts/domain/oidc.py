"""Sign-in by the organisation's own provider: OpenID Connect, the code flow with PKCE.

Who comes back is known by the issuer's number for them. The first time they are found by an address that the provider
says is theirs; without such a word anybody there could take over any account here.
"""

import base64
import contextlib
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import jwt
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare

from accounts.domain import events
from accounts.domain.addresses import LONGEST
from accounts.domain.errors import OidcRefused, OidcUnreachable
from accounts.domain.second_factor import has_factor
from accounts.models import OidcIdentity, User, as_stored
from carecenter.lib.hosts import private_networks
from carecenter.lib.http import Answer, HttpCourier, HttpError
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record

ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "ES256",
    "ES384",
    "EdDSA",
]  # none, and none with a shared secret
CLOCK_SECONDS = 60
ANSWER_SECONDS = 10.0
KEPT_SECONDS = 3600.0
CONNECT_SECONDS = 3.0
UNREACHABLE_SECONDS = 15.0  # every process waits for a dead provider this seldom
ASK_AGAIN_SECONDS = 60.0  # for keys, when a token names one we do not know
FRESH_SECONDS = 300
# What the provider says of itself, by address; asked again after an hour. Nothing is lost with it.
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_failed: dict[str, float] = {}


@dataclass(frozen=True)
class Question:
    """What went out with the browser, and must fit when it comes back. Lies in its session."""

    state: str
    nonce: str
    verifier: str


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def is_linked(user: User) -> bool:
    return OidcIdentity.objects.filter(user=user, issuer=settings.OIDC_ISSUER).exists()


def begin(back: str, *, again: bool = False) -> tuple[str, Question]:
    """Where to send the browser, and what to keep. `again`: the provider shall ask who it is, signed in or not.

    Raises OidcUnreachable.
    """
    question = Question(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(question.verifier.encode()).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": back,
        "scope": "openid email profile",
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    if again:
        asked |= {"prompt": "login", "max_age": "0"}
    address = str(discovered()["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked, quote_via=quote)}", question


def finish(code: str, question: Question, *, back: str) -> dict[str, Any]:
    """The claims of who came back with this code. Raises OidcUnreachable, OidcRefused."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": settings.OIDC_CLIENT_ID,
        "code_verifier": question.verifier,
    }
    if settings.OIDC_CLIENT_SECRET:
        form["client_secret"] = settings.OIDC_CLIENT_SECRET
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer = courier().post(str(discovered()["token_endpoint"]), urlencode(form).encode(), headers)
    except HttpError as error:
        raise OidcUnreachable(str(error)) from None
    if 400 <= answer.status < 500:
        raise OidcRefused("answer")
    return checked(str(read(answer).get("id_token", "")), nonce=question.nonce)


def checked(token: str, *, nonce: str) -> dict[str, Any]:
    """What an ID token says, when it is one of our issuer for us, signed, of this moment and to this question."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key_of(token),
            algorithms=ALGORITHMS,
            audience=settings.OIDC_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            leeway=CLOCK_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError):
        raise OidcRefused("answer") from None
    party = claims.get("azp", settings.OIDC_CLIENT_ID)
    many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    right = constant_time_compare(str(claims["nonce"]), nonce) and party == settings.OIDC_CLIENT_ID
    if not right or (many and "azp" not in claims):
        raise OidcRefused("answer")
    return claims


def key_of(token: str) -> jwt.PyJWK:
    """The issuer's key that the token names; asked for again when it names a new one."""
    header = jwt.get_unverified_header(token)
    name = header.get("kid")
    address = str(discovered()["jwks_uri"])
    for oldest in (KEPT_SECONDS, ASK_AGAIN_SECONDS):
        keys = [one for one in jwt.PyJWKSet.from_dict(fetched(address, oldest)).keys if usable(one)]
        found = [one for one in keys if one.key_id == name] if name else keys
        if len(found) == 1:
            return with_algorithm(found[0], str(header.get("alg")))
    raise OidcRefused("answer")


def with_algorithm(key: jwt.PyJWK, named: str) -> jwt.PyJWK:
    """An RSA key that does not say for which algorithm it is takes any of them; else it would be RS256 alone."""
    data: dict[str, Any] = key._jwk_data
    if key.key_type == "RSA" and "alg" not in data and named in ALGORITHMS and named[:2] in ("RS", "PS"):
        return jwt.PyJWK(data, named)
    return key


def usable(key: jwt.PyJWK) -> bool:
    return key.public_key_use in (None, "sig")


def discovered() -> dict[str, Any]:
    """What the issuer says of itself. Raises OidcUnreachable; for one that calls itself by another name, too."""
    issuer: str = settings.OIDC_ISSUER
    said = fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration", KEPT_SECONDS)
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if said.get("issuer") != issuer or not all(isinstance(said.get(name), str) for name in names):
        raise OidcUnreachable("the issuer describes itself otherwise")
    return said


def fetched(url: str, oldest: float) -> dict[str, Any]:
    """The JSON object there, as it was at most so many seconds ago."""
    at, kept = _kept.get(url, (0.0, {}))
    if kept and time.monotonic() - at < oldest:
        return kept
    if url in _failed and time.monotonic() - _failed[url] < UNREACHABLE_SECONDS:
        raise OidcUnreachable("it did not answer a moment ago")
    try:
        found = read(courier().get(url, {"Accept": "application/json"}))
    except HttpError as error:
        _failed[url] = time.monotonic()
        raise OidcUnreachable(str(error)) from None
    _failed.pop(url, None)
    _kept[url] = time.monotonic(), found
    return found


def courier() -> HttpCourier:
    """Into our own network only where CARECENTER_PRIVATE_TARGETS allows it."""
    return HttpCourier(
        private=private_networks(), connect_seconds=CONNECT_SECONDS, answer_seconds=ANSWER_SECONDS
    )


def read(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if answer.status != 200 or not isinstance(said, dict):
        raise OidcUnreachable(f"HTTP {answer.status}")
    return said


def has_two_factors(claims: dict[str, Any]) -> bool:
    """Does the issuer say that it asked for more than a password (RFC 8176)?"""
    ways = claims.get("amr")
    return isinstance(ways, list) and "mfa" in ways


def is_fresh(claims: dict[str, Any]) -> bool:
    """Did the person show who they are there just now?"""
    at = claims.get("auth_time")
    return isinstance(at, int | float) and now().timestamp() - at < FRESH_SECONDS + CLOCK_SECONDS


@dataclass(frozen=True)
class Arrival:
    """Who came back. `to_link`: to be linked to the issuer's number only once they have shown their own factor."""

    user: User
    to_link: bool = False


def arrival_of(claims: dict[str, Any]) -> Arrival:
    """Who that is here: by their number, else by their address, else made without any role. Raises OidcRefused."""
    email = as_stored(str(claims.get("email", "")))
    if settings.OIDC_DOMAINS and email.rpartition("@")[2] not in settings.OIDC_DOMAINS:
        raise OidcRefused("address")
    known = identity_of(claims)
    found = Arrival(known.user) if known else first_time(claims, email)
    if not found.user.is_active:
        raise OidcRefused("inactive")
    return found


def confirm(user: User, claims: dict[str, Any]) -> None:
    """Somebody signed in shows there who they are. Nobody is linked or made; raises OidcRefused for anybody else.

    Who has a second factor shows it here, unless the issuer asked for one just now.
    """
    known = identity_of(claims)
    if known is None or known.user_id != user.pk or not is_fresh(claims):
        raise OidcRefused("answer")
    if has_factor(user) and not has_two_factors(claims):
        raise OidcRefused("factor")


def identity_of(claims: dict[str, Any]) -> OidcIdentity | None:
    numbers = OidcIdentity.objects.filter(issuer=claims["iss"], subject=claims["sub"])
    return numbers.select_related("user").first()


def first_time(claims: dict[str, Any], email: str) -> Arrival:
    verified = claims.get("email_verified")
    fits = 0 < len(email) <= LONGEST
    if not fits or not (verified is True or (verified is None and settings.OIDC_TRUST_EMAIL)):
        raise OidcRefused("address")
    user = User.objects.filter(email=email).first()
    if user is None and settings.OIDC_UNKNOWN != "create":
        raise OidcRefused("unknown")
    if user is not None and OidcIdentity.objects.filter(user=user, issuer=claims["iss"]).exists():
        raise OidcRefused("address")  # another's number, with the address of somebody whom the issuer knows
    if user is not None and has_factor(user):
        return Arrival(user, to_link=True)
    try:
        with transaction.atomic():
            is_new = user is None
            if user is None:
                name = str(claims.get("name") or email.partition("@")[0])[:120]
                user = User.objects.create_user(email, None, name=name)
            keep_link(user, claims["iss"], claims["sub"], created=is_new)
    except IntegrityError:  # the same person, in two windows
        known = identity_of(claims)
        if known is None:
            raise OidcRefused("answer") from None
        return Arrival(known.user)
    return Arrival(user)


def link(user: User, subject: str) -> None:
    """After their own factor. Nothing where the number, or the person, has been linked by now."""
    with contextlib.suppress(IntegrityError), transaction.atomic():
        keep_link(user, settings.OIDC_ISSUER, subject, created=False)


def keep_link(user: User, issuer: str, subject: str, *, created: bool) -> None:
    OidcIdentity.objects.create(user=user, issuer=issuer, subject=subject)
    record(
        events.OIDC_LINKED,
        actor=user_actor(user.pk),
        subject=events.user_subject(user.pk),
        created=created,
    )
