"""Visitors who began to write to a shop and were, or would have been, shown an answer: what deflection rests on."""

import random
from datetime import datetime, timedelta
from typing import Final

from carecenter.demo.firm import House
from knowledge_base.domain.visits import Place
from knowledge_base.models import Arm, Article, Step, StepName, Visibility, Visit

DAYS = 88
VISITORS: Final = {"harrowfell": 340, "gratweg": 190, "bramblecup": 140}
# The shops began by holding out more, until the difference was clear.
EARLIER_SHARE, SHARE = 30, 10
CHANGED = timedelta(days=28)
WRITES, SPARED = (
    0.68,
    0.17,
)  # of those who see nothing so many write; of those who see something so many fewer
FINDS = 0.8  # so often there is an answer


def let_visitors_write(houses: dict[str, House], moment: datetime) -> None:
    rng = random.Random("who writes")  # noqa: S311  made-up people
    visits: list[Visit] = []
    steps: list[Step] = []
    for slug, count in VISITORS.items():
        public = Article.objects.filter(brand=houses[slug].brand, visibility=Visibility.PUBLIC).order_by("pk")
        articles = list(public)
        for _ in range(count):
            visit = a_visit(houses[slug], rng, moment)
            visits.append(visit)
            steps += its_steps(visit, articles, rng)
    Visit.objects.bulk_create(visits)
    Step.objects.bulk_create(steps)


def a_visit(house: House, rng: random.Random, moment: datetime) -> Visit:
    began = moment - timedelta(days=rng.uniform(0.1, DAYS))
    share = EARLIER_SHARE if began < moment - CHANGED else SHARE
    return Visit(
        brand=house.brand,
        visitor=f"{rng.getrandbits(256):064x}",
        arm=Arm.HELD_OUT if rng.random() * 100 < share else Arm.SHOWN,
        share=share,
        began_at=began,
        last_at=began + timedelta(minutes=6),
    )


def its_steps(visit: Visit, articles: list[Article], rng: random.Random) -> list[Step]:
    """Begun; perhaps shown something, perhaps read it, perhaps helped by it; perhaps sent all the same."""
    place = rng.choice((Place.FORM, Place.FORM, Place.CHAT))
    is_shown = visit.arm == Arm.SHOWN
    finds = rng.random() < FINDS
    writes = rng.random() < WRITES - (SPARED if finds and is_shown else 0)
    made: list[tuple[StepName, Article | None]] = [(StepName.BEGAN, None)]
    if finds:
        made.append((StepName.SUGGESTED if is_shown else StepName.WOULD_SUGGEST, None))
    if finds and is_shown and articles and rng.random() < (0.25 if writes else 0.7):
        article = rng.choice(articles)
        made.append((StepName.READ, article))
        if not writes and rng.random() < 0.6:
            made.append((StepName.SOLVED, article))
    if writes:
        made.append((StepName.SENT, None))
    return [
        Step(
            visit=visit,
            name=name,
            at=visit.began_at + timedelta(minutes=minute),
            article=article,
            place=place,
            count=2 if name in (StepName.SUGGESTED, StepName.WOULD_SUGGEST) else 0,
        )
        for minute, (name, article) in enumerate(made)
    ]
