"""Set up brands: begin, change, put away and bring back. What customers know them by is said in the journal by name."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.access import covers_brand, scope
from accounts.domain import events
from accounts.domain.errors import BrandInUse, BrandTaken, OutOfScope
from accounts.models import Brand, CustomerPool, User
from accounts.permissions import BRANDS_MANAGE
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record

CHANGEABLE = ("name", "language", "zone", "color", "public_base_url")


@dataclass(frozen=True)
class WantedBrand:
    """`pool` None: customers of its own. `slug` is part of public addresses and stays; empty: made of the name."""

    name: str
    language: str
    zone: str
    color: str
    public_base_url: str = ""
    slug: str = ""
    pool: CustomerPool | None = None


def create_brand(wanted: WantedBrand, *, actor: User) -> Brand:
    """Only for who sets up brands everywhere: a brand is a new place for grants. Raises OutOfScope, BrandTaken."""
    if not scope(actor, BRANDS_MANAGE).everywhere:
        raise OutOfScope
    try:
        with transaction.atomic():
            pool = wanted.pool or CustomerPool.objects.create(name=free_pool_name(wanted.name))
            values = {name: getattr(wanted, name) for name in CHANGEABLE}
            brand = Brand(pool=pool, slug=wanted.slug or slugify(wanted.name)[:60] or "brand", **values)
            brand.save(force_insert=True)
            note(events.BRAND_CREATED, brand, actor)
    except IntegrityError:
        raise BrandTaken from None
    return brand


def free_pool_name(name: str) -> str:
    """The brand's name, with a number when another pool has it."""
    taken = set(CustomerPool.objects.filter(name__startswith=name[:100]).values_list("name", flat=True))
    tries = (name[:110] if number == 1 else f"{name[:110]} {number}" for number in range(1, len(taken) + 2))
    return next(one for one in tries if one not in taken)


def change_brand(brand: Brand, wanted: WantedBrand, *, actor: User) -> list[str]:
    """Store what is different and say which; the slug and the pool stay. Raises OutOfScope, BrandTaken."""
    refuse_stranger(brand, actor)
    try:
        with transaction.atomic():
            kept = Brand.objects.select_for_update().get(pk=brand.pk)
            changed = [name for name in CHANGEABLE if getattr(kept, name) != getattr(wanted, name)]
            for name in changed:
                setattr(kept, name, getattr(wanted, name))
            if changed:
                kept.save(update_fields=changed)
                note(events.BRAND_CHANGED, kept, actor, fields=changed)
    except IntegrityError:
        raise BrandTaken from None
    return changed


def archive(brand: Brand, *, actor: User) -> None:
    """Nothing new is begun for it and its help centre is closed. Twice is once."""
    refuse_stranger(brand, actor)
    with transaction.atomic():
        if Brand.objects.filter(pk=brand.pk, archived_at=None).update(archived_at=now()):
            note(events.BRAND_ARCHIVED, brand, actor)


def restore(brand: Brand, *, actor: User) -> None:
    """As it was before it was archived."""
    refuse_stranger(brand, actor)
    with transaction.atomic():
        if Brand.objects.filter(pk=brand.pk, archived_at__isnull=False).update(archived_at=None):
            note(events.BRAND_RESTORED, brand, actor)


def delete_brand(brand: Brand, *, actor: User) -> None:
    """One that holds nothing goes for good. Raises OutOfScope, and BrandInUse for any other: archive that."""
    refuse_stranger(brand, actor)
    with transaction.atomic():
        kept = Brand.objects.select_for_update().get(pk=brand.pk)
        if holds_something(kept):
            raise BrandInUse
        note(events.BRAND_DELETED, kept, actor)
        kept.delete()


def holds_something(brand: Brand) -> bool:
    """Does any row of any app belong to it, also one that gives the brand no name to reach it by?

    Settings that there are once a brand do not count: they go with it.
    """
    relations: list[Any] = [
        one for one in Brand._meta.get_fields(include_hidden=True) if one.auto_created and one.one_to_many
    ]
    return any(
        one.related_model._base_manager.filter(**{one.field.name: brand}).exists() for one in relations
    )


def refuse_stranger(brand: Brand, actor: User) -> None:
    if not covers_brand(actor, BRANDS_MANAGE, brand.pk):
        raise OutOfScope


def note(name: str, brand: Brand, actor: User, **data: Any) -> None:
    record(name, actor=user_actor(actor.pk), brand_id=brand.pk, subject=f"brand:{brand.pk}", **data)
