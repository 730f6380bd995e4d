import pytest
from django.db import transaction

from journal.domain.dispatch import reacting
from journal.domain.recording import record
from journal.models import Event
from tests.journal.reactions import seen


@pytest.fixture
def messages(monkeypatch):
    """What goes to the broker."""
    sent = []
    monkeypatch.setattr("journal.domain.recording._couriers", [lambda ids: sent.append(list(ids))])
    return sent


def test_reacting_runs_what_its_loop_recorded_without_a_message(transactional_db, messages):
    with reacting():
        for _ in range(2):
            with transaction.atomic():
                record("test.seen", actor="system")
        assert seen == []

    assert seen == list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert messages == []
    assert not Event.objects.filter(position=None).exists()


def test_reacting_leaves_the_events_of_a_loop_that_raised_to_the_sweep(transactional_db, messages):
    with pytest.raises(ZeroDivisionError), reacting():
        with transaction.atomic():
            record("test.seen", actor="system")
        raise ZeroDivisionError

    assert seen == []
    assert Event.objects.get().next_try_at is not None


def test_reacting_gives_the_courier_its_work_back(transactional_db, messages):
    with reacting():
        pass
    with transaction.atomic():
        event = record("test.seen", actor="system")

    assert messages == [[event.pk]]
