"""A table of questions and answers, one article a line. Comma, semicolon or tab between, as programs write them."""

import csv
import hashlib
import io
import posixpath
import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from carecenter.lib.html import text_to_html
from knowledge_base.domain.imports.bundles import BadFile
from knowledge_base.domain.imports.pages import Page, decoded, tell_front

MOST_ROWS: Final = 5_000
LONGEST_CELL: Final = (
    131_072  # what the reader of the standard library takes, unless another import told it otherwise
)
NAMES: Final = {
    "question": "title", "title": "title", "frage": "title", "titel": "title",
    "answer": "answer", "text": "answer", "html": "answer", "antwort": "answer", "body": "answer",
    "category": "category", "kategorie": "category", "section": "category",
    "language": "language", "lang": "language", "sprache": "language",
    "visibility": "visibility", "sichtbarkeit": "visibility",
    "slug": "slug", "summary": "summary", "description": "summary",
    "phrases": "phrases", "keywords": "phrases", "also asked": "phrases",
    "id": "id", "key": "id", "draft": "draft",
}  # fmt: skip
TAG = re.compile(r"<(?:p|br|a|ul|ol|li|b|strong|em|i|h[1-6]|table|div|img|code|pre)\b[^<>]*>", re.IGNORECASE)


def pages_of(path: str, content: bytes) -> Iterator[Page | tuple[str, BadFile]]:
    """A page for each line, or (its place, why not). Raises BadFile when the whole is no such table."""
    text = decoded(content).replace("\x00", "")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        columns = [NAMES.get(name.strip().lower(), "") for name in next(rows, [])]
    except csv.Error as error:
        raise BadFile(_("It cannot be read as a table.")) from error
    if "title" not in columns or "answer" not in columns:
        raise BadFile(_("The first line has to name the columns: question and answer at least."))
    number = 0
    while True:
        number += 1
        place = f"{path}:{number + 1}"
        try:
            row = next(rows, None)
        except csv.Error:
            yield place, BadFile(_("This line cannot be read."))
            continue
        if row is None:
            return
        if number > MOST_ROWS:
            yield place, BadFile(_("A table can have %(most)s lines at most.") % {"most": MOST_ROWS})
            return
        if any(len(cell) > LONGEST_CELL for cell in row):
            yield place, BadFile(_("This line cannot be read."))
        elif any(cell.strip() for cell in row):
            yield page_of_row(path, place, dict(zip(columns, row, strict=False)))


def delimiter_of(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def page_of_row(path: str, place: str, row: dict[str, str]) -> Page | tuple[str, BadFile]:
    title, answer = row.get("title", "").strip(), row.get("answer", "").strip()
    if not title or not answer:
        return place, BadFile(_("The question or the answer is missing."))
    stem = posixpath.splitext(posixpath.basename(path))[0].lower()
    key = (
        row.get("id", "").strip() or hashlib.sha256(" ".join(title.lower().split()).encode()).hexdigest()[:24]
    )
    html = answer if TAG.search(answer) else text_to_html(answer)
    page = Page(path=place, key=f"{stem}:{key}", title=title, html=html)
    page.key = page.key[:180]
    try:
        known = {name: value for name, value in row.items() if name not in ("", "title", "answer", "id")}
        tell_front(page, {"title": title, **known})
    except BadFile as error:
        return place, error
    return page
