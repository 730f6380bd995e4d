"""Inboxes and how they fare: one query for any number of them, one more for their addresses."""

from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery

from accounts.models import Brand, User
from accounts.permissions import INBOX_MANAGE
from channels_app.models import Connection, InboundRecord, of_inboxes
from tickets.models import Direction, Message

MOST = 500


def inboxes_for(user: User) -> list[Connection]:
    """Connections of the inboxes the user sets up, with `last_in` and `last_out`; those in use first."""
    found = with_health(connections_for(user)).select_related(
        "inbox__brand", "inbox__default_team", "mailbox"
    )
    ordered = found.prefetch_related("addresses").order_by(
        "-inbox__is_active", "inbox__brand__name", "inbox__name", "pk"
    )
    return list(ordered[:MOST])


def inboxes_of(brand: Brand, user: User) -> list[Connection]:
    """Of one brand, with their hours and addresses; those in use first."""
    found = connections_for(user).filter(inbox__brand=brand).select_related("inbox__hours")
    return list(found.prefetch_related("addresses").order_by("-inbox__is_active", "inbox__name", "pk")[:MOST])


def connections_for(user: User) -> QuerySet[Connection]:
    return Connection.objects.filter(of_inboxes(user, INBOX_MANAGE, inbox="inbox"))


def with_health(found: QuerySet[Connection]) -> QuerySet[Connection]:
    came = InboundRecord.objects.filter(connection=OuterRef("pk")).order_by("-pk")
    left = Message.objects.filter(
        inbox=OuterRef("inbox_id"), direction=Direction.OUTBOUND, sent_at__isnull=False
    ).order_by("-pk")
    return found.annotate(
        last_in=Subquery(came.values("received_at")[:1], output_field=DateTimeField()),
        last_out=Subquery(left.values("sent_at")[:1], output_field=DateTimeField()),
    )
