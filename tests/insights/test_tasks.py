"""Dashboards that are mailed: whatever goes wrong with one, the others leave, and none leaves twice."""

import datetime as dt
from email import message_from_bytes

import pytest

from carecenter.lib.time import now
from insights import tasks
from insights.domain import board_mails, boards
from insights.models import Board, BoardMail
from tests.factories.accounts import UserFactory, grant


def due_mail(name: str = "Mornings") -> BoardMail:
    user = grant(UserFactory(), "Admin")
    board = Board.objects.create(owner=user, name=name)
    at = now() - dt.timedelta(minutes=1)
    return BoardMail.objects.create(board=board, user=user, every="day", hour=7, next_at=at)


@pytest.fixture
def sent(monkeypatch):
    found: list[bytes] = []
    monkeypatch.setattr("carecenter.lib.mailer.keep", found.append)
    return found


def test_mail_that_cannot_be_made_stops_no_other_and_is_given_up(sent, brand, monkeypatch):
    bad, good = due_mail(), due_mail("Two\nlines")
    whole = tasks.letter

    def fails(mail):
        if mail.pk == bad.pk:
            raise KeyError("tile")
        return whole(mail)

    monkeypatch.setattr(tasks, "letter", fails)
    tasks.mail_boards()
    good.refresh_from_db()
    bad.refresh_from_db()

    assert [message_from_bytes(raw)["Subject"] for raw in sent] == ["Two lines"]
    assert (good.tries, good.error, good.sent_at is None) == (0, "", False)
    assert (bad.tries, bad.error) == (1, "KeyError")
    assert bad.next_at <= now() + board_mails.LEASE
    later = now() - dt.timedelta(minutes=1)
    BoardMail.objects.filter(pk=bad.pk).update(tries=board_mails.MOST_TRIES, next_at=later)
    assert board_mails.claim(bad.pk) is None
    bad.refresh_from_db()
    assert (bad.tries, bad.next_at) == (0, board_mails.next_of_mail(bad))


def test_worker_that_dies_after_the_sending_sends_no_second_time(sent, brand, monkeypatch):
    mail = due_mail()

    def dies(raw):
        sent.append(raw)
        raise KeyboardInterrupt

    monkeypatch.setattr("carecenter.lib.mailer.keep", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.mail_boards()
    mail.refresh_from_db()

    assert len(sent) == 1
    assert mail.next_at == board_mails.next_of_mail(mail)


def test_mail_that_did_not_leave_is_tried_again_soon(brand, monkeypatch):
    mail = due_mail()

    def is_away(_raw):
        raise OSError

    monkeypatch.setattr("carecenter.lib.mailer.keep", is_away)
    tasks.mail_boards()
    mail.refresh_from_db()

    assert (mail.error, mail.tries, mail.sent_at) == ("OSError", 1, None)
    assert now() < mail.next_at <= now() + board_mails.LEASE


@pytest.mark.parametrize("error", [None, OSError()])
def test_schedule_changed_while_it_is_sent_stands(brand, error):
    mail = board_mails.claim(due_mail().pk)
    board_mails.set_mail(mail.board, mail.user, every="month", hour=3)
    changed = BoardMail.objects.get()
    board_mails.leave(mail)
    board_mails.settle(mail, error)
    found = BoardMail.objects.get()

    assert (found.every, found.hour, found.next_at) == ("month", 3, changed.next_at)


def test_mail_of_a_deleted_dashboard_waits_for_it_to_come_back(sent, brand):
    mail = due_mail()
    boards.put_away(mail.board)
    tasks.mail_boards()
    mail.refresh_from_db()

    assert sent == []
    assert (mail.tries, mail.next_at) == (0, board_mails.next_of_mail(mail))
