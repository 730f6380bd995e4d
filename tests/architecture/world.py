"""One row of everything in alice's firm, for the walk of the URL table. All its words hold MARK."""

import zlib
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import ApiToken, Brand, Grant, Team, User
from accounts.permissions import CODES
from carecenter.lib.blobs.storage import store
from carecenter.lib.sealing import seal
from carecenter.lib.signing import new_secret
from carecenter.lib.time import now
from channels_app.models import BlockedSender, Mailbox, MailboxTest, TicketImport
from customers.models import Customer, CustomerNote, JoinProposal, Merge
from insights.models import Board, WallLink
from journal.domain.dispatch import number_events
from journal.domain.recording import record
from journal.models import FailedReaction
from knowledge_base.domain import articles
from knowledge_base.domain.versions import keep
from knowledge_base.models import Category, Import, ImportItem, Miss
from portal.models import DataRequest, PoolExport
from tests.factories.accounts import BrandFactory, PoolFactory, UserFactory, role
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.articles import article as put_online
from tests.factories.channels import ConnectionFactory, arrive, mail
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory, OrganisationFactory
from tests.factories.surveys import InvitationFactory, RuleFactory, SurveyFactory
from tests.factories.tickets import ContactFactory, FieldFactory, InboxFactory, MessageFactory, TicketFactory
from tickets.domain.search.indexing import write_rows
from tickets.models import (
    Attachment,
    BulkJob,
    CannedReply,
    Direction,
    Draft,
    SavedView,
    Ticket,
    TicketArticle,
    TicketMerge,
    TicketSplit,
)
from webhooks.models import Delivery, Webhook
from workforce.models import Hours

MARK = "Quxley"
PART = MARK[:4]  # to search by: a page that repeats the question must not look like one that found something
TILE = {"id": "one", "what": "metric:solved", "query": "span=30"}
PICTURE = b"GIF89a" + MARK.encode()
MISSING = 987_654_321
MISSING_TOKEN = "a" * 26


@dataclass
class World:
    """Ids of the rows, by what they are; the same names hold ids of nothing in `missing()`."""

    ids: dict[str, Any] = field(default_factory=dict)
    brand: Brand = field(default_factory=Brand)
    elsewhere: Brand = field(default_factory=Brand)

    def __getitem__(self, name: str) -> Any:
        return self.ids[name]

    def missing(self) -> "World":
        """The same addresses, of rows that do not exist."""
        gone = {
            name: MISSING_TOKEN if isinstance(value, str) else MISSING for name, value in self.ids.items()
        }
        return World(ids=gone, brand=self.brand, elsewhere=self.elsewhere)


def person(
    name: str, codes: Any, *, brand: Brand | None, everywhere: bool = False, team: Team | None = None
) -> User:
    """Somebody with exactly these permissions, in the brand, one team of it, or everywhere."""
    user = UserFactory(name=name)
    kind = role(f"Role-{zlib.crc32(','.join(codes).encode())}", tuple(codes))
    Grant.objects.create(user=user, role=kind, brand=None if everywhere else brand, team=team)
    return user


def build() -> World:
    """Everything there is, once, in a brand of its own pool; and an empty brand of another pool beside it."""
    brand = BrandFactory(pool=PoolFactory(name=f"{MARK}-pool"), name=f"{MARK}-brand")
    elsewhere = BrandFactory(pool=PoolFactory(name="Another pool"), name="Another brand")
    world = World(brand=brand, elsewhere=elsewhere)
    team = Team.objects.create(pool=brand.pool, name=f"{MARK}-team")
    member = person(f"{MARK}-member", CODES, brand=brand)
    one, known = somebody(brand, member)
    inbox = InboxFactory(brand=brand, name=f"{MARK}-inbox", default_team=team)
    ticket = TicketFactory(
        brand=brand,
        customer=one,
        inbox=inbox,
        team=team,
        subject=f"{MARK}-subject",
        preview=f"{MARK}-preview",
        tags=[f"{MARK}-tag"],
    )
    world.ids |= {
        "ticket": ticket.pk,
        "tag": ticket.tags[0],
        "person": member.pk,
        "grant": member.grants.get().pk,
        "role": member.grants.get().role_id,
        "team": team.pk,
        "brand": brand.pk,
    }
    world.ids |= known | desk_things(ticket)
    world.ids |= joins(ticket, member) | written(brand, member) | worked_on(ticket, member)
    world.ids |= asked(ticket)
    export = PoolExport.objects.create(
        pool=brand.pool, asked_by=member, state="done", blob=store(MARK.encode())
    )
    world.ids |= {"pool": brand.pool_id, "pool_export": export.token}
    world.ids |= answered(ticket, member, world["survey"])
    world.ids |= (
        conversation(ticket, member) | incoming(inbox, member) | journal(ticket) | search(ticket, member)
    )
    return world


