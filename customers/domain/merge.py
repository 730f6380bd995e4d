"""Two rows become one person, and back. The merged row stays and points at the kept one.

What hangs on a customer in this app moves (identities, orders, notes); what other apps keep stays where it is and
is read through `people.ids_of`. The `Merge` row remembers what moved, so that undoing restores exactly that.
"""

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.time import now
from customers.domain import field_rules as rules
from customers.domain.errors import CannotMerge, CannotUndo
from customers.domain.field_reading import all_fields_of_customers
from customers.domain.people import actor_code, ids_of
from customers.models import Customer, CustomerNote, Identity, JoinProposal, Merge, Order
from journal.domain.recording import record

MOVING: dict[str, type[models.Model]] = {"identities": Identity, "orders": Order, "notes": CustomerNote}
FILLED = (
    "name",
    "language",
    "zone",
    "tier",
    "organisation_id",
)  # what an empty kept row takes from the other


def merge(kept: Customer, gone: Customer, *, actor: User | None) -> Merge:
    """`gone` becomes part of `kept`. Without an actor: the system joined them on verified identities.

    Locks both rows in the order of their ids. Effects: identities, orders and notes move; empty fields of
    `kept` are filled; open proposals between the two are closed as joined; `customer.merged`. Raises CannotMerge.
    """
    with transaction.atomic():
        kept, gone = _lock(kept.pk, gone.pk)
        _check(kept, gone)
        moved: dict[str, Any] = {name: _move(model, gone, kept) for name, model in MOVING.items()}
        moved["filled"], moved["fields"] = _fill(kept, gone)
        gone.merged_into = kept
        gone.version += 1
        gone.updated_at = now()
        gone.save(update_fields=["merged_into", "version", "updated_at"])
        moved["proposals"] = _close_proposals(kept, actor)
        done = Merge.objects.create(kept=kept, gone=gone, moved=moved, made_by=actor)
        record(
            "customer.merged",
            actor=actor_code(actor),
            customer_id=kept.pk,
            subject=f"merge:{done.pk}",
            gone=gone.pk,
            taken=moved["fields"],
        )
    return done


def find_merge(gone: Customer) -> Merge | None:
    """The merge that made this customer part of another, while it lasts."""
    return Merge.objects.filter(gone=gone, undone_at__isnull=True).first()


def undo(done: Merge, *, actor: User | None) -> Merge:
    """Take a merge back: what moved returns to the row it came from; what was added since stays with the kept one.

    Raises CannotUndo when it was undone before, or when the kept row itself was merged into another since: that
    later merge must be taken back first.
    """
    with transaction.atomic():
        kept, gone = _lock(done.kept_id, done.gone_id)
        done = Merge.objects.select_for_update().get(pk=done.pk)
        if done.undone_at is not None:
            raise CannotUndo(_("This merge was undone already."))
        if gone.merged_into_id != kept.pk:
            raise CannotUndo(_("These two are not joined any more."))
        if kept.merged_into_id is not None:
            raise CannotUndo(_("The customer was merged into another since. Undo that merge first."))
        for name, model in MOVING.items():
            model._default_manager.filter(pk__in=done.moved[name], customer=kept).update(customer=gone)
        _unfill(kept, gone, done.moved)
        gone.merged_into = None
        gone.version += 1
        gone.updated_at = now()
        gone.save(update_fields=["merged_into", "version", "updated_at"])
        reopened = JoinProposal.objects.filter(
            pk__in=done.moved["proposals"], state=JoinProposal.State.JOINED
        )
        reopened.update(state=JoinProposal.State.OPEN, decided_by=None, decided_at=None)
        done.undone_by, done.undone_at = actor, now()
        done.save(update_fields=["undone_by", "undone_at"])
        record(
            "customer.unmerged",
            actor=actor_code(actor),
            customer_id=kept.pk,
            subject=f"merge:{done.pk}",
            gone=gone.pk,
        )
    return done


def _lock(first: int, second: int) -> tuple[Customer, Customer]:
    """Both rows as they are now, in the order asked for, locked in the order of ids."""
    rows = Customer.objects.select_for_update().filter(pk__in={first, second}).order_by("pk").in_bulk()
    return rows[first], rows[second]


def _check(kept: Customer, gone: Customer) -> None:
    if kept.pk == gone.pk:
        raise CannotMerge(_("This is the same customer."))
    if kept.pool_id != gone.pool_id:
        raise CannotMerge(_("These customers belong to different firms and can never be merged."))
    for row in (kept, gone):
        if row.merged_into_id is not None:
            raise CannotMerge(_("%(name)s was merged into another customer already.") % {"name": row})


def _move(model: type[models.Model], gone: Customer, kept: Customer) -> list[int]:
    rows = model._default_manager.filter(customer=gone)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids:
        model._default_manager.filter(pk__in=ids).update(customer=kept)
    return ids


def _fill(kept: Customer, gone: Customer) -> tuple[list[str], list[str]]:
    """Names of the columns, and keys of the firm's own fields, that were empty and are filled now."""
    filled = [name for name in FILLED if not getattr(kept, name) and getattr(gone, name)]
    for name in filled:
        setattr(kept, name, getattr(gone, name))
    own = rules.taken(all_fields_of_customers(kept.pool_id), kept.fields, gone.fields) if gone.fields else {}
    kept.fields = {**kept.fields, **own}
    _save_filled(kept, [*filled, "fields"] if own else filled)
    return filled, sorted(own)


def _unfill(kept: Customer, gone: Customer, moved: dict[str, Any]) -> None:
    """Empty again what the merge had filled, unless somebody has changed it since."""
    still = [name for name in moved["filled"] if getattr(kept, name) == getattr(gone, name)]
    for name in still:
        setattr(kept, name, None if name.endswith("_id") else "")
    kept.fields = rules.without_taken(kept.fields, gone.fields, moved.get("fields", ()))
    _save_filled(kept, [*still, "fields"])


def _save_filled(kept: Customer, names: list[str]) -> None:
    kept.version += 1
    kept.updated_at = now()
    kept.save(update_fields=[*names, "version", "updated_at"])


def _close_proposals(kept: Customer, actor: User | None) -> list[int]:
    """Proposals between any two rows of what is now one person are settled. Returns their ids."""
    ids = ids_of(kept.pk)
    inside = JoinProposal.objects.filter(
        Q(customer_id__in=ids) & Q(other_id__in=ids), state=JoinProposal.State.OPEN
    )
    settled = list(inside.values_list("pk", flat=True))
    JoinProposal.objects.filter(pk__in=settled).update(
        state=JoinProposal.State.JOINED, decided_by=actor, decided_at=now()
    )
    return settled
