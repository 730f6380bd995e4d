"""Reactions to what happens to articles."""

from journal.models import Event
from knowledge_base import tasks
from knowledge_base.domain import gaps, indexing


def index(event: Event) -> None:
    """What the search reads of the article is written anew, in every language."""
    article = event.data.get("article")
    if isinstance(article, int):
        indexing.write_article(article)


def settle_misses(event: Event) -> None:
    """What the article was written for can be read now."""
    article = event.data.get("article")
    if isinstance(article, int):
        gaps.settle_written(article)


def run_import(event: Event) -> None:
    """An import waits for a worker."""
    tasks.run_import.delay(int(event.subject.partition(":")[2]))
