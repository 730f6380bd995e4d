"""Something of everything the API shows, so that generated requests can name rows that exist."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Brand, Team, User
from carecenter.lib.blobs.storage import store
from carecenter.lib.sealing import seal
from channels_app.models import BlockedSender, Connection
from customers.models import Customer, CustomerNote, JoinProposal
from insights.models import Board, WallLink
from journal.domain.dispatch import number_events
from journal.models import Event, FailedReaction
from knowledge_base.domain.categories import save_category
from knowledge_base.models import Category, Miss
from portal.models import PoolExport
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.articles import article, article_import
from tests.factories.channels import arrive, mail, ticket_import
from tests.factories.customers import CustomerFactory, OrderFactory, OrganisationFactory
from tests.factories.surveys import InvitationFactory, RuleFactory, SurveyFactory
from tests.factories.tickets import ContactFactory, FieldFactory, InboxFactory, MessageFactory, TicketFactory
from tickets.models import Attachment, BulkJob, CannedReply, Inbox, SavedView, Ticket
from webhooks.models import Webhook
from workforce.models import Hours

TILE = {"id": "one", "what": "metric:solved", "query": "span=30"}


@dataclass
class World:
    """Ids by the name they have in bodies and queries; `of_noun` by the first part of an address."""

    by_name: dict[str, Any] = field(default_factory=dict)
    of_noun: dict[str, Any] = field(default_factory=dict)

    def place(self, address: str, name: str) -> Any:
        """What fills `{name}` in this address."""
        noun = noun_of(address)
        if name == "number":
            return 1  # of an article's version; in a query it is an order's
        if name == "id" or noun == "admin/exports":
            return self.of_noun[noun]
        return self.by_name[name]


def noun_of(address: str) -> str:
    """The first part of an address; below `admin/` the first two."""
    parts = address.split("/")
    return "/".join(parts[1:3]) if parts[1] == "admin" else parts[1]


def build(brand: Brand, team: Team, dana: Customer, alice: User) -> World:
    inbox = InboxFactory(brand=brand, default_team=team, key="service")
    ticket = TicketFactory(brand=brand, inbox=inbox, customer=dana, team=team, tags=["late"])
    other = TicketFactory(brand=brand, inbox=inbox, customer=dana, team=team)
    message = MessageFactory(
        ticket=ticket,
        contact=ContactFactory(ticket=ticket),
        external_id="1@example.net",
        cc=[{"name": "Eve", "address": "eve@example.org"}],
    )
    blob = store(b"x")
    file = Attachment.objects.create(message=message, blob=blob, name="x.txt", content_type="text/plain")
    order = OrderFactory(customer=dana, items=[{"name": "Lamp"}])
    Event.objects.create(name="ticket.created", actor="system", brand_id=brand.pk, ticket_id=ticket.pk)
    number_events()
    category = save_category(Category(brand=brand), actor=None, names={"en": "Returns"})
    written = article(brand, "How do I return something?", category=category)
    answer = AnswerFactory(invitation=InvitationFactory(survey__brand=brand, ticket=ticket), comment="Slow")
    hook = Webhook.objects.create(brand=brand, name="Shop", url="https://shop.example/")
    delivery = hook.deliveries.create(event_id=1, name="ticket.created")
    beside = things_beside(ticket, other, alice)
    return World(
        by_name={
            "brand": brand.pk, "team": team.pk, "customer": dana.pk, "inbox": inbox.pk, "ticket": ticket.pk,
            "into": other.pk, "assignee": alice.pk, "owner": alice.pk, "agent": alice.pk, "pool": brand.pool_id,
            "category": category.pk, "answer": answer.pk, "position": 1, "token": file.token, "language": "en",
            "number": order.number, "tile": TILE["id"], "what": TILE["what"], "key": "shop-app", "external_id": "K-1",
            "role": alice.grants.get().role_id, "name": "messages", "grant": alice.grants.get().pk, "user": alice.pk,
            "tag": "late", "tickets": [ticket.pk, other.pk], "messages": [message.pk],
        },
        of_noun={
            "tickets": ticket.pk, "messages": message.pk, "contacts": message.contact_id, "customers": dana.pk,
            "articles": written.pk, "answers": answer.pk, "follow-ups": FollowUpFactory(answer=answer).pk,
            "webhooks": hook.pk, "deliveries": delivery.pk,
            "categories": category.pk, "article-imports": article_import(brand, made_by=alice).pk,
            "article-gaps": Miss.objects.create(brand=brand, language="en", words="lamp back").pk,
            **beside, **set_up(team, inbox, alice),
        },
    )  # fmt: skip


def set_up(team: Team, inbox: Inbox, alice: User) -> dict[str, Any]:
    """What an administrator set up, by the first two parts of its address."""
    brand, pool = inbox.brand, inbox.brand.pool
    survey = SurveyFactory(brand=brand, questions=[{"key": "why", "type": "text", "words": {"en": "Why?"}}])
    Connection.objects.get_or_create(inbox=inbox, defaults={"sealed": seal({})})
    return numbers_and_border(inbox, alice) | {
        "admin/people": alice.pk, "admin/teams": team.pk, "admin/brands": brand.pk, "admin/inboxes": inbox.pk,
        "admin/tokens": alice.api_tokens.get().pk, "admin/retention": inbox.pk, "admin/survey-settings": brand.pk,
        "admin/surveys": survey.pk, "admin/survey-rules": RuleFactory(survey=survey).pk,
        "admin/fields": FieldFactory(pool=pool, key="reason", kind="choice", choices=["Walk"]).pk,
        "admin/hours": Hours.objects.create(pool=pool, name="Office", weekly=[[["09:00", "17:00"]]]).pk,
        "admin/ticket-imports": ticket_import(inbox).pk,
        "admin/exports": PoolExport.objects.create(pool=pool, asked_by=alice, state="done").token,
    }  # fmt: skip


def numbers_and_border(inbox: Inbox, alice: User) -> dict[str, Any]:
    """Dashboards and screens, and what came in and was held back."""
    pool = inbox.brand.pool
    parked = arrive(inbox.connection, mail())
    parked.state, parked.reason = "parked", "error"
    parked.save(update_fields=["state", "reason"])
    number_events()
    event = Event.objects.order_by("pk").first() or Event.objects.create(
        name="ticket.created", actor="system"
    )
    failure = FailedReaction.objects.create(event=event, handler="tickets.handlers.show", state="parked")
    return {
        "boards": Board.objects.create(owner=alice, name="Mornings", tiles=[TILE]).pk,
        "wall-links": WallLink.objects.create(owner=alice, name="Hall").pk,
        "organisations": OrganisationFactory(pool=pool).pk, "intake": parked.pk,
        "blocked-senders": BlockedSender.objects.create(pool=pool, address="spam@example.net", created_by=alice).pk,
        "admin/reactions": failure.pk,
    }  # fmt: skip


def things_beside(ticket: Ticket, other: Ticket, alice: User) -> dict[str, Any]:
    """What a desk has beside tickets, by the first part of its address."""
    twin = CustomerFactory(pool=ticket.brand.pool)
    proposal = JoinProposal.objects.create(
        customer=ticket.customer, other=twin, reasons=[{"code": "same_name"}]
    )
    note = CustomerNote.objects.create(customer=ticket.customer, author=alice, text="Prefers mail")
    job = BulkJob.objects.create(user=alice, verb="tag", arguments={"tag": "late"}, state="done", total=1)
    job.items.create(ticket=ticket, state="done", before={"has": False}, after={"tag": "late", "has": True})
    job.items.create(ticket=other, state="failed", reason="It is closed.")
    reply = CannedReply.objects.create(
        pool=ticket.brand.pool, owner=alice, title="Sorry", text="Sorry, {{agent.name}}"
    )
    view = SavedView.objects.create(owner=alice, name="Late", query="tag:late")
    chat = ContactFactory(
        ticket=other,
        inbox=InboxFactory(brand=ticket.brand, kind="webchat"),
        kind="webchat",
        holder="agent",
        agent=alice,
    )
    MessageFactory(ticket=other, contact=chat, kind="webchat")
    return {
        "proposals": proposal.pk, "notes": note.pk, "bulk": job.pk, "chats": chat.pk, "replies": reply.pk,
        "views": view.pk,
    }  # fmt: skip
