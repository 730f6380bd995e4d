"""Office hours are written down, changed and dropped."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actors import user_actor
from journal.domain.recording import record
from workforce.domain.errors import NameTaken
from workforce.models import Hours


def save_hours(hours: Hours, *, actor: User, **values: Any) -> Hours:
    """Store new hours or what changed. Raises NameTaken."""
    for name, value in values.items():
        setattr(hours, name, value)
    is_new = hours.pk is None
    try:
        with transaction.atomic():
            hours.save(update_fields=None if is_new else list(values))
            record("hours.saved", **about(hours, actor))
    except IntegrityError as error:
        raise NameTaken(_("Other office hours have this name already.")) from error
    return hours


def delete_hours(hours: Hours, *, actor: User) -> None:
    """Inboxes that had them are open at any time from now on."""
    with transaction.atomic():
        record("hours.deleted", **about(hours, actor))
        hours.delete()


def about(hours: Hours, actor: User) -> dict[str, Any]:
    return {"actor": user_actor(actor.pk), "subject": f"hours:{hours.pk}", "pool": hours.pool_id}
