"""What belongs to a pool, table by table, as it is written when all of it is taken along."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, QuerySet

from accounts.models import Brand, User
from carecenter.lib.blobs.models import Blob
from channels_app.models import ChatSession
from customers.models import Consent, Customer, CustomerNote, Identity, Order, Organisation, OwnField
from feedback.models import Answer, FollowUp, Invitation, Survey
from journal.models import Event
from knowledge_base.models import Article, Category, Text
from tickets.models import Attachment, CannedReply, Contact, Inbox, Message, Participant, Ticket
from workforce.models import Hours

BATCH = 500
# What opens something, and what our own machinery needs.
HIDDEN = {"token", "token_hash", "next_try_at", "tries", "version", "blob_id", "draft_id"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """`pool`: the way from a row to its pool."""

    name: str
    model: type[Model]
    pool: str = "pool"
    hidden: str = ""  # one more column of this table that opens something

    def rows(self, pool_id: int) -> QuerySet[Any]:
        return self.model._default_manager.filter(**{self.pool: pool_id})

    def columns(self) -> list[str]:
        return [
            one.attname
            for one in self.model._meta.concrete_fields
            if one.attname not in {*HIDDEN, self.hidden}
        ]


class Colleagues(Table):
    """Names of those who wrote for the pool, to read the other tables by."""

    def rows(self, pool_id: int) -> QuerySet[Any]:
        wrote = Message.objects.filter(author=OuterRef("pk"), ticket__brand__pool=pool_id)
        return User.objects.filter(Exists(wrote))

    def columns(self) -> list[str]:
        return ["id", "name"]


class Events(Table):
    """The journal names brands by plain numbers."""

    def rows(self, pool_id: int) -> QuerySet[Any]:
        brands = list(Brand.objects.filter(pool=pool_id).values_list("pk", flat=True))
        return Event.objects.filter(brand_id__in=brands)


TABLES: tuple[Table, ...] = (
    Table("brands", Brand),
    Table("hours", Hours),
    Table("inboxes", Inbox, "brand__pool"),
    Colleagues("colleagues", User),
    Table("organisations", Organisation),
    Table("customers", Customer),
    Table("identities", Identity),
    Table("consents", Consent, "customer__pool"),
    Table("orders", Order),
    Table("customer_notes", CustomerNote, "customer__pool"),
    Table("own_fields", OwnField),
    Table("tickets", Ticket, "brand__pool"),
    Table("participants", Participant, "ticket__brand__pool"),
    Table("contacts", Contact, "ticket__brand__pool"),
    Table("chats", ChatSession, "contact__ticket__brand__pool", hidden="key"),
    Table("messages", Message, "ticket__brand__pool"),
    Table("attachments", Attachment, "message__ticket__brand__pool"),
    Table("canned_replies", CannedReply),
    Table("categories", Category, "brand__pool"),
    Table("articles", Article, "brand__pool"),
    Table("article_texts", Text, "article__brand__pool"),
    Table("surveys", Survey, "brand__pool"),
    Table("invitations", Invitation, "brand__pool", hidden="key"),
    Table("answers", Answer, "brand__pool"),
    Table("follow_ups", FollowUp, "brand__pool"),
    Events("events", Event),
)


def windows(model: type[Model]) -> Iterator[tuple[int, int]]:
    """Bounds of ids, `after` and `up_to`, with few rows between them, whoever these belong to.

    Asked for the next few rows of one pool, the database would read all of the pool's, every time.
    """
    ids, after = model._default_manager.order_by("pk").values_list("pk", flat=True), 0
    while found := list(ids.filter(pk__gt=after)[:BATCH]):
        yield after, found[-1]
        after = found[-1]


def batches(table: Table, pool_id: int) -> Iterator[list[Row]]:
    """By id, a few at a time: each is a short query, however many there are."""
    rows = table.rows(pool_id).order_by("pk")
    if table.model is Attachment:
        rows = rows.annotate(sha256=F("blob__sha256"), size=F("blob__size"))
    columns = [*table.columns(), *(("sha256", "size") if table.model is Attachment else ())]
    for after, up_to in windows(table.model):
        if found := list(rows.filter(pk__gt=after, pk__lte=up_to).values(*columns)):
            yield found


def blobs_of(pool_id: int) -> Iterator[Blob]:
    """What the attachments of the pool are made of, each content once."""
    attached = Attachment.objects.filter(blob=OuterRef("pk"), message__ticket__brand__pool=pool_id)
    blobs = Blob.objects.filter(Exists(attached)).order_by("pk")
    for after, up_to in windows(Blob):
        yield from blobs.filter(pk__gt=after, pk__lte=up_to)
