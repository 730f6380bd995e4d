"""Which roles ask for a second factor, and what an administrator does about other people's factors."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import scope
from accounts.domain import events, mails, people, throttle
from accounts.domain.errors import FactorNeeded, OutOfScope
from accounts.domain.links import Kind
from accounts.models import Authenticator, Grant, Passkey, RecoveryCode, Role, User
from accounts.permissions import USERS_MANAGE
from journal.actors import user_actor
from journal.domain.recording import record


def without_factor(users: QuerySet[User]) -> QuerySet[User]:
    mine = {"user": OuterRef("pk")}
    return users.exclude(
        Exists(Authenticator.objects.filter(**mine)) | Exists(Passkey.objects.filter(**mine))
    )


def roles_with_counts() -> list[Role]:
    """Every role, with `holders`, the active people who have it, and `lacking`, those of them without a factor."""
    roles = list(Role.objects.order_by("pk"))
    for role in roles:
        holders = User.objects.filter(
            pk__in=Grant.objects.filter(role=role).values("user_id"), is_active=True
        )
        role.holders = holders.count()  # type: ignore[attr-defined]
        role.lacking = without_factor(holders).count()  # type: ignore[attr-defined]
    return roles


def require_factor(wanted: Iterable[int], *, actor: User) -> None:
    """From now on exactly these roles ask for a second factor.

    Who has one of them and no factor is signed out, and led to set one up at the next sign-in. Raises OutOfScope, and
    FactorNeeded for an actor who would be one of those.
    """
    if not scope(actor, USERS_MANAGE).everywhere:
        raise OutOfScope
    chosen = set(wanted)
    with transaction.atomic():
        for role in Role.objects.select_for_update().order_by("pk"):
            required = role.pk in chosen
            if role.second_factor == required:
                continue
            role.second_factor = required
            role.save(update_fields=["second_factor"])
            record(
                events.ROLE_FACTOR_CHANGED,
                actor=user_actor(actor.pk),
                subject=f"role:{role.pk}",
                required=required,
            )
            if required:
                end_sessions_without_factor(role, actor=actor)


def end_sessions_without_factor(role: Role, *, actor: User) -> None:
    holders = User.objects.filter(pk__in=Grant.objects.filter(role=role).values("user_id"), is_active=True)
    lacking = list(without_factor(holders).values_list("pk", flat=True))
    if actor.pk in lacking:
        raise FactorNeeded
    leaving = list(people.signed_in(User.objects.filter(pk__in=lacking)).values_list("pk", flat=True))
    people.raise_generation(User.objects.filter(pk__in=leaving))
    for pk in leaving:
        subject = events.user_subject(pk)
        record(events.SIGNED_OUT, actor=user_actor(actor.pk), subject=subject, everywhere=True)


def reset_factors(user: User, *, actor: User | None) -> None:
    """Take every factor of somebody away who has lost them. Sessions end, and a mail tells the person.

    `actor` None is the command line. Raises OutOfScope.
    """
    if actor is not None:
        people.check_reach(user, actor)
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        Passkey.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        people.raise_generation(User.objects.filter(pk=user.pk))
        subject = events.user_subject(user.pk)
        record(events.FACTORS_RESET, actor=people.actor_code(actor), subject=subject)
        mails.queue(Kind.FACTOR_RESET, user.email)
    throttle.forget(f"code:{user.pk}")
