"""The shops' help centres: shelves and articles from the text files below `help/`, and visitors who read them.

A file `BRAND.LANGUAGE.txt` holds articles like

    === return-something
    category: returns
    title: How do I return something?
    summary: You have 60 days.
    phrases: return label | send back

    Markdown. `(article:slug)` is a link to another one, `(form)` to the contact form, `(picture:tent)` a drawing.

The first language of a brand decides shelf and visibility; in the others the slug is enough.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from accounts.models import User
from carecenter.demo.drawings import DRAWINGS
from carecenter.demo.firm import House
from carecenter.demo.seekers import seek
from channels_app.models import Connection
from knowledge_base.domain.articles import Draft, add_language, create_article
from knowledge_base.domain.categories import save_category
from knowledge_base.domain.indexing import write_article
from knowledge_base.domain.pictures import add_picture
from knowledge_base.domain.publishing import publish
from knowledge_base.models import (
    Arm,
    Article,
    Category,
    Miss,
    Step,
    StepName,
    Text,
    Version,
    Visibility,
    Visit,
    Vote,
    VoteReason,
)
from tickets.models import Inbox

FOLDER = Path(__file__).parent / "help"
OLDEST = 320  # days ago
VISITS = 260  # of a brand within the last weeks
LINK = re.compile(r"\]\((article|picture|form):?([-\w]*)\)")
WIDE: Final = {"harrowfell": 1.0, "gratweg": 0.5, "bramblecup": 0.4}
MISSES: Final = (
    ("harrowfell", "en", "second hand boots", 14, 5),
    ("harrowfell", "en", "rent a tent", 11, 6),
    ("harrowfell", "en", "vegan leather boots", 7, 2),
    ("harrowfell", "de", "zelt leihen", 3, 1),
    ("gratweg", "de", "lawinenausrüstung leihen", 9, 4),
    ("gratweg", "de", "schuhe weiten", 6, 3),
    ("bramblecup", "en", "oat milk foam", 8, 1),
    ("bramblecup", "en", "barista course", 5, 4),
)


@dataclass
class Page:
    """An article in one language, as it stands in its file."""

    slug: str
    values: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def phrases(self) -> list[str]:
        return [phrase.strip() for phrase in self.values.get("phrases", "").split("|") if phrase.strip()]


def read_pages(text: str) -> Iterator[Page]:
    for block in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n\n")
        slug, *lines = head.splitlines()
        values = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        yield Page(slug.strip(), values, body.strip())


@cache
def pages(brand: str, language: str) -> tuple[Page, ...]:
    path = FOLDER / f"{brand}.{language}.txt"
    return tuple(read_pages(path.read_text(encoding="utf-8"))) if path.exists() else ()


def open_help(
    houses: dict[str, House], authors: dict[str, User], rng: random.Random, moment: datetime
) -> None:
    """Write everything by the verbs that authors use, then set it back in time."""
    for slug, house in houses.items():
        open_form(house)
        shelves = put_up_shelves(house)
        author = authors[slug]
        articles = write_articles(house, shelves, author)
        set_back(articles, rng, moment)
        for article in articles.values():
            write_article(article.pk)  # nothing reacts to history
        let_visitors_read(house, articles, rng, moment)
    tell_misses(houses, moment)


def open_form(house: House) -> None:
    """The page where people write to us: what "Write to us" leads to."""
    name = "Kontaktformular" if house.language == "de" else "Contact form"
    mail = house.inboxes["email"]
    inbox = Inbox.objects.create(
        brand=house.brand,
        name=name,
        key=f"{house.slug}-form",
        kind="form",
        default_team=house.team,
        follow_up=mail,
    )
    house.inboxes["form"] = inbox
    Connection.objects.create(inbox=inbox, from_name=house.brand.name, config={"takes_files": True})


def put_up_shelves(house: House) -> dict[str, Category]:
    found = {}
    for block in (FOLDER / "shelves.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        head, *lines = block.splitlines()
        brand, slug, icon = head.split()
        if brand != house.slug:
            continue
        names, abouts = {}, {}
        for line in lines:
            language, _, words = line.partition(":")
            names[language], _, abouts[language] = (part.strip() for part in words.partition("|"))
        category = Category(brand=house.brand)
        values: dict[str, Any] = {"names": names, "abouts": abouts, "icon": icon, "slug": slug}
        found[slug] = save_category(category, actor=None, **values)
    return found


def write_articles(house: House, shelves: dict[str, Category], author: User) -> dict[str, Article]:
    """Every article in every language of its file, published."""
    articles: dict[str, Article] = {}
    pictures = draw(house, author)
    for page in pages(house.slug, house.language):
        article = create_article(
            actor=author,
            brand=house.brand,
            language=house.language,
            draft=draft_of(page, house, pictures),
            category=shelves[page.values["category"]],
            visibility=page.values.get("visibility", Visibility.PUBLIC),
        )
        publish(article.texts.get(), actor=author)
        articles[page.slug] = article
    for language in {"en", "de"} - {house.language}:
        for page in pages(house.slug, language):
            draft = draft_of(page, house, pictures)
            publish(add_language(articles[page.slug], language, actor=author, draft=draft), actor=author)
    return articles


def draw(house: House, author: User) -> dict[str, str]:
    """Addresses of the drawings that the brand's articles show."""
    wanted = {name for page in pages(house.slug, house.language) for name in picture_names(page.body)}
    found = {}
    for name in sorted(wanted):
        picture = add_picture(house.brand, DRAWINGS[name](), name=f"{name}.png", actor=author)
        found[name] = f"/help/{house.slug}/pictures/{picture.key}/"
    return found


