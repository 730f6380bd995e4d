"""Open an inbox of any kind, change it, and change its secrets. The journal keeps ids and names of settings only."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import Brand, Team, User
from accounts.permissions import INBOX_MANAGE
from carecenter.lib.kinds import Capability, can
from carecenter.lib.sealing import unseal
from carecenter.lib.signing import new_secret
from carecenter.lib.time import now
from channels_app.domain.addresses import base_address
from channels_app.domain.errors import AddressInUse, NameInUse, NotOurs
from channels_app.models import Connection, InboxAddress
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.models import Inbox
from workforce.models import Hours

OLD_SECRET_LIVES = timedelta(hours=24)


@dataclass(frozen=True)
class Wanted:
    """What may be set and changed. `secrets` are those typed now; what is not among them stays."""

    name: str
    default_team: Team | None = None
    follow_up: Inbox | None = None
    hours: Hours | None = None
    is_active: bool = True
    from_name: str = ""
    addresses: tuple[str, ...] = ()
    config: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """What an inbox is for ever: others know its key, its tickets belong to its brand."""

    brand: Brand
    kind: str
    key: str


def open_inbox(place: Place, wanted: Wanted, *, made: tuple[str, ...] = (), actor: User) -> Inbox:
    """Create it, with new secrets of the names in `made`.

    Raises NameInUse, AddressInUse, and NotOurs for what belongs to other people.
    """
    check_belongings(place.brand, wanted, actor)
    inbox = Inbox(brand=place.brand, kind=place.kind, key=place.key)
    with transaction.atomic():
        fill(inbox, wanted)
        insert(inbox)
        connection = Connection(inbox=inbox, from_name=wanted.from_name, config=wanted.config)
        connection.seal({**wanted.secrets, **{name: [fresh()] for name in made}})
        connection.save(force_insert=True)
        set_addresses(connection, wanted.addresses)
        record(
            "inbox.created",
            actor=user_actor(actor.pk),
            brand_id=inbox.brand_id,
            subject=f"inbox:{inbox.pk}",
            kind=inbox.kind,
        )
    return inbox


def change_inbox(inbox: Inbox, wanted: Wanted, *, actor: User) -> list[str]:
    """Names of what changed. Raises as `open_inbox` does."""
    check_belongings(inbox.brand, wanted, actor)
    with transaction.atomic():
        connection = Connection.objects.select_for_update().get(inbox=inbox)
        changed = fill(inbox, wanted)
        try:
            with transaction.atomic():
                inbox.save(update_fields=list(changed) or None)
        except IntegrityError:
            raise NameInUse(_("This brand has an inbox of this name already.")) from None
        changed += fill_connection(connection, wanted)
        changed += set_addresses(connection, wanted.addresses)
        if changed:
            record(
                "inbox.changed",
                actor=user_actor(actor.pk),
                brand_id=inbox.brand_id,
                subject=f"inbox:{inbox.pk}",
                fields=changed,
            )
    return changed


def fill(inbox: Inbox, wanted: Wanted) -> list[str]:
    return put(
        inbox,
        {name: getattr(wanted, name) for name in ("name", "default_team", "follow_up", "hours", "is_active")},
    )


def fill_connection(connection: Connection, wanted: Wanted) -> list[str]:
    changed = put(connection, {"from_name": wanted.from_name, "config": wanted.config})
    if wanted.secrets:
        connection.seal({**unseal(connection.sealed), **wanted.secrets})
        changed += ["sealed"]
    if changed:
        connection.save(update_fields=changed)
    return changed


def put(row: Any, values: dict[str, Any]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def insert(inbox: Inbox) -> None:
    try:
        with transaction.atomic():
            inbox.save(force_insert=True)
    except IntegrityError as error:
        if "inbox_name_once" in str(error):
            raise NameInUse(_("This brand has an inbox of this name already.")) from None
        raise NameInUse(_("Another inbox has this key.")) from None


def check_belongings(brand: Brand, wanted: Wanted, actor: User) -> None:
    """Within the actor's reach; team and hours of the brand's pool; a follow-up of the brand that carries mail."""
    team_id = wanted.default_team.pk if wanted.default_team else None
    if not has(actor, INBOX_MANAGE, brand_id=brand.pk, team_id=team_id):
        raise NotOurs(_("You set up inboxes of one team only: choose it."))
    pools = [one.pool_id for one in (wanted.default_team, wanted.hours) if one is not None]
    if any(pool != brand.pool_id for pool in pools):
        raise NotOurs(_("This team, or these hours, belong to other customers."))
    follow_up = wanted.follow_up
    if follow_up and (follow_up.brand_id != brand.pk or not can(follow_up.kind, Capability.ADDRESSES)):
        raise NotOurs(_("Answers can only go out by a mail inbox of the same brand."))


def set_addresses(connection: Connection, wanted: tuple[str, ...]) -> list[str]:
    """The first stays what answers are sent from. An address of another inbox is refused."""
    if not can(connection.inbox.kind, Capability.ADDRESSES):
        return []
    addresses = list(dict.fromkeys(base_address(one) for one in wanted))
    known = list(connection.addresses.order_by("pk").values_list("address", flat=True))
    if addresses == known:
        return []
    if taken := InboxAddress.objects.filter(address__in=addresses).exclude(connection=connection).first():
        raise AddressInUse(_("%(address)s belongs to another inbox already.") % {"address": taken.address})
    connection.addresses.all().delete()
    InboxAddress.objects.bulk_create(
        [InboxAddress(connection=connection, address=address) for address in addresses]
    )
    return ["addresses"]


def rotate_secret(inbox: Inbox, name: str, *, keep_old: bool, actor: User) -> str:
    """A new secret of this name; with `keep_old` the one before is good for another 24 hours."""
    with transaction.atomic():
        connection = Connection.objects.select_for_update().get(inbox=inbox)
        secrets = unseal(connection.sealed)
        made = fresh()
        secrets[name] = [made, *(still_good(secrets.get(name)) if keep_old else ())]
        connection.seal(secrets)
        connection.save(update_fields=["sealed"])
        record(
            "secret.rotated",
            actor=user_actor(actor.pk),
            brand_id=inbox.brand_id,
            subject=f"inbox:{inbox.pk}",
            secret=name,
            keeps_old=keep_old,
        )
    return made["value"]


def fresh() -> dict[str, str]:
    return {"value": new_secret(), "until": ""}


def still_good(kept: Any) -> list[dict[str, str]]:
    """The one that was good until now, for a day. What was on its way out already, goes."""
    newest = kept[:1] if isinstance(kept, list) else [{"value": kept}] if kept else []
    return [{"value": one["value"], "until": (now() + OLD_SECRET_LIVES).isoformat()} for one in newest]
