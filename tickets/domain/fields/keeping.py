"""Fields as an administrator keeps them: saved, put in order, retired and brought back."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Brand, CustomerPool, User
from carecenter.lib.time import now
from customers.domain import field_rules as rules
from customers.domain.field_reading import MOST, in_order
from customers.models import OwnField
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed

MOST_CHOICES = 100


@dataclass(frozen=True)
class Wanted:
    """What a field shall be. What it is about, kind and key are of the first time; later ones do not change them."""

    pool: CustomerPool
    kind: str
    name: str
    about: str = OwnField.About.TICKET
    key: str = ""
    brand: Brand | None = None
    names: dict[str, str] = field(default_factory=dict)
    help: str = ""
    helps: dict[str, str] = field(default_factory=dict)
    choices: tuple[dict[str, Any], ...] = ()
    required: str = OwnField.Required.NEVER
    is_public: bool = False
    conditions: tuple[dict[str, Any], ...] = ()


def key_from(name: str) -> str:
    """ "Order number" is order_number."""
    from tickets.domain.search.words import fold

    key = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:40].strip("_")
    return key if key and key[0].isalpha() else f"field_{key}"[:40].strip("_")


def siblings(pool: CustomerPool) -> list[OwnField]:
    """Every field of a pool, retired ones too, in order."""
    return list(in_order(OwnField.objects.filter(pool=pool)))


def save_field(kept: OwnField | None, wanted: Wanted, *, actor: User) -> OwnField:
    """A new one at the end, or the one there is as wanted. Raises NotAllowed, with a sentence, for what cannot be."""
    with transaction.atomic():
        CustomerPool.objects.select_for_update().get(pk=wanted.pool.pk)
        others = [one for one in siblings(wanted.pool) if kept is None or one.pk != kept.pk]
        made = drafted(kept, wanted, others)
        check(made, others)
        try:
            with transaction.atomic():
                made.save(force_insert=True) if kept is None else made.save(update_fields=CHANGES)
        except IntegrityError:
            raise NotAllowed(_("Another field has this key already.")) from None
        tell("ticket_field.saved", made, actor, key=made.key, kind=made.kind, required=made.required)
    return made


CHANGES = ("brand", "name", "names", "help", "helps", "choices", "required", "is_public", "conditions")


def drafted(kept: OwnField | None, wanted: Wanted, others: list[OwnField]) -> OwnField:
    """The row as it would be stored. Choices that are offered no more stay in it, for tickets that have them."""
    key = wanted.key or free_key(wanted.name, others)
    made = OwnField(pool=wanted.pool, about=wanted.about, kind=wanted.kind, key=key)
    made.position = 1 + max((one.position for one in others), default=-1)
    if kept is not None:
        made = OwnField.objects.get(pk=kept.pk)
    for name in CHANGES:
        setattr(made, name, getattr(wanted, name))
    made.conditions = [dict(one) for one in wanted.conditions]
    before = kept.choices if kept else []
    made.choices = coded(wanted.choices, before) if made.kind in LISTED else []
    return made


NEVER = OwnField.Required.NEVER
LISTED = (OwnField.Kind.CHOICE, OwnField.Kind.CHOICES)


def free_key(name: str, others: Iterable[OwnField]) -> str:
    taken = {one.key for one in others} | rules.RESERVED
    key = key_from(name)
    tries = [key, *(f"{key[:36]}_{number}" for number in range(2, MOST + 3))]
    return next(one for one in tries if one not in taken)


def coded(choices: Iterable[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each choice with a code of its own: that which it had, or one from its name."""
    known = {one["code"]: one for one in before}
    taken = set(known)
    made: list[dict[str, Any]] = []
    for choice in choices:
        code = choice.get("code", "")
        if code not in known or code in {one["code"] for one in made}:
            code = free_code(choice["name"], taken)
        taken.add(code)
        made.append({"code": code, "name": choice["name"], "names": choice.get("names", {})})
    offered = {one["code"] for one in made}
    gone = [{**one, "gone": True} for one in before if one["code"] not in offered]
    return [*made, *gone]


def free_code(name: str, taken: set[str]) -> str:
    code = key_from(name)
    return (
        code
        if code not in taken
        else next(one for number in range(2, 1000) if (one := f"{code[:36]}_{number}") not in taken)
    )


def check(made: OwnField, others: list[OwnField]) -> None:
    """Raises NotAllowed."""
    if made.key in rules.RESERVED or any(one.key == made.key for one in others):
        raise NotAllowed(_("Another field has this key already."))
    if made.pk is None and sum(1 for one in others if one.retired_at is None) >= MOST:
        raise NotAllowed(_("There can be %(most)s fields at most: retire one first.") % {"most": MOST})
    if made.kind in LISTED and not made.options():
        raise NotAllowed(_("Write down at least one choice."))
    if twice := said_twice(made):
        raise NotAllowed(
            _("“%(name)s” is there twice: give each choice a name of its own.") % {"name": twice}
        )
    if len(made.options()) > MOST_CHOICES:
        raise NotAllowed(_("A list can have %(most)s choices at most.") % {"most": MOST_CHOICES})
    if made.brand is not None and made.brand.pool_id != made.pool_id:
        raise NotAllowed(_("This belongs to customers of somebody else."))
    if made.about == OwnField.About.CUSTOMER and (made.brand_id or made.is_public or made.required != NEVER):
        raise NotAllowed(_("What is known of customers is of all brands, for colleagues, and never needed."))
    if made.required == OwnField.Required.SENDING and not made.is_public:
        raise NotAllowed(
            _("What customers do not see, they cannot fill in: show it to them, or need it later.")
        )
    check_conditions(made, others)


