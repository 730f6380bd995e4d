import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from tickets.domain.replies import add_note, queue_reply, take_back
from tickets.domain.soft_lock import AnsweredMeanwhile, reply_unless_answered
from tickets.models import Message, Ticket


def last_of(ticket: Ticket) -> int:
    return ticket.messages.order_by("-pk").values_list("pk", flat=True)[0]


def test_an_answer_of_a_colleague_since_then_is_shown(ticket: Ticket, alice: User, bob: User) -> None:
    seen = last_of(ticket)
    answer = queue_reply(ticket, actor=bob, html="<p>It left on Monday.</p>")
    with pytest.raises(AnsweredMeanwhile) as raised:
        reply_unless_answered(ticket, actor=alice, seen=seen, html="<p>It is lost.</p>")
    assert list(raised.value.answers) == [answer]
    assert not Message.objects.filter(author=alice).exists()
    assert (
        reply_unless_answered(ticket, actor=alice, seen=answer.pk, html="<p>It is lost.</p>").author == alice
    )


@pytest.mark.parametrize("what", ["nothing", "note", "own", "taken back"])
def test_what_is_no_answer_of_a_colleague_stops_nobody(
    ticket: Ticket, alice: User, bob: User, what: str
) -> None:
    seen = last_of(ticket)
    if what == "note":
        add_note(ticket, actor=bob, html="<p>Known trouble</p>")
    elif what == "own":
        queue_reply(ticket, actor=alice, html="<p>One moment.</p>")
    elif what == "taken back":
        take_back(queue_reply(ticket, actor=bob, html="<p>Oh</p>").pk, actor=bob)
    assert reply_unless_answered(ticket, actor=alice, seen=seen, html="<p>It is lost.</p>").author == alice


def test_who_does_not_say_what_they_saw_is_not_asked(ticket: Ticket, alice: User, bob: User) -> None:
    queue_reply(ticket, actor=bob, html="<p>It left on Monday.</p>")
    assert reply_unless_answered(ticket, actor=alice, seen=None, html="<p>It is lost.</p>").author == alice


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_at_once_one_is_asked(ticket: Ticket, alice: User, bob: User) -> None:
    seen = last_of(ticket)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def send(actor: User) -> Callable[[], None]:
        def run() -> None:
            start.wait(10)
            try:
                reply_unless_answered(ticket, actor=actor, seen=seen, html=f"<p>{actor.name}</p>")
                outcomes.append("sent")
            except AnsweredMeanwhile:
                outcomes.append("asked")
            finally:
                connection.close()

        return run

    threads = [threading.Thread(target=send(actor)) for actor in (alice, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["asked", "sent"]
