"""The metrics, in the order of the dashboard."""

from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insights.domain.buckets import DAY
from insights.domain.contributions import AGAIN_DAYS, FIRST_CONTACT_DAYS
from insights.domain.cuts import Cut
from insights.domain.metrics.base import (
    Behind,
    Metric,
    Section,
    Unit,
    counted,
    duration,
    duration_field,
    level,
    share,
)
from insights.models import ContactFact, TicketFact

ON_CREATED: Final = _("the day the ticket was opened")
ON_REPLIED: Final = _("the day of the first answer")
ON_SOLVED: Final = _("the day of the solving")
ON_FIRST_SOLVED: Final = _("the day of the first solving")
ON_OPENED: Final = _("the day the contact began")
AT_END: Final = _("the end of the last day")
MAY_CHANGE: Final = _("Days that are not long enough ago may still change.")


FIRST_CONTACT: Final = Q(reopens=0, contacts=1) & (
    Q(again_seconds__isnull=True) | Q(again_seconds__gt=FIRST_CONTACT_DAYS * DAY)
)


def tickets(day: str, agent: str, **more: Any) -> Behind:
    """Rows of tickets that are no part of another."""
    hits = more.pop("hits", None)
    base = {"is_counted": True, **more}
    if hits is None:
        return Behind(TicketFact, day, agent, lambda _cut: base)
    wanted = Q(**hits) if isinstance(hits, dict) else hits
    return Behind(TicketFact, day, agent, lambda _cut: base, lambda _cut: wanted)


def solved(**hits: Any) -> Behind:
    return tickets("solved_on", "solved_by", **({"hits": hits} if hits else {}))


def timed(name: str, day: str, agent: str, **more: Any) -> Behind:
    return tickets(day, agent, **{f"{name}_seconds__isnull": False}, **more)


def answered_in(cut: Cut) -> Q:
    return Q(**{f"{duration_field(cut, 'answer')}__lte": cut.target})


def left_in(cut: Cut) -> Q:
    return Q(**{f"{duration_field(cut, 'left')}__lte": cut.target})


def offered(treatment: str) -> Behind:
    return Behind(
        ContactFact,
        "opened_on",
        "agent_id",
        lambda _cut: {"is_offered": True},
        (lambda cut: answered_in(cut) | left_in(cut)) if treatment == "positive" else answered_in,
        left_in if treatment == "ignore" else None,
    )


def again(days: int) -> Metric:
    return Metric(
        code=f"again_{days}",
        section=Section.OUTCOME,
        unit=Unit.PERCENT,
        better="down",
        name=_("Came again within 7 days") if days == 7 else _("Came again within 30 days"),
        formula=_(
            "Solved tickets whose customer began another ticket within so many days of the solving, whatever it was"
            " about, of all solved tickets that have a customer."
        ),
        population=_("Tickets that are solved, of a known customer. Merged tickets count once."),
        when=ON_SOLVED,
        of=share(f"again_{days}", "solved_known"),
        behind=tickets(
            "solved_on",
            "solved_by",
            customer_id__isnull=False,
            hits={"again_seconds__lte": days * DAY},
        ),
        caution=MAY_CHANGE,
    )


def service_level(code: str, name: Any, formula: Any) -> Metric:
    return Metric(
        code=f"level_{code}",
        section=Section.SPEED,
        unit=Unit.PERCENT,
        better="up",
        name=name,
        formula=formula,
        population=_(
            "Contacts that customers began and that have been answered or are over, by any channel; not automatic mail,"
            " nor calls and visits written down by hand."
        ),
        when=ON_OPENED,
        of=level(code),
        behind=offered(code),
    )


def timing(code: str, rank: float, name: Any, what: str) -> Metric:
    is_reply = what == "reply"
    return Metric(
        code=code,
        section=Section.SPEED,
        unit=Unit.SECONDS,
        better="down",
        name=name,
        formula=(
            _("From the opening to the first answer a person of us sent.")
            if is_reply
            else _("From the opening to the latest solving.")
        ),
        population=(
            _("Tickets that a customer began and that have been answered. Automatic answers do not count.")
            if is_reply
            else _("Tickets that are solved and were not opened again since.")
        ),
        when=ON_REPLIED if is_reply else ON_SOLVED,
        of=duration(what, rank),
        behind=(
            timed("reply", "replied_on", "replied_by", is_inbound=True)
            if is_reply
            else timed("resolve", "solved_on", "solved_by")
        ),
    )