def desk_things(ticket: Ticket) -> dict[str, Any]:
    """What a desk has beside tickets: a ready-made reply, office hours, a chat."""
    canned = CannedReply.objects.create(pool=ticket.brand.pool, title=f"{MARK}-title", text=f"{MARK}-reply")
    own = FieldFactory(
        pool=ticket.brand.pool,
        brand=ticket.brand,
        key="reason",
        name=f"{MARK}-field",
        kind="choice",
        choices=["Walk"],
    )
    hours = Hours.objects.create(pool=ticket.brand.pool, name=f"{MARK}-hours")
    chat = ContactFactory(
        ticket=ticket, inbox=InboxFactory(brand=ticket.brand, kind="webchat"), kind="webchat"
    )
    return {"field": own.pk, "canned": canned.pk, "hours": hours.pk, "chat": chat.pk}


def written(brand: Brand, member: User) -> dict[str, Any]:
    """An article in two languages with a version, on a shelf."""
    shelf = Category.objects.create(brand=brand, slug=f"{MARK.lower()}-shelf", names={"en": f"{MARK}-shelf"})
    draft = articles.Draft(f"{MARK}-title", f"{MARK}-summary", f"<p>{MARK}-words</p>", (f"{MARK}-phrase",))
    article = articles.create_article(actor=member, brand=brand, language="en", draft=draft, category=shelf)
    keep(article.texts.get(), actor=member, note=f"{MARK}-note")
    articles.add_language(
        article, "de", actor=member, draft=articles.Draft(f"{MARK}-titel", "", f"<p>{MARK}-worte</p>")
    )
    return {"article": article.pk, "category": shelf.pk}


def worked_on(ticket: Ticket, member: User) -> dict[str, Any]:
    """A published article that solved the ticket, an import that is ready, and words that nobody found."""
    used = put_online(ticket.brand, f"{MARK}-article", f"<p>{MARK}-words</p>", summary=f"{MARK}-summary")
    TicketArticle.objects.create(ticket=ticket, article=used, how="solved", by=member)
    miss = Miss.objects.create(brand=ticket.brand, language="en", words=f"{MARK.lower()}-missing")
    job = Import.objects.create(
        brand=ticket.brand,
        made_by=member,
        blob=store(b"PK" + MARK.encode()),
        file_name=f"{MARK}-files.zip",
        name="files",
        language="en",
        state="checked",
    )
    ImportItem.objects.create(job=job, path=f"{MARK}.md", title=f"{MARK}-page", language="en", will="create")
    return {"used_article": used.pk, "miss": miss.pk, "import": job.pk}


def somebody(brand: Brand, member: User) -> tuple[Customer, dict[str, Any]]:
    """A customer with an order, a note, a likely double, and one who was merged into them."""
    customers = [CustomerFactory(pool=brand.pool, name=f"{MARK}-{name}") for name in ("one", "two", "gone")]
    one, two, gone = customers
    IdentityFactory(customer=one, value=f"{MARK.lower()}@example.net")
    OrderFactory(customer=one, number=f"{MARK}-1", brand=brand)
    note = CustomerNote.objects.create(customer=one, author=member, text=f"{MARK}-note")
    proposal = JoinProposal.objects.create(customer=one, other=two, reasons=[{"code": "same_name"}])
    merge = Merge.objects.create(kept=one, gone=gone, made_by=member)
    gone.merged_into = one
    gone.save(update_fields=["merged_into"])
    firm = OrganisationFactory(pool=brand.pool, name=f"{MARK}-organisation", domains=[f"{MARK.lower()}.test"])
    wish = DataRequest.objects.create(
        kind="erasure", brand=brand, customer=one, people=[one.pk], state="held"
    )
    known = {"customer": one.pk, "note": note.pk, "proposal": proposal.pk, "merge": merge.pk}
    return one, {**known, "organisation": firm.pk, "data_request": wish.pk}


def asked(ticket: Ticket) -> dict[str, Any]:
    """A survey with a rule, and a question that went to the customer."""
    survey = SurveyFactory(brand=ticket.brand, name=f"{MARK}-survey")
    rule = RuleFactory(survey=survey, tags=[f"{MARK.lower()}-tag"])
    invitation = InvitationFactory(survey=survey, ticket=ticket)
    return {"survey": survey.pk, "survey_rule": rule.pk, "invitation": invitation.pk}


def answered(ticket: Ticket, member: User, survey: int) -> dict[str, Any]:
    """An angry answer about the member's work, and the follow-up it opened."""
    invitation = InvitationFactory(
        survey_id=survey,
        brand=ticket.brand,
        ticket=ticket,
        agent=member,
        team=ticket.team,
        inbox=ticket.inbox,
        state="answered",
    )
    answer = AnswerFactory(
        invitation=invitation, measure="csat", score=1, comment=f"{MARK}-worst", is_angry=True
    )
    follow_up = FollowUpFactory(answer=answer, owner=member, note=f"{MARK}-note")
    return {"feedback_answer": answer.pk, "follow_up": follow_up.pk}


