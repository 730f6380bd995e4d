"""Drawings for the demo's articles, made here so that no picture of anybody's is needed."""

import io
from collections.abc import Callable
from math import cos, pi, sin
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIZE = (1360, 760)  # what is drawn on
SHARP = 1.5  # drawn larger, then made smaller: smooth edges
GROUND, GRASS, FLY, INNER, DARK, ROPE, PEG = (
    "#eef1ea",
    "#dfe6d8",
    "#c9692f",
    "#f2c9a4",
    "#2d3a34",
    "#6b7a71",
    "#2f6f4f",
)


class Sheet:
    """Paper with coordinates of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (round(SIZE[0] * SHARP), round(SIZE[1] * SHARP)), GROUND)
        self.pen = ImageDraw.Draw(self.image)

    def at(self, *points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * SHARP, y * SHARP) for x, y in points]

    def area(self, colour: str, *points: tuple[float, float]) -> None:
        self.pen.polygon(self.at(*points), fill=colour)

    def line(self, colour: str, width: float, *points: tuple[float, float]) -> None:
        self.pen.line(self.at(*points), fill=colour, width=round(width * SHARP), joint="curve")

    def dot(self, colour: str, x: float, y: float, radius: float) -> None:
        self.pen.ellipse(self.at((x - radius, y - radius), (x + radius, y + radius)), fill=colour)

    def number(self, text: str, x: float, y: float) -> None:
        self.dot(DARK, x, y, 21)
        font = ImageFont.load_default(size=24 * SHARP)
        self.pen.text((x * SHARP, y * SHARP), text, fill="#ffffff", font=font, anchor="mm")

    def png(self) -> bytes:
        out = io.BytesIO()
        write = self.image.reduce(2).save
        write(out, "PNG")
        return out.getvalue()


def tent() -> bytes:
    """The Moor 2 from above, in the wind: corners and guy lines by number."""
    sheet = Sheet()
    middle = (760.0, 380.0)
    sheet.pen.ellipse(sheet.at((150, -90), (1370, 850)), fill=GRASS)
    fly = [(460, 380), (560, 200), (960, 180), (1090, 380), (960, 580), (560, 560)]
    sheet.area(FLY, *fly)
    inner = [(590, 265), (930, 250), (930, 510), (590, 495)]
    sheet.area(INNER, *inner)
    for one, other in ((inner[0], inner[2]), (inner[1], inner[3])):
        bent = [bow(one, other, part / 20) for part in range(21)]
        sheet.line(DARK, 7, *bent)
    for place in range(8):
        angle = 2 * pi * place / 8 + pi / 8
        near = (middle[0] + 290 * cos(angle), middle[1] + 190 * sin(angle))
        far = (middle[0] + 470 * cos(angle), middle[1] + 300 * sin(angle))
        sheet.line(ROPE, 3, near, far)
        sheet.dot(PEG, *far, 10)
    for place, (x, y) in enumerate(inner):
        sheet.number(str(place + 1), x, y)
    for y in (270, 380, 490):
        sheet.line(PEG, 8, (70, y), (270, y))
        sheet.area(PEG, (302, y), (262, y - 20), (262, y + 20))
    return sheet.png()


def bow(one: tuple[float, float], other: tuple[float, float], part: float) -> tuple[float, float]:
    """A point of a pole that is bent a little on its way."""
    x = one[0] + (other[0] - one[0]) * part
    y = one[1] + (other[1] - one[1]) * part
    return x, y - sin(pi * part) * 16


DRAWINGS: Final[dict[str, Callable[[], bytes]]] = {"tent": tent}