OUTCOMES: Final = (
    Metric(
        code="solved",
        section=Section.OUTCOME,
        unit=Unit.COUNT,
        better="",
        name=_("Solved"),
        formula=_("How many tickets were solved and are not open again."),
        population=_("All tickets, those we opened among them. Merged tickets count once."),
        when=ON_SOLVED,
        of=counted("solved"),
        behind=solved(),
    ),
    Metric(
        code="reopened",
        section=Section.OUTCOME,
        unit=Unit.PERCENT,
        better="down",
        name=_("Opened again"),
        formula=_(
            "Tickets that were opened again at least once after they were first solved, of all first solved."
        ),
        population=_("Tickets solved for the first time in the period, however often later."),
        when=ON_FIRST_SOLVED,
        of=share("reopened", "first_solved"),
        behind=tickets("first_solved_on", "first_solved_by", hits={"reopens__gt": 0}),
        caution=MAY_CHANGE,
    ),
    Metric(
        code="first_contact",
        section=Section.OUTCOME,
        unit=Unit.PERCENT,
        better="up",
        name=_("Solved at the first contact"),
        formula=_(
            "Tickets for which the customer came once and that were never opened again, and after which the same"
            " customer began no other within 7 days, of all tickets that customers began and that were first solved."
        ),
        population=_(
            "Tickets of a known customer, solved for the first time; those that nobody could have solved at once count"
            " too. Merged tickets count once, with the contacts of both. A word of thanks is a contact, an automatic"
            " mail is none; tickets with nothing else do not count."
        ),
        when=ON_FIRST_SOLVED,
        of=share("first_contact", "first_contacts"),
        behind=tickets(
            "first_solved_on",
            "first_solved_by",
            is_inbound=True,
            customer_id__isnull=False,
            contacts__gte=1,
            hits=FIRST_CONTACT,
        ),
        caution=MAY_CHANGE,
    ),
    *(again(days) for days in AGAIN_DAYS),
    Metric(
        code="one_touch",
        section=Section.OUTCOME,
        unit=Unit.PERCENT,
        better="up",
        name=_("Solved with one answer"),
        formula=_(
            "Tickets solved with one answer, call or visit of ours, of all solved. Answers in a row, without a word of"
            " the customer in between, are one."
        ),
        population=_("Tickets that are solved and were not opened again since."),
        when=ON_SOLVED,
        of=share("one_touch", "solved"),
        behind=solved(touches=1),
    ),
)
SPEED: Final = (
    timing("reply_median", 0.5, _("First answer, median"), "reply"),
    timing("reply_p90", 0.9, _("First answer, 90 of 100"), "reply"),
    timing("resolve_median", 0.5, _("Solved after, median"), "resolve"),
    timing("resolve_p90", 0.9, _("Solved after, 90 of 100"), "resolve"),
    service_level(
        "ignore",
        _("Service level, who left ignored"),
        _("Answered within the target, of all contacts but those that the customer left within the target."),
    ),
    service_level(
        "negative",
        _("Service level, who left against us"),
        _("Answered within the target, of all contacts."),
    ),
    service_level(
        "positive",
        _("Service level, who left for us"),
        _("Answered, or left by the customer, within the target, of all contacts."),
    ),
)
VOLUME: Final = (
    Metric(
        code="created",
        section=Section.VOLUME,
        unit=Unit.COUNT,
        better="",
        name=_("New tickets"),
        formula=_("How many tickets were opened, by customers and by us."),
        population=_("All tickets but imported ones. Merged tickets count once."),
        when=ON_CREATED,
        of=counted("created"),
        behind=tickets("created_on", "assignee_id", created_on__isnull=False),
    ),
    Metric(
        code="backlog",
        section=Section.VOLUME,
        unit=Unit.COUNT,
        better="down",
        name=_("Open at the end"),
        formula=_("Tickets that were neither solved nor closed when the period ended."),
        population=_("All tickets, with the team and the person they have now. Merged tickets count once."),
        when=AT_END,
        of=counted("in"),
        behind=tickets("span_days", "assignee_id"),
        at_end=True,
    ),
    Metric(
        code="contacts",
        section=Section.VOLUME,
        unit=Unit.COUNT,
        better="",
        name=_("Contacts"),
        formula=_("How often customers came: mails up to our answer, chats, forms, calls and visits."),
        population=_(
            "Contacts that customers began, by any channel; no automatic mail. A ticket may have many."
        ),
        when=ON_OPENED,
        of=counted("contacts"),
        behind=Behind(ContactFact, "opened_on", "agent_id", lambda _cut: {"is_counted": True}),
    ),
)
REGISTRY: Final[dict[str, Metric]] = {metric.code: metric for metric in (*OUTCOMES, *SPEED, *VOLUME)}


def metric_of(code: str) -> Metric | None:
    return REGISTRY.get(code)


def metrics_in(section: str) -> list[Metric]:
    return [metric for metric in REGISTRY.values() if metric.section == section]
