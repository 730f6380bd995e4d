"""The pages of numbers on the demo firm: cards equal their cases, queries are few, nobody sees more than is theirs."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Brand, Grant, Role, Team, User
from carecenter.demo.build import build
from insights.domain.metrics import REGISTRY
from insights.models import TicketFact
from tests.factories.accounts import UserFactory, grant
from tests.insights.conftest import count_all
from tickets.models import Ticket

LINE = re.compile(r'<th scope="row"')
COUNT = re.compile(r'data-count="(\d+)"')


@pytest.fixture(scope="module")
def firm(django_db_setup, django_db_blocker):
    """Built once for all looks of this file, and taken back after them."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        build(tickets=150)
        count_all()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def look(firm, db, client_for):
    """Ask a page as somebody: the text of the answer."""

    def ask(user: User, path: str, **query: object) -> str:
        response = client_for(user).get(path, query)
        assert response.status_code == 200, response.status_code
        body = b"".join(response.streaming_content) if response.streaming else response.content
        return body.decode()

    return ask


@pytest.fixture
def chief(firm, db) -> User:
    return grant(UserFactory(), "Admin")


def cases_of(look, user: User, **query: object) -> tuple[int, int]:
    """What stands above the list, and how many lines all its pages have."""
    text = look(user, "/insights/cases/", **query)
    said, lines = int(COUNT.search(text)[1]), len(LINE.findall(text))
    while link := re.search(r'<a [^>]*rel="next"[^>]*>', text):
        older = re.search(r'href="([^"]+)"', link[0])[1].replace("&amp;", "&")
        text = look(user, f"/insights/cases/{older}")
        lines += len(LINE.findall(text))
    return said, lines


@pytest.mark.parametrize("code", REGISTRY)
def test_cases_are_as_many_as_the_number_says(look, chief, code):
    for part in ("hits", "all"):
        said, lines = cases_of(look, chief, metric=code, span="90", part=part)

        assert said == lines
    assert said > 0


def test_dashboard_takes_the_same_queries_for_few_and_many(look, client_for, chief):
    client = client_for(chief)
    counts = []
    for span in ("7", "90", "365"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/insights/", {"span": span}).status_code == 200
        counts.append(len(queries))
        counted = [
            one["sql"]
            for one in queries
            if re.search(r'FROM "(insights_\w*fact|tickets_ticket)"', one["sql"])
        ]
        assert counted == []

    assert counts == [14] * 3


def test_filters_narrow_the_numbers(look, chief):
    brand = Brand.objects.get(slug="gratweg")
    everywhere = cases_of(look, chief, metric="created", span="365")
    there = cases_of(look, chief, metric="created", span="365", brand=brand.pk)

    assert everywhere[0] == TicketFact.objects.filter(created_on__isnull=False).count()
    assert there[0] == Ticket.objects.filter(brand=brand).count()
    assert 0 < there[0] < everywhere[0]


def test_numbers_are_those_of_the_grant_alone(look, db):
    """One team of one brand: not a ticket more, whatever is asked for."""
    team = Team.objects.filter(ticket__isnull=False).order_by("pk").first()
    brand = Brand.objects.filter(ticket__team=team).order_by("pk").first()
    user = UserFactory()
    Grant.objects.create(user=user, role=Role.objects.get(name="Lead"), brand=brand, team=team)
    other = Brand.objects.exclude(pk=brand.pk).order_by("pk").first()
    mine = Ticket.objects.filter(brand=brand, team=team).count()

    assert cases_of(look, user, metric="created", span="365") == (mine, mine)
    assert cases_of(look, user, metric="created", span="365", brand=other.pk) == (mine, mine)
    assert other.name not in look(user, "/insights/")


def test_agent_sees_no_numbers(firm, db, client_for):
    agent = grant(UserFactory(), "Agent")
    for path in (
        "/insights/",
        "/insights/cases/?metric=created",
        "/insights/definitions/",
        "/insights/numbers.csv",
    ):
        assert client_for(agent).get(path).status_code == 404


def test_unknown_metric_is_not_found(client_for, chief):
    assert client_for(chief).get("/insights/cases/", {"metric": "luck"}).status_code == 404


@pytest.mark.parametrize(
    "query", [{"span": "x"}, {"only": "agent-x"}, {"only": "kind-"}, {"target": "7"}, {"after": "x"}]
)
def test_nonsense_is_left_out(look, chief, query):
    assert look(chief, "/insights/", **query)
    assert look(chief, "/insights/cases/", metric="created", **query)


def test_definitions_name_every_metric(look, chief):
    text = look(chief, "/insights/definitions/")

    assert all(f'id="{code}"' in text for code in REGISTRY)


def test_csv_has_the_numbers_of_the_cards(look, chief):
    rows = list(
        csv.DictReader(io.StringIO(look(chief, "/insights/numbers.csv", span="90").removeprefix("\ufeff")))
    )
    created = next(row for row in rows if row["metric"] == "created")

    assert [row["metric"] for row in rows] == list(REGISTRY)
    assert int(float(created["value"])) == cases_of(look, chief, metric="created", span="90")[0]


@pytest.mark.parametrize("what", ["flow", "speed", "waits", "hours"])
def test_csv_of_a_chart_has_the_rows_of_its_table(look, chief, what):
    text = look(chief, "/insights/numbers.csv", span="30", what=what)
    page = look(chief, "/insights/", span="30")
    table = page.split(f'data-kind="{what}"')[1].split("</table>")[0]

    assert len(text.strip().splitlines()) - 1 == len(LINE.findall(table))
