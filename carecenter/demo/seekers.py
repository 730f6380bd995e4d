"""Visitors who search the help centre before they read or write: the search itself says what each of them finds."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from knowledge_base.domain.searching import search
from knowledge_base.domain.visits import Place
from knowledge_base.models import Article, Step, StepName, Visit

if TYPE_CHECKING:
    from carecenter.demo.firm import House

SEARCH: Final = 0.45  # of the visits
AT_A_LOSS: Final = 0.2  # of these look for something that has no answer
WROTE: Final = {True: 0.1, False: 0.4}  # to us afterwards, when something was found and when not


def seek(
    house: "House",
    visits: Mapping[Visit, Sequence[Article]],
    phrases: Mapping[str, Sequence[str]],
    unanswered: Sequence[str],
) -> list[Step]:
    """Steps of the visits, each with what was read in it. `phrases`: how people ask for an article, by its slug."""
    rng = Random("where do I find it")  # noqa: S311  made-up people
    known: dict[str, int] = {}
    steps = []
    for visit, read in visits.items():
        if rng.random() > SEARCH:
            continue
        lost = bool(unanswered) and rng.random() < AT_A_LOSS
        words = rng.choice(unanswered) if lost else rng.choice(phrases[read[0].slug])
        if words not in known:
            known[words] = search(house.brand, words, language=house.language).total
        at = visit.began_at + timedelta(seconds=rng.uniform(5, 40))
        steps.append(Step(visit=visit, name=StepName.SEARCHED, at=at, place=Place.HELP, count=known[words]))
        if rng.random() < WROTE[known[words] > 0]:
            steps.append(Step(visit=visit, name=StepName.SENT, at=visit.last_at, place=Place.FORM))
    return steps
