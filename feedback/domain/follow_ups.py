"""What we do about a bad experience: an answer opens it, a person works it off, an outcome ends it.

After its end the customer is asked whether it is settled; a no opens it again. The row of the follow-up is the lock.
"""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.time import now
from feedback.domain.anger import is_angry
from feedback.domain.errors import NotAllowed, NotValid
from feedback.domain.owners import deadline, owner_for, possible_owners, settings_for
from feedback.domain.playbook import STEPS
from feedback.models import Answer, FeedbackSettings, FollowUp, Measure, Outcome
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record

NOTE_LIMIT = 4000
SETTLED_NO = 0


def is_low(measure: str, score: int, settings: FeedbackSettings) -> bool:
    """By the brand's thresholds. The first customer effort score runs the other way: much effort is bad."""
    if measure == Measure.CES_1:
        return score >= settings.high_ces1
    limits = {
        Measure.CSAT: settings.low_csat,
        Measure.NPS: settings.low_nps,
        Measure.CES_2: settings.low_ces2,
    }
    return measure in limits and score <= limits[Measure(measure)]


def react_to(answer_id: int) -> None:
    """An answer came or was changed: open, reopen or withdraw its follow-up. Running it again changes nothing."""
    found = Answer.objects.select_related(
        "invitation__follow_up", "invitation__ticket", "inbox__hours", "brand"
    )
    answer = found.filter(pk=answer_id).first()
    if answer is None:
        return
    if answer.measure == Measure.SETTLED:
        if answer.invitation.follow_up is not None and answer.score == SETTLED_NO:
            reopen_unsettled(answer)
        return
    settings = settings_for(answer.brand_id)
    angry = is_angry(answer.comment)
    if angry != answer.is_angry:
        Answer.objects.filter(pk=answer.pk).update(is_angry=angry)
    low = is_low(answer.measure, answer.score, settings)
    if low or angry:
        open_for(answer, settings, reason="low" if low else "angry")
    else:
        withdraw(answer)


def open_for(answer: Answer, settings: FeedbackSettings, *, reason: str) -> FollowUp:
    """One for each answer, decided by the database. One that was withdrawn is open again."""
    owner = owner_for(answer, settings)
    start = now()
    try:
        with transaction.atomic():
            made = FollowUp.objects.create(
                answer=answer,
                brand=answer.brand,
                ticket=answer.invitation.ticket,
                owner=owner,
                due_at=deadline(answer, settings, start),
                opened_at=start,
            )
            tell("follow_up.opened", made, SYSTEM, reason=reason, owner=owner.pk if owner else None)
        return made
    except IntegrityError:
        with transaction.atomic():
            known = lock(FollowUp.objects.get(answer=answer).pk)
            if known.outcome == Outcome.MISCLICK and known.ended_by_id is None:
                open_again(known, deadline(answer, settings, start), actor=SYSTEM, why="answer_changed")
        return known


def withdraw(answer: Answer) -> None:
    """The customer meant another score, within the day: what nobody has touched needs no follow-up any more."""
    with transaction.atomic():
        follow_up = FollowUp.objects.select_for_update().filter(answer=answer, ended_at__isnull=True).first()
        if follow_up is None or is_begun(follow_up):
            return
        finish(follow_up, Outcome.MISCLICK, by=None)


def is_begun(follow_up: FollowUp) -> bool:
    """Has anybody done or written something about it?"""
    return bool(follow_up.note) or any(getattr(follow_up, field) for field in STEPS.values())


def reopen_unsettled(answer: Answer) -> None:
    """The customer says that it is not settled: the same owner, a new deadline, the steps as they were."""
    asked = answer.invitation.follow_up
    if asked is None:
        return
    with transaction.atomic():
        follow_up = lock(asked.pk)
        # Of this answer only once: an event that is run again must not reopen what was ended after it.
        if follow_up.ended_at is None or answer.changed_at < follow_up.ended_at:
            return
        due = deadline(answer, settings_for(follow_up.brand_id), now())
        open_again(follow_up, due, actor=SYSTEM, why="not_settled")


def open_again(follow_up: FollowUp, due: dt.datetime, *, actor: str, why: str) -> None:
    """On a locked one."""
    follow_up.ended_at, follow_up.ended_by, follow_up.outcome, follow_up.due_at = None, None, "", due
    follow_up.save(update_fields=["ended_at", "ended_by", "outcome", "due_at"])
    tell("follow_up.changed", follow_up, actor, what="reopened", why=why, owner=follow_up.owner_id)


