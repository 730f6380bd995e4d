"""Surveys of the demo firm: rules as most have them, ninety days of answers, follow-ups of the bad ones.

By the verbs, in the order of time; the verbs use the present as their clock, so that each row and event is then put at
the moment it belongs to. No letters are written: the folder of mails stays readable.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from accounts.models import Brand
from carecenter.demo.opinions import COMMENTS, NOTES
from channels_app.views.demo_shop import regular
from customers.domain.people import ids_of
from feedback.domain import follow_ups, surveys
from feedback.domain.answering import Said, answer
from feedback.domain.planning import Occasion, plan, plan_settled
from feedback.domain.scales import SCORES
from feedback.models import Answer, FollowUp, Invitation, Measure, Outcome, Survey, SurveyRule, Trigger
from journal.domain.dispatch import number_events
from journal.models import Event
from tickets.models import Direction, Status, Ticket

if TYPE_CHECKING:
    from carecenter.demo.build import Demo

DAYS = 80
RESTED = 35  # longer than the days between two questions, and the hours until one is sent
ANSWERED = 0.46  # of those who are asked
COMMENTED = 0.5
HOURS_TO_ANSWER = (0.3, 40)
# slug of the brand, name, measure, which entrance: asked there instead of satisfaction
OTHERS: Final = (
    ("harrowfell", "Effort of a return", Measure.CES_2, "harrowfell-returns"),
    ("bramblecup", "Recommendation", Measure.NPS, "bramblecup-phone"),
)
# How satisfied people are, worst first; of the other scales the same share of the range.
MOOD: Final = (3, 5, 11, 32, 49)
State = Invitation.State
PLANNED = ("survey.planned", "survey.dropped")


@dataclass
class Tale:
    """One pass over what has happened. `moments`: when an event of this subject was, by the event's name."""

    demo: "Demo"
    rng: Random
    moments: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def put(self, subject: str, at: datetime, *names: str) -> None:
        self.moments.update({(name, subject): at for name in names})

    def store(self) -> None:
        """Events at their moments, numbered; nothing reacts to history."""
        before = self.demo.now - timedelta(days=DAYS + 1)
        events = list(Event.objects.filter(position__isnull=True).order_by("pk"))
        for event in events:
            event.at, event.next_try_at = self.moments.get((event.name, event.subject), before), None
        Event.objects.bulk_update(events, ["at", "next_try_at"], batch_size=500)
        while number_events():
            continue


def add_surveys(demo: "Demo") -> None:
    tale = Tale(demo, Random("how was it"))  # noqa: S311  made-up people
    for house in demo.houses.values():
        set_up(house.brand)
    for slug, name, measure, key in OTHERS:
        house = demo.houses[slug]
        ask_elsewhere(house.brand, name, measure, house.inboxes[key].pk)
    for ticket in solved(demo):
        ask(tale, ticket)
    tale.store()


def set_up(brand: Brand) -> None:
    survey = surveys.start(brand, actor=None)
    SurveyRule.objects.filter(survey=survey, trigger=Trigger.SOLVED).update(delay_seconds=2 * 3600)


def ask_elsewhere(brand: Brand, name: str, measure: str, inbox_id: int) -> None:
    survey = Survey.objects.create(brand=brand, name=name, measure=measure, look=Survey.Look.NUMBERS)
    SurveyRule.objects.filter(survey__brand=brand).update(position=1)
    SurveyRule.objects.create(survey=survey, position=0, inbox_id=inbox_id, delay_seconds=2 * 3600)


def solved(demo: "Demo") -> Iterable[Ticket]:
    """What was solved since, in the order of time.

    Nothing lately of who is signed in at the shop: they were asked by now, and whoever tries the chat would never be.
    """
    since = demo.now - timedelta(days=DAYS)
    found = Ticket.objects.filter(status__in=(Status.SOLVED, Status.CLOSED), solved_at__gte=since)
    if visitor := regular():
        lately = demo.now - timedelta(days=RESTED)
        found = found.exclude(customer__in=ids_of(visitor), solved_at__gte=lately)
    related = ("brand", "customer", "inbox", "assignee", "team")
    return found.filter(customer__isnull=False).select_related(*related).order_by("solved_at", "pk")


