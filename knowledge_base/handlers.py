"""Reactions to what happens to articles."""

from journal.models import Event
from knowledge_base.domain import indexing


def index(event: Event) -> None:
    """What the search reads of the article is written anew, in every language."""
    article = event.data.get("article")
    if isinstance(article, int):
        indexing.write_article(article)
