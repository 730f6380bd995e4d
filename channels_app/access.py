"""Who may see what came in, and act on it."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.access import has, pools_for, scope
from accounts.models import User
from accounts.permissions import INTAKE_REPLAY, INTAKE_VIEW
from channels_app.models import BlockedSender, InboundRecord


def can_see_intake(user: User) -> bool:
    return bool(scope(user, INTAKE_VIEW))


def can_replay(user: User, record: InboundRecord) -> bool:
    inbox = record.connection.inbox
    return has(user, INTAKE_REPLAY, brand_id=inbox.brand_id, team_id=inbox.default_team_id)


def get_record_for(user: User, pk: int, code: str = INTAKE_VIEW) -> InboundRecord:
    """404 for a record of somebody else's inbox."""
    visible = InboundRecord.objects.visible_to(user, code)
    return get_object_or_404(visible.select_related("connection__inbox__brand", "ticket", "blob"), pk=pk)


def blocked_senders_for(user: User) -> QuerySet[BlockedSender]:
    return BlockedSender.objects.filter(pool__in=pools_for(user, INTAKE_REPLAY))


def get_blocked_for(user: User, pk: int) -> BlockedSender:
    return get_object_or_404(blocked_senders_for(user), pk=pk)
