"""Pools, brands, people, teams, grants, tokens."""

import hashlib
from typing import Any

import factory
from django.test import Client
from factory.django import DjangoModelFactory

from accounts.models import ApiToken, Authenticator, Brand, CustomerPool, Grant, Role, Team, User
from accounts.permissions import ROLES, SCOPES
from carecenter.lib import totp
from carecenter.lib.sealing import seal
from carecenter.lib.time import now

PASSWORD = "correct horse battery"


class PoolFactory(DjangoModelFactory[CustomerPool]):
    class Meta:
        model = CustomerPool

    name = factory.Sequence(lambda n: f"Pool {n}")


class BrandFactory(DjangoModelFactory[Brand]):
    class Meta:
        model = Brand

    pool = factory.SubFactory(PoolFactory)
    name = factory.Sequence(lambda n: f"Brand {n}")
    slug = factory.Sequence(lambda n: f"brand-{n}")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.com")
    password = factory.django.Password(PASSWORD)


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team
        skip_postgeneration_save = True

    pool = factory.SubFactory(PoolFactory)
    name = factory.Sequence(lambda n: f"Team {n}")

    @factory.post_generation
    def members(self, create: bool, extracted: Any, **_: Any) -> None:
        if create and extracted:
            self.members.add(*extracted)


def role(name: str, permissions: tuple[str, ...] | None = None) -> Role:
    """A shipped role by its name, or one with the given codes. A flush between tests empties the table."""
    codes = list(permissions if permissions is not None else ROLES[name])
    return Role.objects.get_or_create(name=name, defaults={"permissions": codes})[0]


def grant(user: User, role_name: str, *, brand: Brand | None = None, team: Team | None = None) -> User:
    """Give the user a shipped role; without a brand everywhere."""
    Grant.objects.create(user=user, role=role(role_name), brand=brand, team=team)
    return user


def api_token(user: User, *scopes: str, token: str = "test-token", **fields: Any) -> str:
    """A bearer token of the user; without scopes it may do all that the user may."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    ApiToken.objects.create(user=user, digest=digest, scopes=list(scopes or SCOPES), **fields)
    return token


def confirmed(client: Client) -> Client:
    """Whoever is signed in there has just shown who they are."""
    session = client.session
    session["confirmed_at"] = now().timestamp()
    session.save()
    return client


def code_of(secret: str) -> str:
    """What an authenticator app with this secret shows now."""
    return totp.code_at(secret, totp.step_of(now()))


def with_app(user: User) -> str:
    """The user has an authenticator app with this secret; its last code was used long ago."""
    secret = totp.new_secret()
    Authenticator.objects.create(user=user, sealed=seal({"secret": secret}))
    return secret
