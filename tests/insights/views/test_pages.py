"""The pages of numbers on the demo firm: cards equal their cases, queries are few, nobody sees more than is theirs."""

import csv
import io
import re
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Brand, Grant, Role, Team, User
from carecenter.demo.build import build
from insights.domain import building, direct
from insights.domain.metrics import REGISTRY
from insights.domain.self_service import SELF_SERVICE
from insights.models import Progress, Tally, TicketFact
from tests.factories.accounts import UserFactory, grant
from tests.insights.conftest import count_all
from tickets.models import Ticket

LINE = re.compile(r'<th scope="row"')
CASES = ' cases"'
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
    said, lines = int(COUNT.search(text)[1]), lines_in(text)
    while link := re.search(r'<a [^>]*rel="next"[^>]*>', text):
        older = re.search(r'href="([^"]+)"', link[0])[1].replace("&amp;", "&")
        text = look(user, f"/insights/cases/{older}")
        lines += lines_in(text)
    return said, lines


def lines_in(text: str) -> int:
    """Of the list of cases, that is below what takes the number apart."""
    return len(LINE.findall(text.partition(CASES)[2]))


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

    assert counts == [11] * 3


def test_filters_narrow_the_numbers(look, chief):
    brand = Brand.objects.get(slug="gratweg")
    everywhere = cases_of(look, chief, metric="created", span="365")
    there = cases_of(look, chief, metric="created", span="365", brand=brand.pk)

    assert everywhere[0] == TicketFact.objects.filter(created_on__isnull=False).count()
    assert there[0] == Ticket.objects.filter(brand=brand).count()
    assert 0 < there[0] < everywhere[0]


def test_filters_combine(look, chief):
    """A person and a channel and a tag together: as many as are there, on the card, in the list and in the row."""
    ticket = Ticket.objects.filter(tags__len__gt=0, assignee__isnull=False, inbox__isnull=False).first()
    tag, who, kind = ticket.tags[0], ticket.assignee_id, ticket.inbox.kind
    there = TicketFact.objects.filter(kind=kind, assignee_id=who, created_on__isnull=False)
    there = there.filter(ticket_id__in=Ticket.objects.filter(tags__contains=[tag]).values("pk")).count()
    query = {"metric": "created", "span": "365", "kind": kind, "agent": who}

    assert cases_of(look, chief, **query, tag=tag) == (there, there)
    row = look(chief, "/insights/cases/", **query, by="tag").split(f">{tag}</a>")[1]
    assert int(re.search(r'data-listed="(\d+)"', row)[1]) == there > 0


def test_more_cases_than_can_be_looked_up_are_refused_in_words(look, chief, monkeypatch):
    monkeypatch.setattr(direct, "MOST", 5)

    assert "Fewer days, please" in look(chief, "/insights/", span="365", tag="any")
    assert "Fewer days, please" not in look(chief, "/insights/", span="365")


def test_what_was_open_before_counts_against_the_limit(look, chief, monkeypatch):
    """A few days with nothing in them: it is the backlog that would be read."""
    days = {"span": "days", "first": "2027-03-01", "last": "2027-03-02", "tag": "any"}
    assert "Fewer days, please" not in look(chief, "/insights/", **days)
    monkeypatch.setattr(direct, "MOST", 0)

    assert "Fewer days, please" in look(chief, "/insights/", **days)


def test_kept_sums_are_shown_until_something_was_counted(look, chief):
    """Counting says when it changed something, and only then."""
    version = Progress.objects.get().version
    assert version > 0
    assert not building.step()
    assert Progress.objects.get().version == version
    before = look(chief, "/insights/numbers.csv", span="365")
    Tally.objects.all().delete()
    assert look(chief, "/insights/numbers.csv", span="365") == before
    Progress.objects.update(version=version + 1)

    assert look(chief, "/insights/numbers.csv", span="365") != before


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
    rows = look(user, "/insights/cases/", metric="solved", span="365", by="agent").partition(CASES)[0]
    hidden = User.objects.exclude(grants__team=team).values_list("name", flat=True)
    assert [name for name in hidden if f">{name}<" in rows and name != user.name] == []


def test_agent_sees_no_numbers(firm, db, client_for):
    agent = grant(UserFactory(), "Agent")
    for path in (
        "/insights/",
        "/insights/cases/?metric=created",
        "/insights/definitions/",
        "/insights/numbers.csv",
    ):
        assert client_for(agent).get(path).status_code == 404


