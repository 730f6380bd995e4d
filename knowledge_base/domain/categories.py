"""The shelves of a help centre: named in each language, two deep, in an order."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, ProtectedError, Q
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from journal.domain.recording import record
from knowledge_base.domain.addresses import free_slug
from knowledge_base.domain.articles import actor_of
from knowledge_base.domain.errors import AddressTaken, NotAllowed, NotEmpty
from knowledge_base.models import Category

VALUES = ("names", "abouts", "icon", "parent", "slug")


def save_category(category: Category, *, actor: User | None, **values: Any) -> Category:
    """Store a new category or what changed of one: names, abouts, icon, parent, slug. A new one comes last.

    NotAllowed when it would stand three deep, AddressTaken when the brand has another at this address.
    """
    for name, value in values.items():
        setattr(category, name, value)
    refuse_depth(category)
    if not category.slug:
        title = category.names.get(category.brand.language) or next(iter(category.names.values()), "")
        category.slug = free_slug(Category, category.brand, title)
    is_new = category.pk is None
    if is_new:
        category.position = next_position(category.brand, category.parent)
    try:
        with transaction.atomic():
            category.save(update_fields=None if is_new else [*values, "slug"])
            tell("category.saved", category, actor)
    except IntegrityError as error:
        raise AddressTaken(_("Another category has this address already. Choose another one.")) from error
    return category


def tell(name: str, category: Category, actor: User | None) -> None:
    subject = f"category:{category.pk}"
    record(name, actor=actor_of(actor), brand_id=category.brand_id, subject=subject, category=category.pk)


def refuse_depth(category: Category) -> None:
    parent = category.parent
    if parent is None:
        return
    if parent.brand_id != category.brand_id or parent.pk == category.pk:
        raise NotAllowed(_("A category stands in another one of the same brand."))
    if parent.parent_id is not None or (category.pk is not None and category.children.exists()):
        raise NotAllowed(_("Categories stand two deep at most."))


def next_position(brand: Brand, parent: Category | None) -> int:
    last = Category.objects.filter(brand=brand, parent=parent).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def delete_category(category: Category, *, actor: User | None) -> None:
    """NotEmpty while articles, those of the archive too, or other categories stand in it."""
    try:
        with transaction.atomic():
            tell("category.deleted", category, actor)
            category.delete()
    except ProtectedError as error:
        raise NotEmpty(_("Move what stands in this category elsewhere first.")) from error


def with_counts(brand: Brand) -> list[Category]:
    """All of the brand in their order; `living` on each is how many articles stand in it."""
    living = Count("articles", filter=Q(articles__archived_at=None))
    rows = Category.objects.filter(brand=brand).select_related("brand").annotate(living=living)
    return list(rows.order_by("position", "pk"))


def reorder(brand: Brand, ids: list[int], *, actor: User | None) -> list[int]:
    """Put these first and in this order, the others behind as they were. Returns the order before, to undo it."""
    with transaction.atomic():
        rows = {
            row.pk: row for row in Category.objects.select_for_update().filter(brand=brand).order_by("pk")
        }
        before = sorted(rows, key=lambda pk: (rows[pk].position, pk))
        known = [pk for pk in dict.fromkeys(ids) if pk in rows]
        after = [*known, *(pk for pk in before if pk not in known)]
        for position, pk in enumerate(after):
            if rows[pk].position != position:
                rows[pk].position = position
                rows[pk].save(update_fields=["position"])
        if after != before:
            record("category.saved", actor=actor_of(actor), brand_id=brand.pk, subject="", order=after)
    return before