def ask(tale: Tale, ticket: Ticket) -> None:
    """Planned when it was solved, asked when it was due, answered some hours later, or not at all."""
    rng, at = tale.rng, ticket.solved_at
    contact = ticket.contacts.filter(direction=Direction.INBOUND).order_by("-pk").first()
    if at is None or (invitation := plan(Occasion(ticket, contact, Trigger.SOLVED, at))) is None:
        return
    Invitation.objects.filter(pk=invitation.pk).update(planned_at=at)
    tale.put(f"invitation:{invitation.pk}", at, *PLANNED)
    answers_at = invitation.send_at + timedelta(hours=rng.triangular(*HOURS_TO_ANSWER, 3))
    if invitation.state != State.PLANNED or invitation.send_at >= tale.demo.now:
        return
    mark_sent(invitation)
    if rng.random() < ANSWERED and answers_at < tale.demo.now:
        tell(tale, invitation, answers_at)


def mark_sent(invitation: Invitation) -> None:
    sent = Invitation.objects.filter(pk=invitation.pk)
    sent.update(state=State.SENT, sent_at=invitation.send_at)


def tell(tale: Tale, invitation: Invitation, at: datetime) -> None:
    """The customer's answer, and what came of a bad one."""
    given = keep(tale, invitation, said_by(tale.rng, invitation), at)
    follow_ups.react_to(given.pk)
    opened = FollowUp.objects.filter(answer=given)
    if opened.update(opened_at=at, due_at=at + timedelta(hours=24)):
        tale.put(f"follow_up:{opened.get().pk}", at, "follow_up.opened")
        if at < tale.demo.now - timedelta(days=2):
            put_right(tale, opened.select_related("answer__invitation__survey", "owner").get(), at)


def keep(tale: Tale, invitation: Invitation, said: Said, at: datetime) -> Answer:
    """By the verb, which takes no answer that comes too late: for its moment the question is of today."""
    asked = Invitation.objects.filter(pk=invitation.pk)
    asked.update(sent_at=tale.demo.now)
    given = answer(invitation, said)
    asked.update(sent_at=invitation.send_at)
    Answer.objects.filter(pk=given.pk).update(answered_at=at, changed_at=at)
    tale.put(f"answer:{given.pk}", at, "survey.answered")
    return given


def said_by(rng: Random, invitation: Invitation) -> Said:
    mood = rng.choices((1, 2, 3, 4, 5), MOOD)[0]
    comments = COMMENTS.get(invitation.language, COMMENTS["en"])[mood]
    comment = rng.choice(comments) if mood < 3 or rng.random() < COMMENTED else ""
    scores = SCORES[invitation.survey.measure]
    low = (mood - 1) * len(scores) // 5
    high = max(low, mood * len(scores) // 5 - 1)
    return Said(scores[rng.randint(low, high)], comment)


def put_right(tale: Tale, follow_up: FollowUp, at: datetime) -> None:
    """Somebody cared within a day or so; three days later the customer was asked whether it is settled."""
    actor, rng = follow_up.owner, tale.rng
    if actor is None:
        return
    ended = at + timedelta(hours=rng.uniform(3, 30))
    for step in ("listen", "acknowledge", "fix", "make_good")[: rng.choice((3, 4))]:
        follow_ups.tick(follow_up, step, done=True, actor=actor)
    outcome = rng.choice((Outcome.PUT_RIGHT, Outcome.PUT_RIGHT, Outcome.MADE_GOOD, Outcome.EXPLAINED))
    note = NOTES["de" if follow_up.brand.language == "de" else "en"]
    follow_ups.end(follow_up, outcome, note=note, actor=actor)
    mine = FollowUp.objects.filter(pk=follow_up.pk)
    mine.update(ended_at=ended, listened_at=at + (ended - at) / 3, acknowledged_at=at + (ended - at) / 2)
    mine.filter(fixed_at__isnull=False).update(fixed_at=ended)
    mine.filter(made_good_at__isnull=False).update(made_good_at=ended)
    tale.put(f"follow_up:{follow_up.pk}", ended, "follow_up.changed", "follow_up.ended")
    second = plan_settled(mine.select_related("answer__invitation__customer", "owner").get())
    if second is None:
        return
    Invitation.objects.filter(pk=second.pk).update(planned_at=ended)
    tale.put(f"invitation:{second.pk}", ended, *PLANNED)
    if second.send_at + timedelta(hours=8) < tale.demo.now:
        mark_sent(second)
        if rng.random() < 0.7:
            # Nobody says no: that would open the follow-up again, with all of its story still to tell.
            keep(tale, second, Said(1), second.send_at + timedelta(hours=5))
