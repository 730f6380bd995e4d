"""Reactions of the surveys to what happens on tickets. Each is idempotent: a question is planned once."""

from kombu.exceptions import OperationalError

from carecenter.lib.realtime import push
from carecenter.lib.time import now
from feedback import tasks
from feedback.domain import planning
from feedback.domain.follow_ups import react_to
from feedback.models import FollowUp, Invitation
from journal.actors import user_actor
from journal.models import Event
from tickets.models import ACTIVE


def plan_when_solved(event: Event) -> None:
    """Solved: a question may be due. Opened again: what has not left is not asked."""
    if event.ticket_id is None:
        return
    after = event.data.get("after")
    if after == planning.Status.SOLVED:
        planning.plan_solved(event.ticket_id, event.at)
    elif after in ACTIVE and event.data.get("before") not in ACTIVE:
        planning.cancel_planned(event.ticket_id)


def plan_when_ended(event: Event) -> None:
    """A conversation is over."""
    planning.plan_ended(int(event.subject.partition(":")[2]), event.at)


def send_now(event: Event) -> None:
    """Planned for this very moment, as at the end of a chat. A hint only, the sweep is the guarantee."""
    invitation_id = int(event.subject.partition(":")[2])
    waiting = Invitation.objects.filter(pk=invitation_id, state=Invitation.State.PLANNED, send_at__lte=now())
    if waiting.exists():
        try:
            tasks.send_survey.delay(invitation_id)
        except OperationalError:
            return


def plan_settled_question(event: Event) -> None:
    """A follow-up has its outcome: some days later the customer is asked whether it is settled."""
    found = FollowUp.objects.select_related("answer__invitation__customer", "owner")
    for follow_up in found.filter(pk=event.subject.partition(":")[2]):
        planning.plan_settled(follow_up)


def open_follow_up(event: Event) -> None:
    """A low score or an angry comment wants somebody to care; a no to "is it settled?" wants it again."""
    kind, _, number = event.subject.partition(":")
    if kind == "answer":
        react_to(int(number))


def tell_owner(event: Event) -> None:
    """Whose it is now hears of it on every screen, unless they took it themselves: an id, no words."""
    owner = event.data.get("owner")
    if isinstance(owner, int) and event.actor != user_actor(owner):
        push([f"user-{owner}"], {"name": "follow_up.given", "id": int(event.subject.partition(":")[2])})
