"""A sheet of paper to write on: fonts, words that keep to their room, and the head and foot of each page.

Fira Sans (of the package fontpkg-fira-sans) has Latin, Greek and Cyrillic letters. Text stays text: it can be
searched and copied.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from insights.domain.workbook import UNWRITABLE

PLAIN: Final = "Sheet"
STRONG: Final = "Sheet-Strong"
FILES: Final = {PLAIN: "FiraSans-Regular.ttf", STRONG: "FiraSans-SemiBold.ttf"}
WIDTH, HEIGHT = A4
MARGIN: Final = 42.0
INNER: Final = WIDTH - 2 * MARGIN
TOP: Final = HEIGHT - 62
BOTTOM: Final = 54.0

INK: Final = HexColor("#17181c")
QUIET: Final = HexColor("#5e616b")
LINE: Final = HexColor("#e2e3e8")
PALE: Final = HexColor("#f2f3f6")
FIRST: Final = HexColor("#3a55d9")
SECOND: Final = HexColor("#2fa87d")
THIRD: Final = HexColor("#dd7a2b")
TONES: Final = {"green": HexColor("#15803d"), "red": HexColor("#c02626")}


@cache
def register() -> None:
    """Once a process; a font takes a moment to read."""
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(files("fontpkg_fira_sans") / "files" / file)))


def width_of(text: str, size: float, font: str = PLAIN) -> float:
    return float(pdfmetrics.stringWidth(text, font, size))


def writable(text: str) -> str:
    """On one line, without what no file may hold."""
    return " ".join(UNWRITABLE.sub("", text).split())


def fitted(text: str, room: float, size: float, font: str = PLAIN) -> str:
    """As much of it as there is room for, with dots where it is cut."""
    if width_of(text, size, font) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle].rstrip() + "…", size, font) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def wrapped(text: str, room: float, size: float, lines: int, font: str = PLAIN) -> list[str]:
    """In at most so many lines; what is left is cut off the last, and a word without end off its own."""
    words = writable(text).split()
    found: list[str] = []
    while words and len(found) < lines - 1:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}", size, font) <= room:
            line = f"{line} {words.pop(0)}"
        found.append(fitted(line, room, size, font))
    if words:
        found.append(fitted(" ".join(words), room, size, font))
    return found


@dataclass(frozen=True)
class Pen:
    size: float
    font: str = PLAIN
    ink: Color = INK


class Pages(Canvas):
    """Knows how many pages there are when each of them gets its foot."""

    def __init__(self, *args: Any, foot: Callable[["Pages", int, int], None], **more: Any) -> None:
        super().__init__(*args, **more)
        self.foot = foot
        self.kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 -- the library's name
        self.kept.append(dict(self.__dict__))
        self._startPage()

    def finish(self) -> None:
        for number, page in enumerate(self.kept, start=1):
            self.__dict__.update(page)
            self.foot(self, number, len(self.kept))
            super().showPage()
        super().save()


class Sheet:
    """`y` goes down as things are put on it; `need` begins a new page when there is not so much room any more."""

    def __init__(self, target: Any, *, title: str, about: str, language: str) -> None:
        register()
        self.title, self.about = writable(title), writable(about)
        self.canvas = Pages(target, pagesize=A4, lang=language, foot=self.foot, pageCompression=1)
        self.canvas.setTitle(self.title)
        self.canvas.setCreator("Carecenter")
        self.y = TOP

    def write(self, x: float, y: float, text: str, pen: Pen, room: float = INNER) -> None:
        self.canvas.setFont(pen.font, pen.size)
        self.canvas.setFillColor(pen.ink)
        self.canvas.drawString(x, y, fitted(writable(text), room, pen.size, pen.font))

    def write_right(self, x: float, y: float, text: str, size: float, ink: Color = QUIET) -> None:
        self.canvas.setFont(PLAIN, size)
        self.canvas.setFillColor(ink)
        self.canvas.drawRightString(x, y, text)

    def write_middle(self, x: float, y: float, text: str, size: float, ink: Color = QUIET) -> None:
        self.canvas.setFont(PLAIN, size)
        self.canvas.setFillColor(ink)
        self.canvas.drawCentredString(x, y, text)

    def box(self, x: float, y: float, width: float, height: float, *, radius: float = 6) -> None:
        """A frame for what belongs together."""
        self.canvas.setStrokeColor(LINE)
        self.canvas.setLineWidth(0.8)
        self.canvas.roundRect(x, y, width, height, radius, stroke=1, fill=0)

    def bar(self, x: float, y: float, width: float, height: float, ink: Color, *, radius: float = 0) -> None:
        self.canvas.setFillColor(ink)
        self.canvas.roundRect(x, y, width, height, min(radius, width / 2, height / 2), stroke=0, fill=1)

    def rule(self, x: float, y: float, width: float, ink: Color = LINE) -> None:
        self.canvas.setStrokeColor(ink)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x, y, x + width, y)

    def need(self, height: float) -> None:
        if self.y - height < BOTTOM:
            self.canvas.showPage()
            self.y = TOP

    def foot(self, canvas: Pages, number: int, total: int) -> None:
        """What it is above every page but the first, which says more; and the number of each."""
        if number > 1:
            self.write_right(WIDTH - MARGIN, HEIGHT - 40, fitted(self.about, INNER / 2, 8.5), 8.5)
            room = INNER - min(width_of(self.about, 8.5), INNER / 2) - 12
            self.write(MARGIN, HEIGHT - 40, self.title, Pen(8.5, ink=QUIET), room)
            self.rule(MARGIN, HEIGHT - 48, INNER)
        self.rule(MARGIN, 40, INNER)
        self.write(MARGIN, 27, "Carecenter", Pen(8, ink=QUIET))
        words = _("Page %(number)s of %(total)s") % {"number": number, "total": total}
        self.write_right(WIDTH - MARGIN, 27, words, 8)

    def close(self) -> None:
        self.canvas.showPage()
        self.canvas.finish()
