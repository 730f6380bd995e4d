"""A dashboard on paper: what it counts, its numbers as cards, its pictures as lines and bars. Import it where it
is used: the library it draws with is large.
"""

import io
from typing import Final

from reportlab.lib.colors import Color

from insights.paper.content import Number, Paper, Part
from insights.paper.pictures import draw, height_of
from insights.paper.sheet import INK, INNER, MARGIN, QUIET, STRONG, TONES, Pen, Sheet, width_of, wrapped

COLUMNS: Final = 3
GAP: Final = 10.0
CARD: Final = (INNER - (COLUMNS - 1) * GAP) / COLUMNS
PAD: Final = 10.0
FACTS_LEFT: Final = 110.0
LONGEST_NAME: Final = 2
LONGEST_ABOUT: Final = 3


def pdf(paper: Paper) -> bytes:
    """The whole of it. Any length of name or list keeps its page's frame."""
    target = io.BytesIO()
    sheet = Sheet(target, title=paper.title, about=paper.about, language=paper.language)
    head(sheet, paper)
    for part in paper.parts:
        put_part(sheet, part)
    sheet.close()
    return target.getvalue()


def head(sheet: Sheet, paper: Paper) -> None:
    for line in wrapped(paper.title, INNER, 21, 2, STRONG):
        sheet.write(MARGIN, sheet.y, line, Pen(21, font=STRONG))
        sheet.y -= 26
    sheet.y -= 2
    for name, words in paper.facts:
        sheet.write(MARGIN, sheet.y, name, Pen(8.5, ink=QUIET), FACTS_LEFT - 8)
        for line in wrapped(words, INNER - FACTS_LEFT, 8.5, 3):
            sheet.write(MARGIN + FACTS_LEFT, sheet.y, line, Pen(8.5))
            sheet.y -= 12.5
    sheet.y -= 2
    sheet.rule(MARGIN, sheet.y, INNER)
    sheet.y -= 8


def put_part(sheet: Sheet, part: Part) -> None:
    if part.numbers:
        rows = [part.numbers[start : start + COLUMNS] for start in range(0, len(part.numbers), COLUMNS)]
        title(sheet, part.title, row_height(rows[0]))
        for row in rows:
            put_row(sheet, row)
    for place, picture in enumerate(part.pictures):
        height = height_of(picture, INNER - 2 * PAD) + 2 * PAD
        if not part.numbers and not place:
            title(sheet, part.title, height)
        sheet.need(height)
        sheet.box(MARGIN, sheet.y - height, INNER, height)
        draw(sheet, picture, MARGIN + PAD, sheet.y - PAD, INNER - 2 * PAD)
        sheet.y -= height + GAP
    sheet.y -= 4


def title(sheet: Sheet, words: str, below: float) -> None:
    """Never alone at the foot of a page."""
    if not words:
        return
    sheet.need(26 + below)
    sheet.y -= 14
    sheet.write(MARGIN, sheet.y, words, Pen(12, font=STRONG))
    sheet.y -= 10


def row_height(row: list[Number]) -> float:
    lines = max(len(name_lines(one)) for one in row)
    return (
        2 * PAD
        + 11 * lines
        + 9 * most_about(row)
        + 25
        + 11
        + 11
        + (11 if any(one.before for one in row) else 0)
    )


def most_about(row: list[Number]) -> int:
    return max(len(about_lines(one)) for one in row)


def name_lines(one: Number) -> list[str]:
    return wrapped(one.name, CARD - 2 * PAD, 9, LONGEST_NAME)


def about_lines(one: Number) -> list[str]:
    return wrapped(one.about, CARD - 2 * PAD, 7, LONGEST_ABOUT)


def put_row(sheet: Sheet, row: list[Number]) -> None:
    height = row_height(row)
    sheet.need(height)
    for place, one in enumerate(row):
        x = MARGIN + place * (CARD + GAP)
        sheet.box(x, sheet.y - height, CARD, height)
        put_card(sheet, one, x + PAD, sheet.y - PAD, most_about(row))
    sheet.y -= height + GAP


def put_card(sheet: Sheet, one: Number, x: float, top: float, about: int) -> None:
    """`about`: so many lines the cards of its row leave for what they are of, that their values stand on one line."""
    y, room = top - 7, CARD - 2 * PAD
    for line in name_lines(one):
        sheet.write(x, y, line, Pen(9, ink=QUIET), room)
        y -= 11
    for place, line in enumerate(about_lines(one)):
        sheet.write(x, y + 1 - 9 * place, line, Pen(7, ink=QUIET), room)
    y -= 12 + 9 * about
    size = 19.0 if width_of(one.value, 19, STRONG) <= room else 13.0
    sheet.write(x, y, one.value, Pen(size, font=STRONG, ink=QUIET if one.is_small else INK), room)
    y -= 14
    ink: Color = TONES.get(one.tone, QUIET)
    for words, colour in ((one.line, QUIET), (one.change, ink), (one.before, QUIET)):
        if words:
            sheet.write(x, y, words, Pen(7.5, ink=colour), room)
            y -= 11
