"""Texts of strangers in files that a spreadsheet opens."""

import re
from typing import Any, Final

BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a program that parts columns by another sign begins a new cell inside our text.
CELL_INSIDE: Final = re.compile(r"(?s)(?<=.)([;,\t\r\n][\s\"]*)(?=[=+\-@＝＋－＠])")


def harmless(value: Any) -> Any:
    """What a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    text = CELL_INSIDE.sub(r"\1'", value.replace("\x00", ""))
    return f"'{text}" if text.lstrip(" \u00a0").startswith(BEGINS_FORMULA) else text
