"""What the load and the demo write without the verbs is counted like everything else."""

import pytest
from django.core.management import call_command

from carecenter.demo.build import build
from feedback.domain.periods import Period, Span, period_of
from insights.domain import lists
from insights.domain.cuts import Cut
from insights.domain.metrics import REGISTRY
from insights.domain.reading import read
from insights.models import ContactFact, TicketFact
from tests.factories.accounts import UserFactory, grant
from tests.insights.conftest import count_all, counted
from tests.insights.opinion import Opinion, cases
from tickets.models import Contact, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def all_days() -> Period:
    import datetime as dt

    from carecenter.lib.time import now

    return period_of(Span.OWN, today=now().date(), zone=dt.UTC, days=("2024-01-01", ""))


def assert_counted(rebuilt) -> None:
    count_all()
    cut = Cut(user=grant(UserFactory(), "Admin"), period=all_days())
    side, period = read(cut).now, cut.period
    opinion = Opinion(period.first, period.last, {}, work=False, cases=cases())

    assert TicketFact.objects.count() == Ticket.objects.count()
    assert side.numbers["created"] == opinion.created() == Ticket.objects.count()
    assert side.backlog == opinion.backlog() == Ticket.objects.active().count()
    assert side.numbers["solved"] == Ticket.objects.filter(solved_at__isnull=False).count()
    assert sum(side.counts("reply").values()) == len(opinion.waits()) > 0
    assert [lists.counted(cut, one).count() for one in REGISTRY.values()] == [
        one.figure(cut, side).listed for one in REGISTRY.values()
    ]
    assert ContactFact.objects.count() == Contact.objects.count()
    found = counted()
    assert found == rebuilt()


def test_load_is_counted(rebuilt):
    call_command("fill", tickets=200, verbosity=0)
    assert_counted(rebuilt)


def test_demo_is_counted(rebuilt):
    build(tickets=120)
    assert_counted(rebuilt)
