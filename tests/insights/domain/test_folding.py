"""What one ticket's events say, told without any row."""

import datetime as dt

import pytest

from insights.domain.folding import Happened, fold

IMPORT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
LATER = IMPORT + dt.timedelta(hours=2)


@pytest.mark.parametrize("status", ["new", "open", "pending", "on_hold"])
def test_ticket_that_came_open_is_in_the_backlog_from_its_import_and_nobody_began_it(status):
    came = event("ticket.imported", IMPORT, kind="email", status=status)
    story = fold([came])
    assert (story.created_at, story.course.is_open, story.course.turns) == (None, True, (IMPORT,))
    solved = fold([came, event("ticket.status_changed", LATER, before=status, after="solved")])
    assert (solved.course.is_open, solved.course.turns, solved.course.reopens) == (False, (IMPORT, LATER), 0)


@pytest.mark.parametrize("data", [{"status": "solved"}, {"status": "closed"}, {}])
def test_ticket_that_came_done_is_in_it_when_it_is_opened_again(data):
    came = event("ticket.imported", IMPORT, kind="email", **data)
    assert (fold([came]).course.is_open, fold([came]).course.turns) == (False, ())
    opened = fold([came, event("ticket.status_changed", LATER, before="solved", after="open")])
    assert (opened.course.is_open, opened.course.turns, opened.course.reopens) == (True, (LATER,), 0)


def event(name, at, **data):
    return Happened(name=name, at=at, actor="system", subject="", data=data)
