"""The load: rows that no verb has written, and that must look as if one had."""

import random
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from accounts.models import User
from carecenter.demo.fill.load import fill
from carecenter.demo.fill.shape import draw
from carecenter.demo.fill.text import Writer
from customers.models import Customer, Identity
from journal.models import Event
from tests.demo.consistency import differences
from tests.factories.accounts import UserFactory, grant
from tests.stacks import wait_for
from tickets.domain.lists import View, page_of
from tickets.domain.search.finding import find
from tickets.domain.search.indexing import write_rows
from tickets.domain.tickets import next_number
from tickets.models import Contact, Message, Participant, SearchRow, SearchWord, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        return {row[0] for row in cursor.fetchall()}


def test_fill_is_consistent_and_listed() -> None:
    before = indexes()
    out = StringIO()
    call_command("fill", tickets=200, stdout=out)
    assert "200 tickets in" in out.getvalue()
    assert indexes() == before
    assert Ticket.objects.count() == 200
    assert Customer.objects.count() == 40
    assert differences() == []
    assert_rows_belong_together()
    assert_search_rows_are_the_verbs()
    admin = grant(UserFactory(), "Admin")
    assert len(page_of(View.ALL, admin, state="closed").tickets) == 30
    one = grant(UserFactory(), "Agent", brand=Ticket.objects.order_by("pk")[0].brand)
    assert page_of(View.ALL, one, state="closed").tickets != []


def assert_rows_belong_together() -> None:
    assert Message.objects.filter(ticket__message_count=200).exists()
    assert Participant.objects.filter(role="requester").count() == 200
    assert Identity.objects.count() == 40
    assert not Message.objects.exclude(contact=None).exclude(contact__ticket=F("ticket")).exists()
    assert not Message.objects.filter(contact=None, audience="public").exists()
    assert not Contact.objects.filter(ended_at=None, ticket__status__in=["solved", "closed"]).exists()
    told = Event.objects.filter(name="ticket.status_changed").order_by("position")
    last = {ticket: data["after"] for ticket, data in told.values_list("ticket_id", "data")}
    rows = dict(Ticket.objects.values_list("pk", "status"))
    assert {pk: last.get(pk, "new") for pk in rows} == rows
    words = [len(text.split()) for text in Message.objects.values_list("text", flat=True)[:300]]
    assert min(words) >= 40
    assert max(words) <= 120


def assert_search_rows_are_the_verbs() -> None:
    """Written anew by the verb, every row says the same; and what is in them is found."""

    def rows() -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ticket_id, last_at, created_at, words::text FROM tickets_searchrow ORDER BY 1"
            )
            return cursor.fetchall()

    filled = rows()
    assert len(filled) == 200
    SearchRow.objects.all().delete()
    write_rows(list(Ticket.objects.values_list("pk", flat=True)))
    assert rows() == filled
    ticket = Ticket.objects.order_by("-pk")[0]
    admin = grant(UserFactory(), "Admin")
    assert [one.pk for one in find(admin, f"#{ticket.number}").tickets] == [ticket.pk]
    assert SearchWord.objects.filter(word="delivery").exists()


def test_fill_continues_where_it_stopped() -> None:
    fill(60, say=lambda _: None)
    fill(60, seed=2, say=lambda _: None)
    assert Ticket.objects.count() == 120
    assert differences() == []
    assert next_number() == max(Ticket.objects.values_list("number", flat=True)) + 1
    positions = sorted(Event.objects.values_list("position", flat=True))
    assert positions == list(range(positions[0], positions[0] + len(positions)))
    made = Ticket.objects.order_by("-pk")[0]
    made.pk, made.number, made.token = None, next_number(), "x" * 26
    made.save(force_insert=True)  # the sequence of the ids went along


def test_fill_refuses_a_real_database(settings: object) -> None:
    settings.EMBEDDED = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("fill", tickets=5)
    assert not User.objects.exists()


def test_shapes_keep_their_proportion() -> None:
    statuses = [draw(number, 10_000, 1).status for number in range(10_000)]
    active = [status for status in statuses if status not in ("solved", "closed")]
    assert 0.02 < len(active) / len(statuses) < 0.05
    assert {"new", "open", "pending", "on_hold"} == set(active)
    steps = [len(draw(number, 10_000, 1).steps) for number in range(10_000)]
    assert 3.8 < sum(steps) / len(steps) < 4.5


def test_words_are_drawn_by_rank() -> None:
    counts: dict[str, int] = {}
    for texts, words in Writer().texts([[60, 40]] * 500, random.Random(3)):
        said = " ".join(texts).replace("\\n", " ").replace(".", " ").split()
        assert sorted(set(said)) == words
        for word in said:
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted(counts.values(), reverse=True)
    assert ranked[0] > 1500
    assert sum(count == 1 for count in ranked) > 1000


def test_processes_that_make_lines_end_with_a_load_that_is_killed() -> None:
    story = """
import os, signal
from carecenter.demo.fill.makers import makers
print(makers().submit(os.getpid).result(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.Popen([sys.executable, "-c", story], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    with killed, killed.stdout as said:
        maker = int(said.readline())
    assert wait_for(lambda: not Path(f"/proc/{maker}").exists(), 10)