def test_what_customers_said_and_found_comes_after_the_numbers(look, chief):
    assert 'hx-get="/insights/beside/?span=90"' in look(chief, "/insights/", span="90")
    beside = look(chief, "/insights/beside/", span="90")

    assert 'id="part-said"' in beside
    assert 'id="about-deflection"' in beside
    assert 'id="about-deflection"' not in look(chief, "/insights/beside/", span="90", kind="email")


def test_own_page_has_nobody_elses_number(look, chief):
    """What stands there is what the lead's page counts for that person; nobody else is named."""
    agent = (
        User.objects.filter(ticket__solved_at__isnull=False, grants__role__name="Agent")
        .order_by("pk")
        .first()
    )
    text = look(agent, "/insights/me/")
    others = User.objects.exclude(pk=agent.pk).values_list("name", flat=True)

    for code in ("solved", "reply_median"):
        mine = re.search(rf'metric={code}" aria-describedby[^>]*>([^<]+)<', text)[1]
        led = look(chief, "/insights/", span="30", agent=agent.pk)
        assert mine == re.search(rf'metric={code}[^"]*" aria-describedby[^>]*>([^<]+)<', led)[1]
    cases = look(agent, "/insights/me/cases/", metric="solved")
    assert int(COUNT.search(cases)[1]) == lines_in(cases) > 0
    assert [name for name in others if name in text] == []


def test_workbook_has_the_numbers_and_every_text_is_a_text(look, client_for, chief):
    """What a stranger wrote as a formula is no formula, in neither file."""
    ticket = TicketFact.objects.filter(created_on__isnull=False).order_by("-created_on", "-pk").first()
    Ticket.objects.filter(pk=ticket.pk).update(subject='=HYPERLINK("http://x.example","y")')
    query = {"metric": "created", "span": "365"}
    book = client_for(chief).get("/insights/cases.xlsx", query)
    parts = zipfile.ZipFile(io.BytesIO(book.content))
    sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    numbers = zipfile.ZipFile(io.BytesIO(client_for(chief).get("/insights/numbers.xlsx").content))

    assert "<f>" not in sheet
    assert "=HYPERLINK" in parts.read("xl/sharedStrings.xml").decode()
    assert sheet.count("<row ") == cases_of(look, chief, **query)[0] + 1
    table = look(chief, "/insights/cases.csv", **query).replace('"', "")
    assert ",'=HYPERLINK" in table
    assert table.splitlines()[0].endswith(",reason,part,photo,remedy")  # the firm's own fields
    assert ",damaged," in table
    assert len([name for name in numbers.namelist() if "worksheets/" in name]) == 5


def test_unknown_metric_is_not_found(client_for, chief):
    assert client_for(chief).get("/insights/cases/", {"metric": "luck"}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"span": "x"},
        {"agent": "x"},
        {"kind": "x", "inbox": "9"},
        {"target": "7"},
        {"after": "x"},
        {"by": "x"},
    ],
)
def test_nonsense_is_left_out(look, chief, query):
    assert look(chief, "/insights/", **query)
    assert look(chief, "/insights/cases/", metric="created", **query)


def test_definitions_name_every_metric(look, chief):
    text = look(chief, "/insights/definitions/")

    assert all(f'id="{code}"' in text for code in (*REGISTRY, *SELF_SERVICE))


def test_csv_has_the_numbers_of_the_cards(look, chief):
    rows = list(
        csv.DictReader(io.StringIO(look(chief, "/insights/numbers.csv", span="90").removeprefix("\ufeff")))
    )
    created = next(row for row in rows if row["metric"] == "created")

    assert [row["metric"] for row in rows][: len(REGISTRY)] == list(REGISTRY)
    assert int(float(created["value"])) == cases_of(look, chief, metric="created", span="90")[0]


@pytest.mark.parametrize("what", ["flow", "speed", "waits", "hours"])
def test_csv_of_a_chart_has_the_rows_of_its_table(look, chief, what):
    text = look(chief, "/insights/numbers.csv", span="30", what=what)
    page = look(chief, "/insights/", span="30")
    table = page.split(f'data-kind="{what}"')[1].split("</table>")[0]

    assert len(text.strip().splitlines()) - 1 == len(LINE.findall(table))
