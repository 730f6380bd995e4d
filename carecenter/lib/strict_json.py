"""JSON from outside, read so that nothing in it can surprise what comes after."""

import json
import math
from typing import Any, NoReturn

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1


class NotStorable(ValueError):
    """Good JSON with something in it that PostgreSQL could not store."""


def load(body: bytes) -> Any:
    """UTF-8 JSON of limited depth, without NUL, lone surrogates, infinities or numbers beyond 64 bits.

    Raises ValueError, its text fit for who sent it.
    """
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=refuse_constant)
    except RecursionError:
        raise NotStorable(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from None
    except ValueError as error:
        raise ValueError(f"The body is not JSON: {error}"[:200]) from None
    check(data)
    return data


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def check(data: Any) -> None:
    """Walk everything without recursion. Raises NotStorable."""
    waiting = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise NotStorable(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
        if isinstance(value, dict):
            waiting.extend((part, depth + 1) for part in value.values())
            waiting.extend((name, depth) for name in value)
        elif isinstance(value, list):
            waiting.extend((part, depth + 1) for part in value)
        else:
            check_scalar(value)


def check_scalar(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise NotStorable("A text has a NUL character or half a surrogate pair.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise NotStorable("A number is too large.")
    elif isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise NotStorable("A number is too large.")
