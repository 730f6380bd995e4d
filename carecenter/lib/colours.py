"""A brand's colour, and what is readable on it."""

import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT = "#3f51d9"


def safe_colour(colour: str) -> str:
    """The colour as "#rrggbb"; the product's own for what is none."""
    return colour if _HEX.fullmatch(colour) else DEFAULT


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 has it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_on(colour: str) -> str:
    """Black or white, whichever stands out more: always at least 4.5 to 1."""
    light = luminance(safe_colour(colour))
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours: 1 for the same, 21 for black on white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour: str, ground: str, *, ratio: float = 4.8) -> str:
    """The colour, moved towards black or white until it can be read on this ground."""
    colour = safe_colour(colour)
    target = 255 if luminance(ground) < 0.2 else 0
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for step in range(21):
        share = step / 20
        mixed = "#" + "".join(f"{round(part + (target - part) * share):02x}" for part in parts)
        if contrast(mixed, ground) >= ratio:
            return mixed
    return "#ffffff" if target else "#000000"
