"""Ready-made replies: kept, found, counted when used."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import pools_for, scope, teams_of
from accounts.models import Brand, User
from accounts.permissions import REPLIES_MANAGE
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed
from tickets.models import CannedReply, Ticket

SHOWN = 300


def replies_for(ticket: Ticket, user: User) -> QuerySet[CannedReply]:
    """What the user may put into an answer on this ticket: their own and the shared ones, most used first."""
    found = CannedReply.objects.filter(pool=ticket.brand.pool_id).filter(Q(owner=None) | Q(owner=user))
    teams = {*teams_of(user), ticket.team_id} - {None}
    found = found.filter(Q(brand=None) | Q(brand=ticket.brand_id)).filter(Q(team=None) | Q(team__in=teams))
    return found.order_by("-uses", "title", "pk")


def replies_of(user: User) -> QuerySet[CannedReply]:
    """What the settings show: their own, and the shared ones of the pools they may write for."""
    shared = Q(owner=None, pool__in=pools_for(user, REPLIES_MANAGE))
    return CannedReply.objects.filter(Q(owner=user) | shared)


def find_reply(user: User, pk: int, *, lock: bool = False) -> CannedReply | None:
    """One the user may change. `lock` needs a transaction."""
    replies = replies_of(user)
    if lock:
        replies = replies.select_for_update(of=("self",))
    reply = replies.filter(pk=pk).first()
    return reply if reply is not None and may_change(user, reply) else None


def may_change(user: User, reply: CannedReply) -> bool:
    """Their own, or a shared one where they have the right: of all brands only who has it for each of them."""
    if reply.owner_id is not None:
        return reply.owner_id == user.pk
    where = scope(user, REPLIES_MANAGE)
    if reply.brand_id is not None:
        return where.covers(brand_id=reply.brand_id, team_id=reply.team_id)
    brands = Brand.objects.filter(pool=reply.pool_id).values_list("pk", flat=True)
    return all(where.covers(brand_id=brand, team_id=reply.team_id) for brand in brands)


def save_reply(reply: CannedReply, *, actor: User, **values: Any) -> CannedReply:
    """Store a new reply or what changed of one. NotAllowed when the shortcut is taken or the place is not theirs."""
    for name, value in values.items():
        setattr(reply, name, value)
    reply.updated_at = now()
    if not may_change(actor, reply):
        raise NotAllowed(_("You may write ready-made replies for your own brands only. Choose one of them."))
    is_new = reply.pk is None
    try:
        with transaction.atomic():
            reply.save(update_fields=None if is_new else [*values, "updated_at"])
            record("canned_reply.saved", **about(reply, actor))
    except IntegrityError as error:
        raise NotAllowed(_("Another ready-made reply has this shortcut already.")) from error
    return reply


def delete_reply(reply: CannedReply, *, actor: User) -> None:
    with transaction.atomic():
        record("canned_reply.deleted", **about(reply, actor))
        reply.delete()


def about(reply: CannedReply, actor: User) -> dict[str, Any]:
    subject = f"canned_reply:{reply.pk}"
    return {
        "actor": user_actor(actor.pk),
        "brand_id": reply.brand_id,
        "subject": subject,
        "pool": reply.pool_id,
    }


def count_use(reply: CannedReply) -> None:
    CannedReply.objects.filter(pk=reply.pk).update(uses=F("uses") + 1)
