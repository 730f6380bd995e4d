"""Two pools never see each other, by any endpoint, filter or file; two brands of one pool share their customers."""

from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import ApiToken
from carecenter.lib.blobs.storage import store
from channels_app.models import BlockedSender
from customers.models import CustomerNote, JoinProposal
from insights.models import Board, WallLink
from journal.domain.dispatch import number_events
from journal.models import Event
from knowledge_base.domain.categories import save_category
from knowledge_base.models import Category, Miss
from portal.models import PoolExport
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.articles import article, article_import
from tests.factories.channels import ConnectionFactory, arrive, mail, ticket_import
from tests.factories.customers import CustomerFactory, OrderFactory, OrganisationFactory
from tests.factories.surveys import InvitationFactory, RuleFactory, SurveyFactory
from tests.factories.tickets import ContactFactory, FieldFactory, MessageFactory, TicketFactory
from tickets.models import Attachment, BulkJob, CannedReply, SavedView
from webhooks.models import Webhook
from workforce.models import Hours

# Lists of which no row stands for the other pool here: their words are looked at.
NAMELESS = ("events", "teams", "users", "categories", "tags")
OPEN = {"schema", "nothing"}
# Opened by a signature instead of a token: tests/channels_app/api/test_messages.py.
SIGNED = {"inbox-messages"}


@pytest.fixture
def foreign(foreign_ticket, charlie):
    """Everything of the other pool, by the name it has in addresses."""
    message = MessageFactory(ticket=foreign_ticket, contact=ContactFactory(ticket=foreign_ticket))
    file = Attachment.objects.create(message=message, blob=store(b"x"), name="x", content_type="text/plain")
    order = OrderFactory(customer=foreign_ticket.customer)
    Event.objects.create(
        name="ticket.created", actor="system", brand_id=foreign_ticket.brand_id, position=None
    )
    number_events()
    answer = AnswerFactory(
        invitation=InvitationFactory(survey__brand=foreign_ticket.brand, ticket=foreign_ticket)
    )
    pool = foreign_ticket.brand.pool
    proposal = JoinProposal.objects.create(
        customer=foreign_ticket.customer, other=CustomerFactory(pool=pool), reasons=[]
    )
    return {
        "proposal": proposal, "chat": ContactFactory(ticket=foreign_ticket, kind="webchat"),
        "note": CustomerNote.objects.create(customer=foreign_ticket.customer, author=charlie, text="Weststern"),
        "job": BulkJob.objects.create(user=charlie, verb="tag", arguments={"tag": "x"}, state="done"),
        "reply": CannedReply.objects.create(pool=pool, title="Weststern", text="Weststern"),
        "view": SavedView.objects.create(owner=charlie, name="Weststern", query="x", brand=foreign_ticket.brand),
        "field": FieldFactory(pool=pool, name="Weststern"),
        "survey": SurveyFactory(brand=foreign_ticket.brand, name="Weststern"),
        "rule": RuleFactory(survey__brand=foreign_ticket.brand), "retention": foreign_ticket.inbox,
        "inbox": foreign_ticket.inbox,
        "export": PoolExport.objects.create(pool=pool, asked_by=charlie),
        "schedule": Hours.objects.create(pool=pool, name="Weststern"),
        "person": charlie, "team": TeamFactory(pool=pool), "brand": foreign_ticket.brand,
        "token": ApiToken.objects.create(user=charlie, digest="x"),
        "answer": answer, "followup": FollowUpFactory(answer=answer), "ticket": foreign_ticket,
        "customer": foreign_ticket.customer, "message": message, "contact": message.contact, "file": file,
        "order": order, "article": article(foreign_ticket.brand, "Weststern returns"),
        "event": Event.objects.get(name="ticket.created"),
        "webhook": Webhook.objects.create(brand=foreign_ticket.brand, name="Theirs", url="https://x.example/"),
    } | beside(foreign_ticket, charlie)  # fmt: skip


def beside(ticket, charlie):
    """Dashboards, screens, shelves and what was held back."""
    brand, pool = ticket.brand, ticket.brand.pool
    return {
        "board": Board.objects.create(owner=charlie, name="Weststern", tiles=[{"id": "one"}]),
        "wall": WallLink.objects.create(owner=charlie, name="Weststern"),
        "category": save_category(Category(brand=brand), actor=None, names={"en": "Weststern"}),
        "gap": Miss.objects.create(brand=brand, language="en", words="weststern"), "import": article_import(brand),
        "tickets": ticket_import(ticket.inbox),
        "organisation": OrganisationFactory(pool=pool),
        "intake": arrive(ConnectionFactory(inbox=ticket.inbox), mail()),
        "blocked": BlockedSender.objects.create(pool=pool, address="weststern@example.net"),
    }  # fmt: skip


