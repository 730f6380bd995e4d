"""Handlers that take many events at once."""

from journal.domain import dispatch
from journal.models import FailedReaction
from tests.journal.reactions import seen


def test_events_of_one_kind_are_reacted_to_together(
    transactional_db, lost, happen, django_assert_num_queries
):
    ids = [happen("test.many").pk for _ in range(3)]
    with django_assert_num_queries(5 + 2):  # as for one
        dispatch.react(ids)

    assert seen == [tuple(ids)]


def test_a_bad_event_among_many_takes_no_other_along(transactional_db, lost, happen):
    good, bad, other = (happen("test.many", bad=bad).pk for bad in (False, True, False))
    dispatch.react([good, bad, other])

    assert seen == [(good,), (other,)]
    assert FailedReaction.objects.get().event_id == bad