def give(follow_up: FollowUp, *, to: User | None, actor: User) -> FollowUp:
    """To a colleague who may follow up there, or with `to=None` back to the team. Raises NotAllowed."""
    with transaction.atomic():
        locked = lock_open(follow_up.pk)
        if locked.owner_id == (to.pk if to else None):
            return locked
        team_id = locked.answer.team_id
        if to is not None and not possible_owners(locked.brand_id, team_id).filter(pk=to.pk).exists():
            raise NotAllowed(_("%(name)s may not follow up for this brand.") % {"name": to})
        locked.owner = to
        locked.save(update_fields=["owner"])
        tell("follow_up.changed", locked, user_actor(actor.pk), what="owner", owner=to.pk if to else None)
    return locked


def take(follow_up: FollowUp, *, actor: User) -> FollowUp:
    """One that nobody has. Raises NotAllowed with the name of who was faster."""
    with transaction.atomic():
        locked = lock_open(follow_up.pk)
        if locked.owner_id not in (None, actor.pk):
            raise NotAllowed(_("%(name)s took this before you.") % {"name": locked.owner})
        return give(locked, to=actor, actor=actor)


def tick(follow_up: FollowUp, step: str, *, done: bool, actor: User) -> FollowUp:
    """A step of the playbook with its time, or not done after all. Raises NotValid for a step that is none."""
    field = STEPS.get(step)
    if field is None:
        raise NotValid(_("This is no step of the playbook."))
    with transaction.atomic():
        locked = lock_open(follow_up.pk)
        if bool(getattr(locked, field)) == done:
            return locked
        setattr(locked, field, now() if done else None)
        locked.save(update_fields=[field])
        tell("follow_up.changed", locked, user_actor(actor.pk), what="step", step=step, done=done)
    return locked


def write_note(follow_up: FollowUp, text: str, *, actor: User) -> FollowUp:
    """What was done, for colleagues; customers never see it."""
    text = text.strip()[:NOTE_LIMIT]
    with transaction.atomic():
        locked = lock_open(follow_up.pk)
        if locked.note != text:
            locked.note = text
            locked.save(update_fields=["note"])
            tell("follow_up.changed", locked, user_actor(actor.pk), what="note")
    return locked


def end(follow_up: FollowUp, outcome: str, *, note: str | None = None, actor: User) -> FollowUp:
    """Only with an outcome. Raises NotValid without, NotAllowed when it has ended already."""
    if outcome not in Outcome.values:
        raise NotValid(_("Choose what came of it."))
    with transaction.atomic():
        locked = lock_open(follow_up.pk)
        if note is not None:
            write_note(locked, note, actor=actor)
            locked.refresh_from_db(fields=["note"])
        finish(locked, outcome, by=actor)
    return locked


def finish(follow_up: FollowUp, outcome: str, *, by: User | None) -> None:
    """On a locked one."""
    follow_up.ended_at, follow_up.ended_by, follow_up.outcome = now(), by, outcome
    follow_up.save(update_fields=["ended_at", "ended_by", "outcome"])
    actor = user_actor(by.pk) if by is not None else SYSTEM
    tell("follow_up.ended", follow_up, actor, outcome=str(outcome))


def reopen(follow_up: FollowUp, *, actor: User) -> FollowUp:
    """Take back its end. The deadline stays when it is still to come."""
    with transaction.atomic():
        locked = lock(follow_up.pk)
        if locked.ended_at is None:
            return locked
        settings = settings_for(locked.brand_id)
        due = locked.due_at if locked.due_at > now() else deadline(locked.answer, settings, now())
        open_again(locked, due, actor=user_actor(actor.pk), why="by_hand")
    return locked


def lock(pk: int) -> FollowUp:
    rows = FollowUp.objects.select_related("answer__inbox__hours", "owner", "ticket")
    return rows.select_for_update(of=("self",)).get(pk=pk)


def lock_open(pk: int) -> FollowUp:
    """Raises NotAllowed for one that has ended."""
    locked = lock(pk)
    if locked.ended_at is not None:
        raise NotAllowed(_("This follow-up has ended. Open it again first."))
    return locked


def tell(name: str, follow_up: FollowUp, actor: str, **data: Any) -> None:
    record(
        name,
        actor=actor,
        brand_id=follow_up.brand_id,
        ticket=follow_up.ticket,
        subject=f"follow_up:{follow_up.pk}",
        answer=follow_up.answer_id,
        **data,
    )
