"""A generated history of questions and answers, and the same figures counted by hand: plain Python, other formulas."""

import datetime as dt
import random
import statistics
from dataclasses import dataclass, field
from typing import Any

from feedback.models import Answer, Invitation, Survey
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.surveys import SurveyFactory
from tests.factories.tickets import InboxFactory

HIGHEST = {"csat": 5, "nps": 10, "ces1": 5, "ces2": 7, "settled": 1}
LOWEST = {"csat": 1, "nps": 0, "ces1": 1, "ces2": 1, "settled": 0}
Z = statistics.NormalDist().inv_cdf(0.975)


@dataclass
class Asked:
    """One question as it was drawn, and what came of it."""

    measure: str
    brand: int
    team: int | None
    inbox: int | None
    agent: int | None
    sent_at: dt.datetime
    unasked: bool
    score: int | None = None
    answered_at: dt.datetime | None = None


@dataclass
class History:
    asked: list[Asked] = field(default_factory=list)


def generate(brands: list[Any], *, seed: int, count: int, until: dt.datetime, days: int) -> History:
    """Questions over so many days before a moment, of which about half are answered, some days later."""
    dice = random.Random(seed)
    places = [
        {
            "brand": brand,
            "teams": [None, *(TeamFactory(pool=brand.pool) for _ in range(2))],
            "inboxes": [None, *(InboxFactory(brand=brand) for _ in range(2))],
            "agents": [None, *(UserFactory() for _ in range(3))],
            "surveys": [SurveyFactory(brand=brand, measure=measure) for measure in HIGHEST],
        }
        for brand in brands
    ]
    history = History()
    rows = []
    for _ in range(count):
        place = dice.choice(places)
        survey = dice.choice(place["surveys"])
        moment = until - dt.timedelta(seconds=dice.randrange(days * 86_400))
        rows.append(draw(dice, place, survey, moment, history))
    store(rows)
    return history


def draw(dice: random.Random, place: Any, survey: Survey, moment: dt.datetime, history: History) -> Any:
    one = Asked(
        measure=survey.measure,
        brand=place["brand"].pk,
        team=pk_of(dice.choice(place["teams"])),
        inbox=pk_of(dice.choice(place["inboxes"])),
        agent=pk_of(dice.choice(place["agents"])),
        sent_at=moment,
        unasked=dice.random() < 0.1,
    )
    if one.unasked or dice.random() < 0.5:
        one.score = dice.randint(LOWEST[survey.measure], HIGHEST[survey.measure])
        one.answered_at = moment + dt.timedelta(seconds=dice.randrange(5 * 86_400))
    history.asked.append(one)
    return one, survey


def pk_of(row: Any) -> int | None:
    return row.pk if row is not None else None


def store(rows: list[tuple[Asked, Survey]]) -> None:
    invitations = Invitation.objects.bulk_create(
        Invitation(
            survey=survey,
            brand_id=one.brand,
            team_id=one.team,
            inbox_id=one.inbox,
            agent_id=one.agent,
            kind="" if one.unasked else "email",
            language="en",
            state="answered" if one.score is not None else "sent",
            send_at=one.sent_at,
            sent_at=one.sent_at,
        )
        for one, survey in rows
    )
    Answer.objects.bulk_create(
        Answer(
            invitation=invitation,
            brand_id=one.brand,
            team_id=one.team,
            inbox_id=one.inbox,
            agent_id=one.agent,
            measure=one.measure,
            score=one.score,
            answered_at=one.answered_at,
        )
        for invitation, (one, _) in zip(invitations, rows, strict=True)
        if one.score is not None
    )


def scores(history: History, zone: dt.tzinfo, first: dt.date, last: dt.date, **only: Any) -> list[int]:
    """The scores given on these local days; `only` narrows by measure, brand, team, inbox, agent."""
    found = []
    for one in history.asked:
        if one.answered_at is None or one.score is None:
            continue
        if first <= one.answered_at.astimezone(zone).date() <= last and fits(one, only):
            found.append(one.score)
    return found


def rate(history: History, zone: dt.tzinfo, first: dt.date, last: dt.date, **only: Any) -> tuple[int, int]:
    """(asked, answered by now) of the questions that left on these local days."""
    left = [
        one
        for one in history.asked
        if not one.unasked and first <= one.sent_at.astimezone(zone).date() <= last and fits(one, only)
    ]
    return len(left), sum(one.score is not None for one in left)


def fits(one: Asked, only: dict[str, Any]) -> bool:
    return all(
        getattr(one, name) in value if isinstance(value, set) else getattr(one, name) == value
        for name, value in only.items()
    )


def by_hand(measure: str, given: list[int]) -> tuple[float, float, float]:
    """Value, low, high: Wilson's as the roots of its quadratic, the others from the sample's own spread."""
    n = len(given)
    if measure in ("csat", "ces2", "settled"):
        least = {"csat": 4, "ces2": 5, "settled": 1}[measure]
        share = sum(score >= least for score in given) / n
        a, b, c = 1 + Z * Z / n, -(2 * share + Z * Z / n), share * share
        root = max(0.0, b * b - 4 * a * c) ** 0.5
        return 100 * share, 100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a)
    if measure == "nps":
        signs = [1 if score >= 9 else -1 if score <= 6 else 0 for score in given]
        value, reach = statistics.fmean(signs), Z * statistics.pstdev(signs) / n**0.5
        return 100 * value, max(-100.0, 100 * (value - reach)), min(100.0, 100 * (value + reach))
    value = statistics.fmean(given)
    reach = Z * (statistics.stdev(given) if n > 1 else 0) / n**0.5
    return value, value - reach, value + reach
