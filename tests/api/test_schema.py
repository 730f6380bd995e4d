"""The OpenAPI document is valid, complete, and what the API answers is what it says."""

import json
import re
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator, FormatChecker

from carecenter.api.schema import document
from carecenter.lib.blobs.storage import store
from customers.models import CustomerNote, JoinProposal
from journal.domain.dispatch import number_events
from journal.models import Event
from knowledge_base.domain.categories import save_category
from knowledge_base.models import Category, Miss
from tests.api.test_isolation import OPEN, endpoints
from tests.api.world import set_up
from tests.factories.accounts import grant
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.articles import article, article_import
from tests.factories.customers import CustomerFactory, OrderFactory
from tests.factories.surveys import InvitationFactory
from tests.factories.tickets import ContactFactory, FieldFactory, InboxFactory, MessageFactory
from tickets.models import Attachment, BulkJob, CannedReply, SavedView
from webhooks.models import Webhook

OPERATION = {"get", "post", "patch"}
# Opened by a signature over the body, not by a token.
SIGNED = {"/inboxes/{key}/messages/"}
# Take the bytes of a file.
BYTES = {
    "/uploads/", "/articles/{id}/pictures/", "/article-imports/", "/help-centres/{brand}/logo/",
    "/admin/ticket-imports/",
}  # fmt: skip


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json.loads(document())


