import threading

import pytest
from django.db import connection, transaction

from carecenter.lib.time import in_seconds
from journal.domain import dispatch
from journal.domain.recording import record
from journal.models import Event, FailedReaction
from journal.wiring import table
from tests.journal.reactions import broken, seen

State = FailedReaction.State


def make_due(**fields):
    Event.objects.update(next_try_at=in_seconds(-1), **fields)


def make_failure_due():
    FailedReaction.objects.update(next_try_at=in_seconds(-1))


def positions():
    return list(Event.objects.order_by("position").values_list("pk", flat=True))


def last_number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM journal_position")
        return cursor.fetchone()[0]


class OtherConnection(threading.Thread):
    """Runs `work` on a database connection of its own, in step with the test."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.error = work, None

    def run(self):
        try:
            self.work()
        except Exception as error:  # noqa: BLE001  handed to the test
            self.error = error
        finally:
            connection.close()

    def done(self):
        self.join(20)
        assert not self.is_alive()
        assert self.error is None


def test_number_events_orders_by_id_within_one_run(transactional_db, lost, happen):
    events = [happen() for _ in range(3)]

    assert dispatch.number_events() == 3
    assert positions() == [event.pk for event in events]
    assert dispatch.number_events() == 0


def test_number_events_gives_a_slow_transaction_a_later_place(transactional_db, lost, happen):
    """The smaller id commits later: a reader who has seen the other's position still finds it."""
    recorded, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            record("test.seen", actor="slow")
            recorded.set()
            assert may_commit.wait(20)

    other = OtherConnection(slow)
    other.start()
    assert recorded.wait(20)
    quick = happen()
    dispatch.number_events()
    read_up_to = Event.objects.get(pk=quick.pk).position
    may_commit.set()
    other.done()
    dispatch.number_events()

    late = Event.objects.get(actor="slow")
    assert late.pk < quick.pk
    assert late.position > read_up_to


def test_number_events_waits_for_the_numberer_before(transactional_db, lost, happen):
    """A position is visible only with all smaller ones, so two numberers never work at once."""
    happen()
    numbered, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            dispatch.number_events()
            numbered.set()
            assert may_commit.wait(20)

    first = OtherConnection(slow)
    first.start()
    assert numbered.wait(20)
    happen()
    second = OtherConnection(dispatch.number_events)
    second.start()
    second.join(0.3)
    assert second.is_alive()
    assert not Event.objects.filter(position__isnull=False).exists()
    may_commit.set()
    first.done()
    second.done()
    assert Event.objects.filter(position__isnull=False).count() == 2


def test_number_events_draws_no_number_beside_another_numberer(transactional_db, lost, happen):
    """Two that draw in turn would show a reader 12 before 11: whoever comes second waits before drawing."""
    recorded, may_record, numbered, may_number = (threading.Event() for _ in range(4))

    def slow_event():
        with transaction.atomic():
            record("test.seen", actor="slow")
            recorded.set()
            assert may_record.wait(20)

    def slow_numberer():
        with transaction.atomic():
            dispatch.number_events()
            numbered.set()
            assert may_number.wait(20)

    slow, first, second = (
        OtherConnection(one) for one in (slow_event, slow_numberer, dispatch.number_events)
    )
    slow.start()
    assert recorded.wait(20)
    happen()
    first.start()
    assert numbered.wait(20)
    drawn = last_number()
    may_record.set()
    slow.done()
    second.start()
    second.join(0.5)
    assert last_number() == drawn
    may_number.set()
    first.done()
    second.done()
    assert last_number() == drawn + 1


def test_react_runs_every_handler_of_every_event_in_order(transactional_db):
    with transaction.atomic():
        first = record("test.twice", actor="system")
        second = record("test.seen", actor="system")

    assert seen == [first.pk, -first.pk, second.pk]
    assert not Event.objects.filter(next_try_at__isnull=False).exists()


def test_react_to_the_same_message_twice_runs_once(transactional_db, happen):
    event = happen()

    dispatch.react([event.pk])

    assert seen == [event.pk]


def test_react_after_the_sweep_took_the_event_leaves_it(transactional_db, lost, happen):
    """A message that waited in the broker longer than the grace."""
    event = happen()
    make_due()
    taken = dispatch.claim(Event.objects.filter(pk=event.pk), 1)
    dispatch.react([event.pk])

    assert [one.pk for one in taken] == [event.pk]
    assert seen == []


def test_react_skips_ids_that_were_rolled_back(transactional_db):
    dispatch.react([987_654])

    assert seen == []


def test_sweep_leaves_fresh_events_to_the_fast_path(transactional_db, lost, happen):
    happen()

    assert dispatch.react_to_due() == 0


def test_sweep_runs_what_the_broker_lost(transactional_db, lost, happen):
    event = happen()
    make_due()

    assert dispatch.react_to_due() == 1
    assert dispatch.react_to_due() == 0
    assert seen == [event.pk]


def test_sweep_leaves_an_event_another_worker_holds(transactional_db, lost, happen):
    event = happen()
    make_due()
    held, may_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Event.objects.select_for_update().get(pk=event.pk)
            held.set()
            assert may_go.wait(20)

    other = OtherConnection(hold)
    other.start()
    assert held.wait(20)
    assert dispatch.react_to_due() == 0
    may_go.set()
    other.done()


def test_sweep_takes_more_than_one_chunk(transactional_db, lost):
    with transaction.atomic():
        for _ in range(dispatch.CHUNK + 5):
            record("test.seen", actor="system")
    make_due()

    assert dispatch.react_to_due() == dispatch.CHUNK + 5
    assert len(seen) == dispatch.CHUNK + 5