def endpoints() -> list[tuple[str, str]]:
    """(name, route) of every address below /api/v1/ that wants a token, or is open."""
    found: list[tuple[str, str]] = []

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern):
                found.append((str(pattern.name), route))

    walk(get_resolver("carecenter.api.urls").url_patterns, "")
    return [(name, route.removeprefix("^/")) for name, route in found if name not in SIGNED]


def filled(name: str, route: str, things: dict[str, Any]) -> str:
    kind = name.removeprefix("admin-").partition("-")[0]
    kind = {
        "take": "ticket",
        "tile": "board",
        "grants": "person",
        "grant": "person",
        "members": "team",
        "member": "team",
    }.get(kind, kind)
    pk = things[kind].pk if kind in things else 0
    values = {
        "<int:number>": 1,
        "<int:pk>": pk,
        "<int:ticket>": things["ticket"].pk,
        "<int:customer>": things["customer"].pk,
    }
    values |= {"<slug:language>": "en", "<slug:name>": "messages"}
    values |= {"<str:token>": things["file"].token, "<int:position>": things["event"].position}
    values |= {"<int:brand>": things["brand"].pk, "<int:inbox>": things["inbox"].pk, "<str:tile>": "one"}
    values |= {"<int:grant>": things["person"].grants.get().pk, "<int:user>": things["person"].pk}
    if kind == "export":
        values["<str:token>"] = things["export"].token
    for placeholder, value in values.items():
        route = route.replace(placeholder, str(value))
    assert "<" not in route, f"say here what {route} is filled with"
    return route


def test_every_endpoint_wants_a_token(api, foreign):
    stranger = api()
    for name, route in endpoints():
        path = filled(name, route, foreign)
        statuses = {
            stranger.get(path).status_code,
            stranger.post(path, {"x": 1}).status_code,
            stranger.patch(path, {}).status_code,
        }
        assert statuses <= ({200, 404, 405} if name in OPEN else {401}), (name, statuses)


def test_every_address_of_the_other_pool_is_404(api, lead, brand, foreign):
    client = api(grant(lead, "Admin", brand=brand))
    asked = 0
    for name, route in endpoints():
        path = filled(name, route, foreign)
        if path == route or name in OPEN:
            continue
        asked += 1
        bodies = {
            "ticket": {"status": "open"}, "ticket-messages": {"text": "x"}, "customer": {"tier": "x"},
            "customer-identities": {"kind": "external", "value": "1"}, "ticket-merge": {"into": 1},
            "article-texts": {"language": "de", "title": "x"}, "article-schedule": {"at": "2036-01-01T09:00:00Z"},
            "ticket-log": {"kind": "phone", "text": "x"}, "ticket-split": {"messages": [1]},
            "customer-merge": {"into": 1}, "customer-notes": {"text": "x"}, "reply": {"title": "x"},
            "reply-fill": {"ticket": 1}, "view": {"name": "x"},
            "admin-field": {"name": "x"}, "admin-schedule": {"name": "x"}, "admin-rule-move": {"to": "up"},
            "admin-grants": {"role": 1}, "admin-team": {"name": "x"}, "admin-members": {"user": 1},
            "signature-of-brand": {"text": "x"}, "signature-of-inbox": {"text": "x"}, "category": {"icon": "user"},
            "organisation": {"shares_tickets": False}, "board": {"name": "x"}, "board-mail": {"every": "week"},
            "board-tiles": {"what": "metric:solved"}, "tile-move": {"to": 0},
            "chat-lines": {"text": "x"}, "chat-read": {"to": 1}, "chat-hand-over": {"user": 1},
        }  # fmt: skip
        statuses = {
            client.get(path).status_code,
            client.post(path, bodies.get(name, {})).status_code,
            client.patch(path, bodies.get(name, {}), if_match="*").status_code,
        }
        assert statuses <= {404, 405}, (name, statuses)
        assert 404 in statuses, (name, statuses)
    assert asked >= 10


