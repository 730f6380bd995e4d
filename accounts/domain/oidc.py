"""Sign-in by the organisation's own provider: OpenID Connect, the code flow with PKCE.

Who comes back is known by the issuer's number for them. The first time they are found by an address that the provider
says is theirs; without such a word anybody there could take over any account here.
"""

import base64
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
from accounts.domain.errors import OidcRefused, OidcUnreachable
from accounts.models import OidcIdentity, User
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
ASK_AGAIN_SECONDS = 60.0  # for keys, when a token names one we do not know
FRESH_SECONDS = 300
# What the provider says of itself, by address; asked again after an hour. Nothing is lost with it.
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


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
    name = jwt.get_unverified_header(token).get("kid")
    address = str(discovered()["jwks_uri"])
    for oldest in (KEPT_SECONDS, ASK_AGAIN_SECONDS):
        keys = [one for one in jwt.PyJWKSet.from_dict(fetched(address, oldest)).keys if usable(one)]
        found = [one for one in keys if one.key_id == name] if name else keys
        if len(found) == 1:
            return found[0]
    raise OidcRefused("answer")


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
    try:
        found = read(courier().get(url, {"Accept": "application/json"}))
    except HttpError as error:
        raise OidcUnreachable(str(error)) from None
    _kept[url] = time.monotonic(), found
    return found


def courier() -> HttpCourier:
    """Into our own network only where CARECENTER_PRIVATE_TARGETS allows it."""
    return HttpCourier(private=private_networks(), answer_seconds=ANSWER_SECONDS)


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


def person_for(claims: dict[str, Any]) -> User:
    """Who that is here: by their number, else by their address, else made without any role. Raises OidcRefused."""
    email = str(claims.get("email", "")).strip().lower()
    if settings.OIDC_DOMAINS and email.rpartition("@")[2] not in settings.OIDC_DOMAINS:
        raise OidcRefused("address")
    known = (
        OidcIdentity.objects.select_related("user")
        .filter(issuer=claims["iss"], subject=claims["sub"])
        .first()
    )
    user = known.user if known else first_time(claims, email)
    if not user.is_active:
        raise OidcRefused("inactive")
    return user


def first_time(claims: dict[str, Any], email: str) -> User:
    if not email or not (claims.get("email_verified") is True or settings.OIDC_TRUST_EMAIL):
        raise OidcRefused("address")
    user = User.objects.filter(email__iexact=email).first()
    is_new = user is None
    if user is None and settings.OIDC_UNKNOWN != "create":
        raise OidcRefused("unknown")
    try:
        with transaction.atomic():
            if user is None:
                name = str(claims.get("name") or email.partition("@")[0])[:120]
                user = User.objects.create_user(email, None, name=name)
            OidcIdentity.objects.create(user=user, issuer=claims["iss"], subject=claims["sub"])
            subject = events.user_subject(user.pk)
            record(events.OIDC_LINKED, actor=user_actor(user.pk), subject=subject, created=is_new)
    except IntegrityError:  # the same person, in two windows
        known = (
            OidcIdentity.objects.select_related("user")
            .filter(issuer=claims["iss"], subject=claims["sub"])
            .first()
        )
        if known is None:
            raise OidcRefused("answer") from None
        return known.user
    return user
