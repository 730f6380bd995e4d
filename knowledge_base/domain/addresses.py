"""The last part of an article's or a category's address: words of its title, once in a brand."""

import re

from django.utils.text import slugify

from accounts.models import Brand
from carecenter.lib.ids import new_token
from knowledge_base.models import Article, Category

SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})
LONGEST = 74  # leaves room for a number behind it
TEMPORARY = re.compile(r"(?:article|category)-[a-z2-7]{6}")  # of a title without letters we can spell


def slug_of(title: str) -> str:
    """The title as an address, cut between words; "" when nothing of it can be spelt in ASCII."""
    slug = slugify(title.lower().translate(SPELT))
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0][:LONGEST] or slug[:LONGEST]
    return slug


def free_slug(
    model: type[Article] | type[Category], brand: Brand, title: str, *, but: int | None = None
) -> str:
    """An address that no other row of the brand has. Two at once may still get the same: the database decides."""
    wanted = slug_of(title) or f"{model.__name__.lower()}-{new_token()[:6]}"
    rows = model._default_manager.filter(brand=brand, slug__startswith=wanted).exclude(pk=but or 0)
    taken = set(rows.values_list("slug", flat=True))
    number = 2
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def is_made_of(slug: str, title: str) -> bool:
    """Was this address made from the title, by us and not by hand?"""
    wanted = slug_of(title)
    return bool(TEMPORARY.fullmatch(slug)) or bool(
        wanted and re.fullmatch(rf"{re.escape(wanted)}(?:-\d+)?", slug)
    )