def test_every_list_is_empty_of_the_other_pool(api, lead, brand, foreign, ticket, dana):
    client = api(grant(grant(lead, "Manager", brand=brand), "Admin", brand=brand))
    OrderFactory(customer=dana)
    names = {thing: str(row.pk) for thing, row in foreign.items()}
    lists = [
        "tickets/", f"tickets/?customer={names['customer']}", f"tickets/?brand={foreign['ticket'].brand_id}",
        f"tickets/?number={foreign['ticket'].number}", "tickets/?updated_since=2000-01-01T00:00:00Z", "contacts/",
        f"contacts/?ticket={names['ticket']}", f"contacts/?customer={names['customer']}", "customers/",
        "customers/?q=Customer", f"customers/?pool={foreign['customer'].pool_id}", "orders/",
        f"orders/?customer={names['customer']}", f"orders/?number={foreign['order'].number}", "events/", "inboxes/",
        "brands/", "teams/", "users/", "articles/", f"articles/?brand={foreign['ticket'].brand_id}", "categories/",
        "answers/", f"answers/?ticket={names['ticket']}", f"answers/?customer={names['customer']}", "follow-ups/",
        f"follow-ups/?ticket={names['ticket']}", "ticket-fields/", "bulk/", "replies/", "views/", "tags/", "chats/",
        "admin/people/", "admin/teams/", "admin/brands/", "admin/tokens/", "admin/fields/", "admin/hours/",
        "boards/", "wall-links/", "intake/", "blocked-senders/", "article-gaps/", "article-imports/", "admin/exports/",
        "admin/inboxes/", "admin/surveys/", "admin/survey-rules/", "admin/retention/", "admin/ticket-imports/",
    ]  # fmt: skip
    theirs = {
        "tickets": foreign["ticket"].pk, "contacts": foreign["contact"].pk, "customers": foreign["customer"].pk,
        "orders": foreign["order"].pk, "inboxes": foreign["ticket"].inbox_id, "brands": foreign["ticket"].brand_id,
        "articles": foreign["article"].pk, "answers": foreign["answer"].pk, "follow-ups": foreign["followup"].pk,
        "ticket-fields": FieldFactory(pool=foreign["customer"].pool).pk, "bulk": foreign["job"].pk,
        "admin/people": foreign["person"].pk, "admin/teams": foreign["team"].pk, "admin/tokens": foreign["token"].pk,
        "admin/brands": foreign["brand"].pk, "admin/fields": foreign["field"].pk,
        "admin/hours": foreign["schedule"].pk, "admin/inboxes": foreign["inbox"].pk,
        "admin/surveys": foreign["survey"].pk, "admin/survey-rules": foreign["rule"].pk,
        "boards": foreign["board"].pk, "wall-links": foreign["wall"].pk, "intake": foreign["intake"].pk,
        "blocked-senders": foreign["blocked"].pk, "article-gaps": foreign["gap"].pk,
        "admin/retention": foreign["inbox"].pk, "admin/exports": foreign["export"].token,
        "article-imports": foreign["import"].pk, "admin/ticket-imports": foreign["tickets"].pk,
        "replies": foreign["reply"].pk, "views": foreign["view"].pk, "chats": foreign["chat"].pk,
    }  # fmt: skip
    for path in lists:
        rows = client.get(path).json()["results"]
        noun = path.partition("?")[0].strip("/")
        known = {row.get("id", row.get("inbox", row.get("token"))) for row in rows}
        assert theirs.get(noun, 0) not in known, path
        assert noun in theirs or noun in NAMELESS, path
        assert "Charlie" not in str(rows), path
        assert "Weststern" not in str(rows), path


def test_customers_without_a_brand_in_common_are_shared_within_the_pool(api, brand, second_brand, dana):
    """Both brands of a pool have the one customer, and each only its own tickets."""
    gardener = grant(UserFactory(), "Agent", brand=second_brand)
    own = TicketFactory(brand=second_brand, customer=dana)
    TicketFactory(brand=brand, customer=dana)
    client = api(gardener)
    assert client.get(f"customers/{dana.pk}/").status_code == 200
    assert [row["id"] for row in client.get(f"tickets/?customer={dana.pk}").json()["results"]] == [own.pk]


def test_who_has_no_grant_gets_nothing(api, nobody, foreign):
    client = api(nobody)
    for name, route in endpoints():
        path = filled(name, route, foreign)
        if name not in OPEN | {"me", "brands"}:
            assert client.get(path).status_code in (403, 405), name
    assert client.get("brands/").json()["results"] == []


def test_a_grant_for_one_team_shows_that_teams_tickets(api, brand, team, ticket):
    helper = grant(UserFactory(), "Agent", brand=brand, team=team)
    TicketFactory(brand=brand, team=TeamFactory(pool=brand.pool))
    own = TicketFactory(brand=brand, team=team)
    client = api(helper)
    assert [row["id"] for row in client.get("tickets/").json()["results"]] == [own.pk]
    assert client.get(f"tickets/{ticket.pk}/").status_code == 404
    assert client.patch(f"tickets/{own.pk}/", {"priority": "high"}, if_match="*").status_code == 200