def search(ticket: Ticket, member: User) -> dict[str, Any]:
    """What is found, a search that is kept, and one that was."""
    write_rows([ticket.pk])
    view = SavedView.objects.create(owner=member, name=f"{MARK}-view", query=MARK)
    gone = SavedView.objects.create(owner=member, name=f"{MARK}-gone", query=MARK, deleted_at=now())
    link = WallLink.objects.create(owner=member, name=f"{MARK}-wall")
    board = Board.objects.create(owner=member, name=f"{MARK}-board", tiles=[TILE])
    gone_board = Board.objects.create(owner=member, name=f"{MARK}-board", deleted_at=now())
    boards = {"board": board.pk, "gone_board": gone_board.pk}
    return {"view": view.pk, "gone_view": gone.pk, "wall_link": link.pk, **boards}


def joins(ticket: Ticket, member: User) -> dict[str, Any]:
    """A ticket that was merged into this one, one that was split off it, a job on it, and a token."""
    gone = TicketFactory(brand=ticket.brand, customer=None, subject=f"{MARK}-gone")
    made = TicketFactory(brand=ticket.brand, customer=None, subject=f"{MARK}-made")
    merge = TicketMerge.objects.create(kept=ticket, gone=gone, made_by=member)
    split = TicketSplit.objects.create(source=ticket, made=made, made_by=member)
    job = BulkJob.objects.create(
        user=member, verb="tag", arguments={"tag": f"{MARK.lower()}-tag"}, state="done"
    )
    token = ApiToken.objects.create(user=member, name=f"{MARK}-token", digest=MARK, scopes=[])
    return {"ticket_merge": merge.pk, "split": split.pk, "job": job.pk, "token": token.pk}


def conversation(ticket: Ticket, member: User) -> dict[str, Any]:
    """A contact, a message each way, a file of a message and one of a draft."""
    contact = ContactFactory(ticket=ticket)
    message = MessageFactory(ticket=ticket, contact=contact, text=f"{MARK}-text", html=f"<p>{MARK}-text</p>")
    answer = MessageFactory(
        ticket=ticket, contact=contact, direction=Direction.OUTBOUND, author=member, text=f"{MARK}-answer"
    )
    blob = store(PICTURE)
    file = Attachment.objects.create(
        message=message, blob=blob, name=f"{MARK}-1.gif", content_type="image/gif"
    )
    draft = Draft.objects.create(ticket=ticket, author=member, audience="public", html=f"<p>{MARK}-draft</p>")
    unsent = Attachment.objects.create(draft=draft, blob=blob, name=f"{MARK}-2.gif", content_type="image/gif")
    return {
        "contact": contact.pk,
        "message": message.pk,
        "answer": answer.pk,
        "file": file.token,
        "unsent": unsent.token,
    }


def incoming(inbox: Any, member: User) -> dict[str, Any]:
    """A mail that failed to become a message, and the mailbox it may have come from."""
    connection = ConnectionFactory(inbox=inbox)
    parked = arrive(connection, mail(f"{MARK}-mail", subject=f"{MARK}-mail"))
    parked.state, parked.reason, parked.subject = "parked", "automatic", f"{MARK}-mail"
    parked.sender, parked.next_try_at = f"{MARK.lower()}@example.net", None
    parked.save(update_fields=["state", "reason", "subject", "sender", "next_try_at"])
    blocked = BlockedSender.objects.create(pool=inbox.brand.pool, address=f"{MARK.lower()}@example.org")
    Mailbox.objects.create(connection=connection, host=f"{MARK.lower()}.example.net", username=f"{MARK}-user")
    test = MailboxTest.objects.create(
        connection=connection,
        made_by=member,
        settings={"security": "tls"},
        steps=[],
        started_at=now(),
        ended_at=now(),
    )
    outgoing = MailboxTest.objects.create(
        made_by=member, settings={"security": "tls", "username": ""}, started_at=now(), ended_at=now()
    )
    brought = TicketImport.objects.create(
        inbox=inbox,
        made_by=member,
        source="zendesk",
        blob=store(b"{}"),
        file_name=f"{MARK}.json",
        state="checked",
        found={"tickets": 1, "messages": 1},
        next_try_at=now(),
    )
    ids = {
        "record": parked.pk,
        "blocked": blocked.pk,
        "inbox": inbox.pk,
        "mailbox_test": test.pk,
        "outgoing_test": outgoing.pk,
    }
    return ids | {"ticket_import": brought.pk}


def journal(ticket: Ticket) -> dict[str, Any]:
    """An event with its place, and a reaction to it that was parked."""
    with transaction.atomic():
        event = record("ticket.created", actor="system", ticket=ticket)
    number_events()
    event.refresh_from_db()
    failure = FailedReaction.objects.create(event=event, handler="tickets.handlers.show", state="parked")
    hook = Webhook.objects.create(
        name=f"{MARK}-hook",
        url=f"https://{MARK.lower()}.example/",
        brand=ticket.brand,
        sealed=seal({"secret": [{"value": new_secret(), "until": ""}]}),
    )
    told = Delivery.objects.create(webhook=hook, event_id=event.pk, name=event.name, state="given_up")
    return {
        "position": event.position, "failure": failure.pk, "webhook": hook.pk, "webhook_delivery": told.pk
    }  # fmt: skip