def picture_names(body: str) -> list[str]:
    return [name for kind, name in LINK.findall(body) if kind == "picture"]


def draft_of(page: Page, house: House, pictures: dict[str, str]) -> Draft:
    # Imported where it is used: nothing else of the demo reads Markdown.
    from markdown_it import MarkdownIt

    def address(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if kind == "picture":
            return f"]({pictures[name]})"
        return f"](/help/{house.slug}/" + ("write/)" if kind == "form" else f"articles/{name}/)")

    html = str(MarkdownIt("commonmark").enable("table").render(LINK.sub(address, page.body)))
    return Draft(page.values["title"], page.values.get("summary", ""), html, page.phrases())


def set_back(articles: dict[str, Article], rng: random.Random, moment: datetime) -> None:
    """A help centre grows over months, and is looked after; its links know the addresses of the files."""
    for place, (slug, article) in enumerate(articles.items()):
        begun = moment - timedelta(days=rng.uniform(60, OLDEST), hours=rng.uniform(0, 9))
        changed = begun + (moment - begun) * rng.uniform(0.2, 0.97)
        Article.objects.filter(pk=article.pk).update(
            created_at=begun,
            updated_at=changed,
            review_on=(changed + timedelta(days=180)).date(),
            slug=slug,
            position=place,
        )
        Text.objects.filter(article=article).update(edited_at=changed, published_at=begun)
        Version.objects.filter(text__article=article).update(made_at=changed)


def let_visitors_read(
    house: House, articles: dict[str, Article], rng: random.Random, moment: datetime
) -> None:
    """Some weeks of visits; what stands first is read most, and most say that it helped."""
    public = [article for article in articles.values() if article.visibility == Visibility.PUBLIC]
    weights = [1 / (place + 1.4) for place in range(len(public))]
    visits, plans = [], []
    for _ in range(round(VISITS * WIDE[house.slug])):
        began = moment - timedelta(days=rng.uniform(0.05, 28))
        held = rng.random() < 0.1
        visits.append(
            Visit(
                brand=house.brand,
                visitor=f"{rng.getrandbits(256):064x}",
                arm=Arm.HELD_OUT if held else Arm.SHOWN,
                share=10,
                began_at=began,
                last_at=began + timedelta(minutes=rng.uniform(1, 9)),
            )
        )
        plans.append(dict.fromkeys(rng.choices(public, weights, k=rng.choice((1, 1, 2, 3)))))
    Visit.objects.bulk_create(visits)
    steps, votes = [], []
    for visit, read in zip(visits, plans, strict=True):
        for place, article in enumerate(read):
            at = visit.began_at + timedelta(minutes=place + 1)
            steps.append(Step(visit=visit, name=StepName.READ, at=at, article=article, place="help"))
            if rng.random() < 0.3:
                vote = a_vote(visit, article, house.language, rng)
                votes.append(vote)
                name = StepName.SOLVED if vote.helped else StepName.NOT_SOLVED
                steps.append(Step(visit=visit, name=name, at=vote.at, article=article, place="help"))
    steps += seek(house, dict(zip(visits, map(list, plans), strict=True)), *asked_in(house, articles))
    Step.objects.bulk_create(steps)
    Vote.objects.bulk_create(votes)


def asked_in(house: House, articles: dict[str, Article]) -> tuple[dict[str, list[str]], list[str]]:
    """How people ask for each article, by its slug; and what they ask for that nothing answers."""
    told = {page.slug: page.phrases() for page in pages(house.slug, house.language)}
    phrases = {one.slug: told.get(name) or [name.replace("-", " ")] for name, one in articles.items()}
    here = (house.slug, house.language)
    return phrases, [words for slug, language, words, *_ in MISSES if (slug, language) == here]


def a_vote(visit: Visit, article: Article, language: str, rng: random.Random) -> Vote:
    helped = rng.random() < 0.82
    reason = "" if helped else rng.choice(VoteReason.values)
    at = visit.began_at + timedelta(minutes=rng.uniform(2, 6))
    return Vote(
        article=article, visitor=visit.visitor, language=language, helped=helped, reason=reason, at=at
    )


def tell_misses(houses: dict[str, House], moment: datetime) -> None:
    Miss.objects.bulk_create(
        Miss(
            brand=houses[slug].brand,
            language=language,
            words=words,
            count=count,
            asked_anyway=asked,
            first_at=moment - timedelta(days=20 + count),
            last_at=moment - timedelta(hours=5 * (place + 1)),
        )
        for place, (slug, language, words, count, asked) in enumerate(MISSES)
    )
