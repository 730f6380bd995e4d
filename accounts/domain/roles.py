"""Roles: named sets of permissions. Shipped ones keep their names, Admin keeps every permission too."""

import zlib
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Count

from accounts.access import scope
from accounts.domain import events
from accounts.domain.errors import OutOfScope, RoleChanged, RoleFixed, RoleInUse, RoleTaken
from accounts.domain.people import hold_admins, refuse_without_admin
from accounts.models import Role, User
from accounts.permissions import CODES, ROLES, USERS_MANAGE
from journal.actors import user_actor
from journal.domain.recording import record

FIXED: Final = "Admin"  # so that no click can leave an installation that nobody can set up


def roles_with_holders() -> list[Role]:
    """Every role, with `grants_given`, how often it is given."""
    return list(Role.objects.annotate(grants_given=Count("grants")).order_by("pk"))


def seen(role: Role) -> str:
    """Stands for what a page showed of the role: two people may have it open."""
    return f"{zlib.crc32(' '.join([role.name, *sorted(role.permissions)]).encode()):x}"


def make_role(name: str, codes: Collection[str], *, actor: User) -> Role:
    """Raises OutOfScope, RoleTaken."""
    check_may_set(actor, codes)
    try:
        with transaction.atomic():
            role = Role.objects.create(name=name, permissions=in_order(codes))
            note(events.ROLE_CREATED, role, actor, added=role.permissions)
    except IntegrityError:
        raise RoleTaken from None
    return role


def set_permissions(wanted: Mapping[int, tuple[str, Collection[str]]], *, actor: User) -> list[Role]:
    """What each role may from now on: {role: (what was `seen` of it, its codes)}. Returns the roles that changed.

    All of it or nothing. It holds at once: sockets of who has such a role close, and who may still listen comes back.
    Raises OutOfScope, RoleFixed, RoleChanged when somebody else was quicker, LastAdmin.
    """
    changed = []
    with transaction.atomic():
        hold_admins()
        for role in Role.objects.filter(pk__in=wanted).select_for_update().order_by("pk"):
            was, codes = wanted[role.pk]
            added, taken = set(codes) - set(role.permissions), set(role.permissions) - set(codes)
            if not added and not taken:
                continue
            if role.name == FIXED:
                raise RoleFixed
            if was != seen(role):
                raise RoleChanged
            check_may_set(actor, added | taken)
            role.permissions = in_order(codes)
            role.save(update_fields=["permissions"])
            note(events.ROLE_CHANGED, role, actor, added=in_order(added), taken=in_order(taken))
            changed.append(role)
        refuse_without_admin()
    return changed


def rename_role(role: Role, name: str, *, actor: User) -> None:
    """Raises OutOfScope, RoleFixed for a shipped one, RoleTaken."""
    check_own(role, actor)
    try:
        with transaction.atomic():
            if Role.objects.filter(pk=role.pk).exclude(name=name).update(name=name):
                note(events.ROLE_RENAMED, role, actor)
    except IntegrityError:
        raise RoleTaken from None


def delete_role(role: Role, *, actor: User) -> None:
    """One that nobody has. Raises OutOfScope, RoleFixed for a shipped one, RoleInUse."""
    check_own(role, actor)
    with transaction.atomic():
        held = Role.objects.select_for_update().filter(pk=role.pk).first()
        if held is None:
            return
        if held.grants.exists():
            raise RoleInUse
        note(events.ROLE_DELETED, held, actor)
        held.delete()


def check_own(role: Role, actor: User) -> None:
    check_may_set(actor, role.permissions)
    if role.name in ROLES:
        raise RoleFixed


def check_may_set(actor: User, codes: Collection[str]) -> None:
    """A role can be given in every brand: nobody puts into one, or takes out, what they may not do everywhere."""
    if not all(code in CODES and scope(actor, code).everywhere for code in {USERS_MANAGE, *codes}):
        raise OutOfScope


def in_order(codes: Collection[str]) -> list[str]:
    return [code for code in CODES if code in codes]


def note(name: str, role: Role, actor: User, **data: Any) -> None:
    record(name, actor=user_actor(actor.pk), subject=f"role:{role.pk}", **data)
