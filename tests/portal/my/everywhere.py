"""A customer with words in every place that keeps them, and a look through every table for one of them."""

import io

from django.apps import apps
from django.db import connection, models

from accounts.models import User
from carecenter.lib.blobs.storage import store
from channels_app.domain.inbound import process_record
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import ChatSession, Connection
from customers.models import Customer, CustomerNote
from tests.factories.answers import AnswerFactory
from tests.factories.channels import mail
from tests.factories.customers import IdentityFactory, OrderFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import ContactFactory, InboxFactory
from tests.portal.my.conftest import DANA, answered
from tickets.domain.replies import add_note
from tickets.domain.search import indexing
from tickets.models import Attachment, Draft, Inbox, Ticket

MARK = "zanzibar"
SENDER = {"from": f"Dana {MARK} <{DANA}>", "cc": f"{MARK}@example.net"}


def rows_with(word: str) -> dict[str, int]:
    """Every table of ours in which a row has this word, in any column that can hold one."""
    found = {}
    for model in apps.get_models():
        if not model._meta.managed or model._meta.app_label in ("contenttypes", "sessions"):
            continue
        table, texts = model._meta.db_table, [one for one in model._meta.concrete_fields if holds_words(one)]
        if not texts:
            continue
        where = " OR ".join(f"{as_text(one)} ILIKE %s" for one in texts)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {where}', [f"%{word}%"] * len(texts))
            if count := cursor.fetchone()[0]:
                found[model._meta.label] = count
    return found


def holds_words(field: models.Field) -> bool:
    numbers = (
        models.BooleanField, models.IntegerField, models.DateField, models.TimeField, models.FloatField,
        models.ForeignKey,
    )  # fmt: skip
    return not isinstance(field, numbers)


def as_text(field: models.Field) -> str:
    column = f'"{field.column}"'
    return f"encode({column}, 'escape')" if isinstance(field, models.BinaryField) else f"{column}::text"


def fill(inbox: Inbox, dana: Customer, alice: User) -> Ticket:
    """Dana with something in every place that keeps words of customers. All of it holds MARK."""
    Customer.objects.filter(pk=dana.pk).update(name=f"Dana {MARK}", tier=MARK)
    IdentityFactory(customer=dana, kind="phone", value="+4930901820", display=f"030 {MARK}")
    IdentityFactory(customer=dana, value=f"{MARK}@example.net")
    line = Connection.objects.get(inbox=inbox)
    raw = mail(
        f"My {MARK} does not boil.",
        subject=MARK,
        **SENDER,
    )
    record = process_record(store_raw([line], keep_bytes(io.BytesIO(raw)))[0].pk)
    ticket = record.ticket
    big = mail("x" * 300_000 + MARK, subject=MARK, message_id="<big@example.net>")
    process_record(store_raw([line], keep_bytes(io.BytesIO(big)))[0].pk)
    fill_ticket(ticket, alice)
    fill_person(ticket, line, dana, alice)
    indexing.ask(Ticket.objects.values_list("pk", flat=True))
    indexing.index_due()
    return ticket


def fill_ticket(ticket: Ticket, alice: User) -> None:
    """An answer, a note and a draft, with files; fields of the firm's own."""
    Ticket.objects.filter(pk=ticket.pk).update(fields={"colour": MARK}, preview=MARK)
    message = answered(ticket, DANA, f"Dear Dana {MARK}", html=f"<p>{MARK}</p>", subject=MARK)
    Attachment.objects.create(
        message=message, blob=store(MARK.encode()), name=f"{MARK}.txt", content_type="text/plain"
    )
    add_note(ticket, actor=alice, html=f"<p>{MARK} is angry</p>")
    draft = Draft.objects.create(ticket=ticket, author=alice, audience="public", html=f"<p>{MARK}</p>")
    Attachment.objects.create(
        draft=draft, blob=store(f"{MARK} 2".encode()), name=MARK, content_type="text/plain"
    )


def fill_person(ticket: Ticket, line: Connection, dana: Customer, alice: User) -> None:
    """A note about her, an order, a chat, an answer to a survey."""
    brand = ticket.brand
    CustomerNote.objects.create(customer=dana, author=alice, text=MARK)
    OrderFactory(
        customer=dana, number=MARK, items=[{"name": MARK}], url=f"https://shop.test/{MARK}", total_minor=4990
    )
    chat = ContactFactory(ticket=ticket, inbox=InboxFactory(brand=brand, kind="webchat"), kind="webchat")
    ChatSession.objects.create(
        connection=line, contact=chat, token_hash="t", visitor_name=MARK, page_url=f"https://shop.test/{MARK}"
    )
    survey = SurveyFactory(brand=brand)
    AnswerFactory(
        invitation=InvitationFactory(survey=survey, ticket=ticket), score=2, comment=MARK, more={"q": MARK}
    )
