"""What staff know and write about a customer: name, language, tier, organisation, notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerPool, User
from carecenter.lib.time import now
from customers.domain import field_rules as rules
from customers.domain.errors import BadFields, CustomerError, StaleVersion
from customers.domain.field_reading import fields_of_customers
from customers.domain.normalise import person_name
from customers.domain.people import actor_code, living
from customers.models import Customer, CustomerNote, Organisation
from journal.domain.recording import record


@dataclass(frozen=True)
class Profile:
    """New values of a customer; None leaves a field as it is, an empty text clears it."""

    name: str | None = None
    language: str | None = None
    zone: str | None = None
    tier: str | None = None
    organisation: str | None = None  # by its name; made when the pool has none of that name
    fields: Mapping[str, Any] | None = None  # of the firm's own, by key; those not named stay


def change_profile(
    customer: Customer, profile: Profile, *, actor: User | None, version: int | None = None
) -> Customer:
    """Change what differs, under a lock, and record the names of the fields. Returns the fresh row.

    With a `version`: raises StaleVersion when somebody changed the customer since. Raises BadFields. A merged row is
    followed.
    """
    with transaction.atomic():
        row = Customer.objects.select_for_update().get(pk=living(customer).pk)
        if version is not None and row.version != version:
            raise StaleVersion(
                _("Somebody else changed this customer a moment ago. Look again before you save.")
            )
        wanted = wanted_fields(row.pool, profile, now=row.fields)
        changed = [name for name, value in wanted.items() if getattr(row, name) != value]
        if not changed:
            return row
        return _changed(row, {name: wanted[name] for name in changed}, actor)


def _changed(row: Customer, values: dict[str, Any], actor: User | None) -> Customer:
    """The locked row with these values, told once: of the firm's own fields only which, not from what to what."""
    told: dict[str, Any] = {}
    if "fields" in values:
        told["own"] = rules.keys_changed(row.fields, values["fields"])
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = now()
    row.save(update_fields=[*values, "version", "updated_at"])
    record("customer.updated", actor=actor_code(actor), customer_id=row.pk, fields=sorted(values), **told)
    return row


def put_back_fields(customer: Customer, values: Mapping[str, Any], *, actor: User) -> Customer:
    """An undo: these keys as they were, whatever has been retired or is offered no more since."""
    with transaction.atomic():
        row = Customer.objects.select_for_update().get(pk=living(customer).pk)
        kept = {key: value for key, value in row.fields.items() if key not in values}
        after = kept | {key: value for key, value in values.items() if value is not None}
        return _changed(row, {"fields": after}, actor) if after != row.fields else row


def says_nothing_new(customer: Customer, profile: Profile) -> bool:
    """Would `change_profile` change nothing? No query when the organisation is loaded."""
    named = customer.organisation.name if customer.organisation_id and customer.organisation else ""
    same_place = profile.organisation is None or person_name(profile.organisation).lower() == named.lower()
    plain = {name: value for name, value in _plain(profile).items() if getattr(customer, name) != value}
    own = [key for key, value in (profile.fields or {}).items() if customer.fields.get(key) != value]
    return same_place and not plain and not own


def _plain(profile: Profile) -> dict[str, str]:
    """The wanted values of the fields that are texts."""
    wanted = {
        name: value.strip()
        for name in ("language", "zone", "tier")
        if (value := getattr(profile, name)) is not None
    }
    if profile.name is not None:
        wanted["name"] = person_name(profile.name)
    return wanted


def wanted_fields(
    pool: CustomerPool, profile: Profile, *, now: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Column values for a profile, own fields beside those there are `now`; makes the organisation when the pool has
    none of that name. Raises BadFields."""
    wanted: dict[str, Any] = dict(_plain(profile))
    if profile.organisation is not None:
        found = organisation_named(pool, profile.organisation)
        wanted["organisation_id"] = found.pk if found else None
    if profile.fields:
        try:
            wanted["fields"] = rules.checked(fields_of_customers(pool.pk), now or {}, profile.fields)
        except rules.Refused as refused:
            raise BadFields(str(refused), refused.problems) from None
    return wanted


def organisation_named(pool: CustomerPool, name: str) -> Organisation | None:
    """The organisation of that name, capitals aside, made when there is none. None for an empty name."""
    clean = person_name(name)
    if not clean:
        return None
    found = Organisation.objects.filter(pool=pool, name__iexact=clean).order_by("pk").first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Organisation.objects.create(pool=pool, name=clean)
    except IntegrityError:
        return Organisation.objects.get(pool=pool, name=clean)


def add_note(customer: Customer, text: str, *, actor: User) -> CustomerNote:
    """What colleagues should know. Raises CustomerError for an empty note."""
    text = text.strip()
    if not text:
        raise CustomerError(_("Write something first."))
    with transaction.atomic():
        note = CustomerNote.objects.create(customer=living(customer), author=actor, text=text)
        record(
            "customer.note_added",
            actor=actor_code(actor),
            customer_id=note.customer_id,
            subject=f"customer_note:{note.pk}",
        )
    return note


def delete_note(note: CustomerNote, *, actor: User) -> None:
    """For good. Twice is no error."""
    with transaction.atomic():
        deleted, _rows = CustomerNote.objects.filter(pk=note.pk).delete()
        if deleted:
            record(
                "customer.note_deleted",
                actor=actor_code(actor),
                customer_id=note.customer_id,
                subject=f"customer_note:{note.pk}",
            )
