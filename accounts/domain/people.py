"""Invite people, set what they may do, let them go. Nobody gives, or takes, more than they have themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.access import may_give
from accounts.domain import events, mails, throttle
from accounts.domain.errors import (
    AddressTaken,
    GrantMismatch,
    InvitedOften,
    LastAdmin,
    NotYourself,
    OutOfScope,
    SignInLocked,
)
from accounts.domain.links import Kind
from accounts.domain.second_factor import has_factor
from accounts.models import Brand, Grant, Role, Team, User, WebSession
from accounts.permissions import USERS_MANAGE
from carecenter.lib.time import now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record


@dataclass(frozen=True)
class Wanted:
    """A grant to be given: the role, for one brand or all, for one team's work or all."""

    role: Role
    brand: Brand | None = None
    team: Team | None = None


def invite(email: str, *, name: str, wanted: Wanted, actor: User | None, language: str = "") -> User:
    """A new person without a password, their first grant, and the mail that lets them in.

    `actor` None is the command line of the installation, which may give anything. Raises AddressTaken, OutOfScope.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email.strip(), None, name=name, language=language)
            record(events.INVITED, actor=actor_code(actor), subject=events.user_subject(user.pk))
            give(user, wanted, actor=actor)
            mails.queue(Kind.INVITATION, user.email)
    except IntegrityError:
        raise AddressTaken from None
    return user


def invite_again(user: User, *, actor: User) -> None:
    """Mail a fresh link to somebody who has not set a password yet. Raises InvitedOften."""
    check_reach(user, actor)
    if user.has_usable_password():
        return
    try:
        throttle.count_up(f"invitation:{user.pk}")
    except SignInLocked:
        raise InvitedOften from None
    mails.queue(Kind.INVITATION, user.email)


def give(user: User, wanted: Wanted, *, actor: User | None) -> Grant:
    """Give a grant; the one there is, when the user has it already. Raises OutOfScope, GrantMismatch."""
    grant = Grant(user=user, role=wanted.role, brand=wanted.brand, team=wanted.team)
    if actor is not None and not may_give(actor, grant):
        raise OutOfScope
    if wanted.brand and wanted.team and wanted.brand.pool_id != wanted.team.pool_id:
        raise GrantMismatch
    with transaction.atomic():
        grant, created = Grant.objects.get_or_create(
            user=user, role=wanted.role, brand=wanted.brand, team=wanted.team
        )
        if wanted.team:
            wanted.team.members.add(user)
        if created:
            if wanted.role.second_factor and not has_factor(user):  # asked for at the next sign-in
                raise_generation(signed_in(User.objects.filter(pk=user.pk)))
                user.refresh_from_db(fields=["session_generation"])
            note_grants_changed(grant, is_given=True, actor=actor)
    return grant


def signed_in(users: QuerySet[User]) -> QuerySet[User]:
    """Those who have a session to end. Others may have an invitation, which must not end with what they never had."""
    return users.filter(Exists(WebSession.objects.filter(user=OuterRef("pk"), expire_date__gt=now())))


def raise_generation(users: QuerySet[User], **fields: Any) -> None:
    """Sessions and mailed links of these people end, and a change of address that waits to be mailed goes with them."""
    mails.drop_changes(users)
    users.update(session_generation=F("session_generation") + 1, **fields)


def take_back(grant: Grant, *, actor: User) -> None:
    """Take a grant away. Raises OutOfScope, and LastAdmin when nobody would be left to manage people everywhere."""
    if not may_give(actor, grant):
        raise OutOfScope
    with transaction.atomic():
        hold_admins()
        grant.delete()
        refuse_without_admin()
        note_grants_changed(grant, is_given=False, actor=actor)


def deactivate(user: User, *, actor: User) -> None:
    """The person may no longer sign in; sessions, sockets, tokens and links end.

    Raises NotYourself, OutOfScope, LastAdmin.
    """
    if user.pk == actor.pk:
        raise NotYourself
    check_reach(user, actor)
    with transaction.atomic():
        hold_admins()
        raise_generation(User.objects.filter(pk=user.pk), is_active=False)
        refuse_without_admin()
        record(events.DEACTIVATED, actor=user_actor(actor.pk), subject=events.user_subject(user.pk))


def activate(user: User, *, actor: User) -> None:
    """The person may sign in again, with the grants they had."""
    check_reach(user, actor)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        record(events.ACTIVATED, actor=user_actor(actor.pk), subject=events.user_subject(user.pk))


def check_reach(user: User, actor: User) -> None:
    """Only who could give every grant of the user may act on the user. Raises OutOfScope."""
    grants: Iterable[Grant] = user.grants.select_related("role")
    if not all(may_give(actor, grant) for grant in grants):
        raise OutOfScope


def hold_admins() -> None:
    """One at a time: two admins who remove each other in the same moment must not both succeed."""
    roles = Role.objects.filter(permissions__contains=[USERS_MANAGE])
    list(roles.select_for_update().order_by("pk").values_list("pk"))


def refuse_without_admin() -> None:
    left = Grant.objects.filter(
        brand=None, team=None, role__permissions__contains=[USERS_MANAGE], user__is_active=True
    )
    if not left.exists():
        raise LastAdmin


def note_grants_changed(grant: Grant, *, is_given: bool, actor: User | None) -> None:
    """Which one, so that an auditor need not guess: ids, as everywhere in the journal."""
    record(
        events.GRANTS_CHANGED,
        actor=actor_code(actor),
        subject=events.user_subject(grant.user_id),
        is_given=is_given,
        role=grant.role_id,
        of_brand=grant.brand_id,
        of_team=grant.team_id,
    )


def actor_code(actor: User | None) -> str:
    return SYSTEM if actor is None else user_actor(actor.pk)
