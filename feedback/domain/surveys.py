"""The surveys of a brand: what is asked, when, and what holds for all of it. Who may was asked before."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from carecenter.lib.kinds import Capability, kinds_that
from feedback.domain.errors import NotAllowed
from feedback.models import FeedbackSettings, Invitation, Measure, Survey, SurveyRule, Trigger
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record


def save_survey(survey: Survey, *, actor: User, **values: Any) -> Survey:
    """Store a new one or what changed. NotAllowed when the name is taken, or answers would change their meaning."""
    is_new = survey.pk is None
    if not is_new and values.get("measure", survey.measure) != survey.measure and has_asked(survey):
        raise NotAllowed(_("This survey has asked people already: what it measures stays. Make a new one."))
    for name, value in values.items():
        setattr(survey, name, value)
    try:
        with transaction.atomic():
            survey.save(force_insert=is_new, update_fields=None if is_new else list(values))
            saved(f"survey:{survey.pk}", survey.brand_id, actor)
    except IntegrityError as error:
        raise NotAllowed(_("Another survey of this brand has this name already.")) from error
    return survey


def has_asked(survey: Survey) -> bool:
    return Invitation.objects.filter(survey=survey).exists()


def switch_survey(survey: Survey, *, is_active: bool, actor: User) -> None:
    """Off: nothing is planned by it any more, and what waits is not sent."""
    save_survey(survey, actor=actor, is_active=is_active)


def delete_survey(survey: Survey, *, actor: User) -> None:
    """One that never asked anybody. NotAllowed for others: their answers would lose their question."""
    with transaction.atomic():
        if has_asked(survey):
            raise NotAllowed(
                _("This survey has asked people already. Switch it off instead: its answers stay.")
            )
        deleted(f"survey:{survey.pk}", survey.brand_id, actor)
        survey.delete()


def save_rule(rule: SurveyRule, *, actor: User, **values: Any) -> SurveyRule:
    """A new one comes last."""
    is_new = rule.pk is None
    for name, value in values.items():
        setattr(rule, name, value)
    with transaction.atomic():
        if is_new:
            last = rules_of(rule.survey.brand).aggregate(last=Max("position"))["last"]
            rule.position = 0 if last is None else last + 1
        rule.save(force_insert=is_new, update_fields=None if is_new else list(values))
        saved(f"survey_rule:{rule.pk}", rule.survey.brand_id, actor)
    return rule


def delete_rule(rule: SurveyRule, *, actor: User) -> None:
    with transaction.atomic():
        deleted(f"survey_rule:{rule.pk}", rule.survey.brand_id, actor)
        rule.delete()


def rules_of(brand: Brand) -> Any:
    """In the order in which they are tried."""
    return SurveyRule.objects.filter(survey__brand=brand).order_by("position", "pk")


def move_rule(rule: SurveyRule, *, up: bool, actor: User) -> None:
    """One place up or down; at the end of the list nothing happens. The list is numbered anew under its lock."""
    with transaction.atomic():
        brand = rule.survey.brand
        rows = list(rules_of(brand).select_for_update(of=("self",)))
        place = next((at for at, row in enumerate(rows) if row.pk == rule.pk), None)
        if place is None:
            return
        other = place - 1 if up else place + 1
        if not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        for at, row in enumerate(rows):
            row.position = at
            row.save(update_fields=["position"])
        saved(f"survey_rule:{rule.pk}", brand.pk, actor)


def save_settings(brand: Brand, *, actor: User, **values: Any) -> None:
    with transaction.atomic():
        FeedbackSettings.objects.update_or_create(brand=brand, defaults=values)
        saved(f"feedback_settings:{brand.pk}", brand.pk, actor)


def start(brand: Brand, *, actor: User | None) -> Survey:
    """What most begin with: satisfaction, asked at the end of a chat and an hour after a ticket is solved.

    Gives back the survey that is there, when the brand has one.
    """
    with transaction.atomic():
        Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        if (there := Survey.objects.filter(brand=brand).order_by("pk").first()) is not None:
            return there
        with translation.override(brand.language):
            name = _("Satisfaction")
        survey = Survey.objects.create(brand=brand, name=name, measure=Measure.CSAT, look=Survey.Look.FACES)
        live = list(kinds_that(Capability.LIVE))
        SurveyRule.objects.create(
            survey=survey, position=0, trigger=Trigger.ENDED, kinds=live, delay_seconds=0
        )
        SurveyRule.objects.create(survey=survey, position=1, trigger=Trigger.SOLVED, delay_seconds=3600)
        saved(f"survey:{survey.pk}", brand.pk, actor)
    return survey


def saved(subject: str, brand_id: int, actor: User | None) -> None:
    code = user_actor(actor.pk) if actor else SYSTEM
    record("survey.saved", actor=code, brand_id=brand_id, subject=subject)


def deleted(subject: str, brand_id: int, actor: User) -> None:
    record("survey.deleted", actor=user_actor(actor.pk), brand_id=brand_id, subject=subject)