def said_twice(made: OwnField) -> str:
    """A name that two of the choices on offer share; empty when there is none."""
    names = Counter(choice["name"].casefold() for choice in made.choices if not choice.get("gone"))
    return next((choice["name"] for choice in made.choices if names[choice["name"].casefold()] > 1), "")


def check_conditions(made: OwnField, others: list[OwnField]) -> None:
    by_key = {one.key: one for one in may_lead(made, others)}
    for condition in made.conditions:
        leader = by_key.get(condition["field"])
        if leader is None or not condition["values"]:
            raise NotAllowed(_("A condition names a field that is not there for the same tickets."))
        if not set(condition["values"]) <= {code for code, _words in leader.options(gone=True)}:
            raise NotAllowed(_("“%(field)s” has no such choice.") % {"field": leader.label})
        if made.is_public and not leader.is_public:
            text = _("Customers see “%(field)s” only if they see “%(leader)s”, on which it hangs.")
            raise NotAllowed(text % {"field": made.label, "leader": leader.label})
    names = {one.key: one.label for one in [*others, made]}
    if path := rules.circle(others, made):
        text = _("The conditions go in a circle: %(path)s. Take one of them away.")
        raise NotAllowed(text % {"path": " → ".join(names.get(key, key) for key in path)})
    hidden = [one for one in followers(made, others) if one.is_public and not made.is_public]
    if hidden:
        text = _("Customers see “%(field)s” only if they see “%(leader)s”, on which it hangs.")
        raise NotAllowed(text % {"field": hidden[0].label, "leader": made.label})


def may_lead(made: OwnField, others: Iterable[OwnField]) -> list[OwnField]:
    """Fields a condition may name: with codes, in use, and there wherever this one is."""
    return [
        one
        for one in others
        if one.is_listed
        and one.about == made.about
        and one.retired_at is None
        and one.key != made.key
        and (one.brand_id is None or one.brand_id == made.brand_id)
    ]


def followers(leader: OwnField, others: Iterable[OwnField]) -> list[OwnField]:
    """Fields in use that hang on this one."""
    return [
        one
        for one in others
        if one.retired_at is None and any(condition["field"] == leader.key for condition in one.conditions)
    ]


def retire(kept: OwnField, *, actor: User) -> None:
    """Asked no more; what tickets have stays and can be read. Raises NotAllowed while others hang on it."""
    with transaction.atomic():
        CustomerPool.objects.select_for_update().get(pk=kept.pool_id)
        if hanging := followers(kept, siblings(kept.pool)):
            text = _("“%(field)s” hangs on it: change that condition first.")
            raise NotAllowed(text % {"field": hanging[0].label})
        kept.retired_at = now()
        kept.save(update_fields=["retired_at"])
        tell("ticket_field.retired", kept, actor, key=kept.key)


def bring_back(kept: OwnField, *, actor: User) -> None:
    """As it was. Raises NotAllowed when a field it hangs on is retired, or there are too many."""
    with transaction.atomic():
        CustomerPool.objects.select_for_update().get(pk=kept.pool_id)
        others = [one for one in siblings(kept.pool) if one.pk != kept.pk]
        if sum(1 for one in others if one.retired_at is None) >= MOST:
            raise NotAllowed(_("There can be %(most)s fields at most: retire one first.") % {"most": MOST})
        check_conditions(kept, others)
        kept.retired_at = None
        kept.save(update_fields=["retired_at"])
        tell("ticket_field.restored", kept, actor, key=kept.key)


def put_in_order(pool: CustomerPool, ids: list[int], *, actor: User) -> None:
    """These fields in this order, on the places they have together; others stay where they are."""
    with transaction.atomic():
        CustomerPool.objects.select_for_update().get(pk=pool.pk)
        rows = siblings(pool)
        wanted = [pk for pk in dict.fromkeys(ids) if pk in {row.pk for row in rows}]
        by_pk = {row.pk: row for row in rows}
        queue = iter(wanted)
        ordered = [by_pk[next(queue)] if row.pk in wanted else row for row in rows]
        if ordered == rows:
            return
        for place, row in enumerate(ordered):
            row.position = place
        OwnField.objects.bulk_update(ordered, ["position"])
        tell("ticket_field.moved", ordered[0], actor)


def tell(name: str, kept: OwnField, actor: User, **data: Any) -> None:
    record(name, actor=user_actor(actor.pk), brand_id=kept.brand_id, subject=f"field:{kept.pk}", **data)
