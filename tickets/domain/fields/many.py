"""A field as it can be set on many tickets at once."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from customers.domain import field_rules as rules
from customers.domain.field_reading import in_order
from customers.models import OwnField
from tickets.domain.errors import NotAllowed
from tickets.domain.fields.reading import fields_seen_by


def fields_to_set(user: User) -> QuerySet[OwnField]:
    """In use on tickets that the user may see; in order."""
    in_use = fields_seen_by(user).filter(about=OwnField.About.TICKET, retired_at__isnull=True)
    return in_order(in_use.select_related("pool", "brand"))


def find_field_to_set(user: User, pk: int) -> OwnField | None:
    return fields_to_set(user).filter(pk=pk).first()


def value_of(field: OwnField, raw: Any) -> dict[str, Any]:
    """What a job is told: which field, and the value as it is kept. Raises NotAllowed with a sentence."""
    try:
        return {"field": field.pk, "value": rules.clean(field, raw)}
    except rules.Wrong as error:
        raise NotAllowed(f"{field.label}: {error}") from None
