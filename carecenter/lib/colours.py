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