def test_sweep_parks_an_event_whose_workers_died(transactional_db, lost, happen):
    event = happen("test.twice")
    make_due(tries=dispatch.RUNS)

    dispatch.react_to_due()

    assert seen == []
    rows = FailedReaction.objects.filter(event=event, state=State.PARKED)
    assert sorted(rows.values_list("handler", flat=True)) == sorted(table()["test.twice"])


def test_event_whose_name_left_the_wiring_does_not_stop_others(transactional_db, lost, happen, monkeypatch):
    happen("test.twice")
    other = happen()
    monkeypatch.delitem(table(), "test.twice")
    make_due()

    dispatch.react_to_due()

    assert seen == [other.pk]
    assert not Event.objects.filter(next_try_at__isnull=False).exists()


def test_failing_handler_becomes_a_row_and_the_others_run(transactional_db, happen):
    broken.append(ValueError("no such inbox"))
    event = happen("test.fragile")

    failure = FailedReaction.objects.get()
    assert (failure.event_id, failure.state, failure.tries) == (event.pk, State.WAITING, 1)
    assert failure.handler == "tests.journal.reactions.fail_while_broken"
    assert failure.error.rstrip().endswith("ValueError: no such inbox")
    assert seen == [-event.pk]


def test_failure_keeps_no_personal_data(transactional_db, happen):
    broken.append(ValueError("dana@example.net, +49 30 1234567\nDETAIL:  Key (email)=(Dana) already exists."))
    happen("test.fragile")

    error = FailedReaction.objects.get().error
    assert "dana" not in error.lower()
    assert "1234567" not in error


def test_retry_waits_for_its_time(transactional_db, happen):
    broken.append(ValueError("later"))
    happen("test.fragile")
    broken.clear()

    assert dispatch.retry_due() == 0
    make_failure_due()
    assert dispatch.retry_due() == 1
    assert FailedReaction.objects.get().state == State.DONE
    make_failure_due()
    assert dispatch.retry_due() == 0


def test_retry_pauses_longer_each_time_and_then_parks(transactional_db, happen, clock):
    broken.append(ValueError("never"))
    happen("test.fragile")
    pauses = []
    while (failure := FailedReaction.objects.get()).state == State.WAITING:
        pauses.append((failure.next_try_at - in_seconds(0)).total_seconds())
        clock.move_to(failure.next_try_at)
        clock.shift(1)
        dispatch.retry_due()

    assert pauses == list(dispatch.PAUSES)
    assert failure.state == State.PARKED
    assert failure.tries == len(dispatch.PAUSES) + 1
    assert failure.next_try_at is None


def test_retry_that_kills_its_worker_is_parked_in_the_end(transactional_db, happen):
    broken.append(ValueError("x"))
    happen("test.fragile")
    broken.clear()
    seen.clear()
    FailedReaction.objects.update(tries=len(dispatch.PAUSES) + 1, next_try_at=in_seconds(-1))

    assert dispatch.retry_due() == 0
    assert FailedReaction.objects.get().state == State.PARKED
    assert seen == []


def test_retry_is_done_by_one_of_two_workers(transactional_db, happen):
    broken.append(ValueError("x"))
    event = happen("test.fragile")
    broken.clear()
    seen.clear()
    make_failure_due()
    failure = FailedReaction.objects.get()
    others = [OtherConnection(lambda: dispatch.try_again(failure.pk)) for _ in range(2)]
    for other in others:
        other.start()
    for other in others:
        other.done()

    assert seen == [event.pk]


def test_replay_runs_a_parked_reaction_at_once(transactional_db, happen):
    broken.append(ValueError("x"))
    event = happen("test.fragile")
    broken.clear()
    seen.clear()
    failure = FailedReaction.objects.get()
    FailedReaction.objects.update(state=State.PARKED, next_try_at=None, tries=6)

    assert dispatch.replay(failure.pk) is True
    assert seen == [event.pk]
    failure.refresh_from_db()
    assert failure.state == State.DONE
    assert dispatch.replay(failure.pk) is False


def test_replay_that_fails_is_tried_again_by_itself(transactional_db, happen):
    broken.append(ValueError("x"))
    happen("test.fragile")
    failure = FailedReaction.objects.get()
    FailedReaction.objects.update(state=State.PARKED, next_try_at=None, tries=6)

    assert dispatch.replay(failure.pk) is False
    failure.refresh_from_db()
    assert (failure.state, failure.tries) == (State.WAITING, 1)


def test_rerun_of_an_event_leaves_a_failed_handler_to_its_own_row(transactional_db, happen):
    """A worker died after one handler had failed and before the event was settled."""
    broken.append(ValueError("x"))
    event = happen("test.fragile")
    broken.clear()
    seen.clear()
    make_due()
    dispatch.react_to_due()

    assert seen == [-event.pk]
    assert FailedReaction.objects.get().tries == 1


def test_handler_that_fails_rolls_back_what_it_wrote(transactional_db, happen, monkeypatch):
    def write_and_fail(event):
        Event.objects.filter(pk=event.pk).update(actor="changed")
        raise ValueError("x")

    monkeypatch.setattr("tests.journal.reactions.fail_while_broken", write_and_fail)
    from journal.wiring import handler

    handler.cache_clear()
    event = happen("test.fragile")
    handler.cache_clear()

    event.refresh_from_db()
    assert event.actor == "system"


@pytest.mark.parametrize("count", [1, 3])
def test_react_costs_a_few_queries_a_chunk(transactional_db, lost, django_assert_num_queries, count):
    with transaction.atomic():
        ids = [record("test.seen", actor="system").pk for _ in range(count)]
    # BEGIN, lock, claim, COMMIT, one transaction a handler, settle
    with django_assert_num_queries(5 + 2 * count):
        dispatch.react(ids)
