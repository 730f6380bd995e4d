"""Office hours are written down, changed and dropped."""

import zoneinfo
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from workforce.domain.errors import ChangedSince, NameTaken
from workforce.domain.holidays import with_holidays
from workforce.models import Hours


def save_hours(hours: Hours, *, actor: User, always: bool = False, **values: Any) -> Hours:
    """Store new hours or what changed. A new week holds from today on, and what was before stays as it was; `always`:
    as if it had never been otherwise. Raises NameTaken.
    """
    values = planned(hours, always, values)
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


def planned(hours: Hours, always: bool, values: dict[str, Any]) -> dict[str, Any]:
    """What is stored of what is wanted: with the holidays to come, and the week that held until today."""
    stored = dict(values)
    if "holidays" in values:
        rule = values["holidays"]
        own = values.get("closed_days", [one for one in hours.closed_days if not one.get("holiday")])
        stored["closed_days"] = with_holidays(own, hours, rule)
        stored["holidays"] = {**rule, "until": now().year + 1} if rule else {}
    if hours.pk is not None and "weekly" in values:
        stored["earlier"] = [] if always else earlier(hours, values["weekly"])
    return stored


def earlier(hours: Hours, weekly: list[Any]) -> list[dict[str, Any]]:
    """The weeks of before. One that began today was never a whole day's: it is not kept."""
    today = now().astimezone(zoneinfo.ZoneInfo(hours.zone)).date().isoformat()
    if weekly == hours.weekly or any(one["until"] == today for one in hours.earlier):
        return list(hours.earlier)
    return [*hours.earlier, {"until": today, "weekly": hours.weekly}]


def delete_hours(hours: Hours, *, actor: User) -> None:
    """Inboxes that had them are open at any time from now on."""
    with transaction.atomic():
        record("hours.deleted", **about(hours, actor))
        hours.delete()


KEPT: Final = ("name", "zone", "weekly", "earlier", "closed_days", "holidays")


def as_kept(hours: Hours) -> dict[str, Any]:
    """All there is to put back, exactly: also the weeks of before, which figures rest on."""
    row: dict[str, Any] = Hours.objects.filter(pk=hours.pk).values(*KEPT).get()
    return row


def put_back(hours: Hours, was: dict[str, Any], left: dict[str, Any], *, actor: User) -> None:
    """As they were before somebody saved them. Raises ChangedSince where that `left` them otherwise, NameTaken."""
    with transaction.atomic():
        locked = Hours.objects.select_for_update().get(pk=hours.pk)
        if as_kept(locked) != left:
            raise ChangedSince(_("Somebody has changed these office hours since."))
        for name, value in was.items():
            setattr(locked, name, value)
        try:
            with transaction.atomic():
                locked.save(update_fields=list(was))
        except IntegrityError as error:
            raise NameTaken(_("Other office hours have this name already.")) from error
        record("hours.saved", **about(locked, actor))


def about(hours: Hours, actor: User) -> dict[str, Any]:
    return {"actor": user_actor(actor.pk), "subject": f"hours:{hours.pk}", "pool": hours.pool_id}