def validator(schema: dict[str, Any], answer: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(
        {**answer, "components": schema["components"]}, format_checker=FormatChecker()
    )


def test_document_is_valid_openapi_3_1(api, schema):
    assert schema["openapi"] == "3.1.0"
    validate_schema(schema)
    for name, component in schema["components"]["schemas"].items():
        Draft202012Validator.check_schema(component)
        assert name
    response = api().get("schema/")
    assert response.status_code == 200
    assert json.loads(response.content) == schema


def test_document_is_written_without_a_warning(schema):
    """Two things under one name would be one of them; what a hash names, nobody can."""
    assert schema
    assert not GENERATOR_STATS, [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]


def test_document_has_every_endpoint_and_no_dangling_reference(schema):
    wanted = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route).replace("{pk}", "{id}")
        for name, route in endpoints()
        if name not in OPEN
    }
    assert set(schema["paths"]) == wanted | SIGNED
    for reference in re.findall(r'"\$ref": ?"#/components/(\w+)/(\w+)"', json.dumps(schema)):
        assert reference[1] in schema["components"][reference[0]]
    ids = [operation["operationId"] for path in schema["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))


def test_every_operation_says_how_it_fails_and_who_may(schema):
    for address, operations in schema["paths"].items():
        for method, operation in operations.items():
            if address in SIGNED:
                assert operation["security"] == [{"signature": []}]
                continue
            assert operation["security"] == [{"token": []}], address
            assert {"401", "403", "429"} <= set(operation["responses"]), address
            headers = {
                parameter["name"]
                for parameter in operation.get("parameters", ())
                if parameter["in"] == "header"
            }
            assert headers == {"get": set(), "post": {"Idempotency-Key"}, "patch": {"If-Match"}}[method], (
                address
            )
            if address in BYTES and method == "post":
                assert list(operation["requestBody"]["content"]) == ["application/octet-stream"]
            elif "requestBody" in operation:
                reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                assert (
                    schema["components"]["schemas"][reference.rpartition("/")[2]]["additionalProperties"]
                    is False
                )


@pytest.fixture
def hook(brand):
    made = Webhook.objects.create(brand=brand, name="Shop", url="https://shop.example/")
    made.deliveries.create(event_id=1, name="ticket.created")
    return made


@pytest.fixture
def own_field(brand):
    when = [{"field": "reason", "values": ["lost"]}]
    return FieldFactory(pool=brand.pool, kind="choices", choices=["One", "Two"], conditions=when)


@pytest.fixture
def kept(api, admin, brand, team, inbox, dana, ticket):
    """What somebody keeps beside tickets, by the start of its address."""
    other = CustomerFactory(pool=brand.pool)
    JoinProposal.objects.create(customer=dana, other=other, reasons=[{"code": "same_name"}])
    CustomerNote.objects.create(customer=dana, author=admin, text="Prefers mail")
    ticket.participants.create(address="eve@example.org", role="copy")
    ticket.tags = ["late"]
    ticket.save(update_fields=["tags"])
    job = BulkJob.objects.create(user=admin, verb="tag", arguments={"tag": "late"}, state="done", total=1)
    job.items.create(ticket=ticket, state="failed", reason="It is closed.")
    reply = CannedReply.objects.create(pool=brand.pool, title="Sorry", text="Sorry")
    Miss.objects.create(brand=brand, language="en", words="lamp back")
    view = SavedView.objects.create(owner=admin, name="Late", query="tag:late")
    chat = ContactFactory(ticket=ticket, inbox=InboxFactory(brand=brand, kind="webchat"), kind="webchat")
    MessageFactory(ticket=ticket, contact=chat, kind="webchat")
    api(admin)  # its token is one of those that are listed
    known = set_up(team, inbox, admin) | {
        "bulk": job.pk,
        "replies": reply.pk,
        "views": view.pk,
        "chats": chat.pk,
        "article-imports": article_import(brand).pk,
    }
    exports = {"/admin/exports/{token}": f"/admin/exports/{known['admin/exports']}"}
    return exports | {f"/{noun}/{{id}}": f"/{noun}/{pk}" for noun, pk in known.items()}


def numbered_event(brand):
    event = Event.objects.create(name="ticket.created", actor="system", brand_id=brand.pk)
    number_events()
    event.refresh_from_db()
    return event


def places(ticket):
    return {"{brand}": ticket.brand_id, "{inbox}": ticket.inbox_id}


@pytest.mark.usefixtures("own_field")
def test_answers_are_what_the_document_says(api, admin, schema, ticket, dana, brand, team, hook, kept):
    message = MessageFactory(
        ticket=ticket,
        contact=ticket.contacts.get(kind="email"),
        cc=[{"name": "", "address": "e@example.org"}],
    )
    Attachment.objects.create(message=message, blob=store(b"x"), name="x", content_type="text/plain")
    OrderFactory(customer=dana, items=[{"name": "Lamp"}])
    event = numbered_event(brand)
    shelf = save_category(Category(brand=brand), actor=None, names={"en": "Returns"})
    written = article(brand, "How do I return something?", category=shelf)
    answer = AnswerFactory(invitation=InvitationFactory(survey__brand=brand, ticket=ticket))
    follow_up = FollowUpFactory(answer=answer)
    client = api(admin)
    keys = kept | {
        "/webhooks/{id}": f"/webhooks/{hook.pk}", "/answers/{id}": f"/answers/{answer.pk}",
        "/follow-ups/{id}": f"/follow-ups/{follow_up.pk}",
        "/categories/{id}": f"/categories/{written.category_id}", **places(ticket),
        "{ticket}": ticket.pk, "{customer}": dana.pk, "{position}": event.position,
        "{language}": "en", "{number}": 1, "/articles/{id}": f"/articles/{written.pk}",
        "/contacts/{id}": f"/contacts/{ticket.contacts.get(kind='email').pk}",
        "/customers/{id}": f"/customers/{dana.pk}", "/messages/{id}": f"/messages/{message.pk}", "{id}": ticket.pk,
    }  # fmt: skip
    checked = 0
    for address, operations in schema["paths"].items():
        if "get" not in operations or address == "/attachments/{token}/":
            continue
        path = address
        for placeholder, value in keys.items():
            path = path.replace(placeholder, str(value))
        query = f"?brand={brand.pk}&q=return" if address == "/articles/search/" else ""
        response = client.get(path[1:] + query)
        assert response.status_code == 200, (path, response.content)
        answer = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        validator(schema, answer).validate(response.json())
        assert response.json().get("results", True), path
        checked += 1
    assert checked >= 18


def test_writes_answer_what_the_document_says(api, admin, alice, schema, ticket, brand):
    client = api(grant(alice, "Manager", brand=brand))
    written = article(brand, "How do I return something?")
    text = f"articles/{written.pk}/texts/"
    calls = [
        ("post", "/articles/", client.post("articles/", {"brand": brand.pk, "title": "New", "text": "x"})),
        ("post", "/articles/{id}/texts/", client.post(text, {"language": "de", "title": "Neu"})),
        ("post", "/articles/{id}/texts/{language}/publish/", client.post(f"{text}de/publish/")),
        (
            "post",
            "/articles/{id}/texts/{language}/publish/",
            client.post(f"{text}en/publish/", {"note": "x"}),
        ),
        (
            "patch",
            "/articles/{id}/texts/{language}/",
            client.patch(f"{text}en/", {"title": "Y"}, if_match="*"),
        ),
        ("post", "/articles/{id}/archive/", client.post(f"articles/{written.pk}/archive/")),
        (
            "post",
            "/tickets/",
            client.post("tickets/", {"kind": "internal", "brand": brand.pk, "subject": "x", "text": "x"}),
        ),
        ("patch", "/tickets/{id}/", client.patch(f"tickets/{ticket.pk}/", {"priority": "low"}, if_match="*")),
        ("post", "/tickets/{ticket}/messages/", client.post(f"tickets/{ticket.pk}/messages/", {"text": "x"})),
        ("post", "/customers/", client.post("customers/", {"external_id": "1"})),
        ("post", "/customers/bulk/", client.post("customers/bulk/", {"rows": [{"external_id": "2"}, {}]})),
        ("post", "/tickets/", client.post("tickets/", {"kind": "fax"})),
        ("patch", "/tickets/{id}/", client.patch(f"tickets/{ticket.pk}/", {})),
    ]
    for method, address, response in calls:
        answer = schema["paths"][address][method]["responses"][str(response.status_code)]
        if "$ref" in answer:
            answer = schema["components"]["responses"]["Problem"]
        content = answer["content"][response["Content-Type"]]["schema"]
        validator(schema, content).validate(response.json())


def test_examples_of_bodies_are_good_bodies(schema):
    found = 0
    for address, operations in schema["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for one in body.get("examples", {}).values():
                errors = list(validator(schema, body["schema"]).iter_errors(one["value"]))
                assert errors == [], (method, address)
                found += 1
    assert found >= 15
