"""The rows of the search: what they hold, when they are written, and that writing them twice changes nothing."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from carecenter.lib.blobs.storage import store
from carecenter.lib.time import now
from customers.domain.profile import Profile, change_profile
from customers.models import Customer
from tests.factories.customers import IdentityFactory
from tickets.domain.changes import set_tags
from tickets.domain.intake import IncomingFile
from tickets.domain.replies import add_note
from tickets.domain.search import indexing
from tickets.models import SearchRow, SearchTask, SearchWord, Ticket

pytestmark = pytest.mark.django_db


def words_of_row(ticket: Ticket) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(words) FROM tickets_searchrow WHERE ticket_id = %s", [ticket.pk]
        )
        return set(cursor.fetchone()[0])


def test_row_holds_what_is_said_and_about_whom(
    say: Callable[..., Ticket], dana: Customer, alice: User
) -> None:
    IdentityFactory(customer=dana, pool=dana.pool, kind="phone", value="+491701234567")
    file = IncomingFile(blob=store(b"%PDF-1.4"), name="Kontoauszug.pdf", content_type="application/pdf")
    ticket = say("Où est l'école? 日本語", subject="Order L-1234", files=(file,))
    set_tags(ticket, ["Late parcel"], actor=alice)
    add_note(ticket, actor=alice, html="<p>The bank rejected it</p>")
    indexing.write_rows([ticket.pk])
    words = words_of_row(ticket)
    said = {
        "ou",
        "ecole",
        "日本",
        "本語",
        "l-1234",
        "dana",
        "duarte",
        "dana@example.net",
        "kontoauszug",
        "rejected",
    }
    marks = {
        f"=n:{ticket.number}",
        f"=b:{ticket.brand_id}",
        "=s:new",
        "=t:late-parcel",
        "=j:order",
        "=f:dana@example.net",
    }
    assert (
        said | marks | {"=tel:1701234567", "=tel:234567", "=has:file", "=has:note", "=is:waiting", "=k:email"}
        <= words
    )
    assert "=f:rejected" not in words


def test_writing_twice_changes_nothing(say: Callable[..., Ticket]) -> None:
    ticket = say("Where is it?")
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM tickets_searchrow")
        before = cursor.fetchall()
        indexing.write_rows([ticket.pk])
        cursor.execute("SELECT ctid::text FROM tickets_searchrow")
        assert cursor.fetchall() == before


def test_merged_and_missing_tickets_have_no_row(say: Callable[..., Ticket]) -> None:
    kept, gone = say("Keep me"), say("Merge me")
    Ticket.objects.filter(pk=gone.pk).update(merged_into=kept)
    indexing.write_rows([kept.pk, gone.pk, 999_999_999])
    assert set(SearchRow.objects.values_list("pk", flat=True)) == {kept.pk}
    assert f"=n:{gone.number}" in words_of_row(kept)


def test_queue_is_worked_off_and_waits_for_its_time(say: Callable[..., Ticket]) -> None:
    one, two = say("First"), say("Second")
    SearchRow.objects.all().delete()
    SearchTask.objects.all().delete()
    indexing.ask([one.pk, two.pk, one.pk])
    SearchTask.objects.filter(ticket_id=two.pk).update(tries=indexing.TRIES)
    assert indexing.index_due() == 2
    assert set(SearchRow.objects.values_list("pk", flat=True)) == {one.pk}
    assert indexing.index_due() == 0


def test_one_ticket_that_cannot_be_written_stops_no_other(
    say: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = say("Good"), say("Bad")
    SearchRow.objects.all().delete()
    SearchTask.objects.all().delete()
    Ticket.objects.filter(pk=bad.pk).update(number=F("number"))
    real = indexing.vector

    def broken(words: list[str]) -> str:
        return "'" if f"=n:{bad.number}" in words else real(words)

    monkeypatch.setattr(indexing, "vector", broken)
    indexing.ask([bad.pk, good.pk])
    indexing.index_due()
    assert set(SearchRow.objects.values_list("pk", flat=True)) == {good.pk}
    task = SearchTask.objects.get()
    assert (task.ticket_id, task.tries) == (bad.pk, 1)


def test_events_ask_for_the_row(
    say: Callable[..., Ticket], dana: Customer, alice: User, after_commit: Callable
) -> None:  # type: ignore[type-arg]
    ticket = say("Where is it?")
    SearchTask.objects.all().delete()
    with after_commit():
        set_tags(ticket, ["late"], actor=alice)
    assert set(SearchTask.objects.values_list("ticket_id", flat=True)) == {ticket.pk}
    SearchTask.objects.all().delete()
    with after_commit():
        change_profile(dana, Profile(name="Dana Zimmermann"), actor=alice)
    indexing.index_due()
    assert "zimmermann" in words_of_row(ticket)


def test_queries_do_not_grow_with_the_tickets(say: Callable[..., Ticket]) -> None:
    tickets = [say(f"Text {number}") for number in range(3)]
    for count in (1, 3):
        SearchRow.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            indexing.write_rows([ticket.pk for ticket in tickets[:count]])
        assert len(queries) == 8


def test_words_that_nobody_uses_are_forgotten(say: Callable[..., Ticket]) -> None:
    ticket = say("Bezahlung gestern")
    assert SearchWord.objects.filter(word="bezahlung").exists()
    assert not SearchWord.objects.filter(word__in=["=s:new", "1234"]).exists()
    ticket.messages.update(text="", reply_text="")
    indexing.write_rows([ticket.pk])
    indexing.forget_words()
    assert not SearchWord.objects.filter(word="bezahlung").exists()
    assert SearchWord.objects.filter(word="dana").exists()


def test_word_that_another_process_let_go_is_kept_again(clock: Any) -> None:
    indexing._known.clear()
    indexing._known.add("kettle")  # as this process remembers it; the row is gone
    indexing._known.since = now()
    indexing.learn({"kettle"})
    assert not SearchWord.objects.filter(word="kettle").exists()
    clock.shift(dt.timedelta(minutes=11))
    indexing.learn({"kettle"})
    assert SearchWord.objects.filter(word="kettle").exists()
