"""Numbers and days as marks that a range can be asked of: `field:amount>=10`, `field:due=2026-01..2026-03`. Pure.

A value becomes a key whose order as text is its order as a number or a day, of the signs `.0123456789:`; 12.5 is
`251125.`. Its row is marked with every beginning of the key, and a range is the few beginnings that cover it: a range
is asked like any other mark, of the same index, in one question with words, permission and time.
"""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

SIGNS: Final = ".0123456789:"
LOWEST, HIGHEST = ".", ":"  # below and above every key
OTHER_WAY_ROUND: Final = str.maketrans(".0123456789", ":9876543210")
NOUGHT = 50  # added to an exponent, so that it has two digits
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# field:amount>=10
ASKED = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,39})(>=|<=|>|<|=)(.*)", re.DOTALL)


def key_of(value: Any) -> str:
    """ "" for what has no order: a text, a code, yes or no."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_key(Decimal(str(value)))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return day_key(value)
    return ""


def day_key(day: dt.date | str) -> str:
    return f"{str(day).replace('-', '')}."


def number_key(number: Decimal) -> str:
    """Sign, exponent, digits, an end that is below every further digit; of a negative one the other way round."""
    if not number:
        return "1."
    digits = "".join(str(one) for one in number.as_tuple().digits).rstrip("0")
    size = f"{number.adjusted() + NOUGHT:02}{digits}."
    return f"0{size.translate(OTHER_WAY_ROUND)}" if number < 0 else f"2{size}"


def beginnings(key: str) -> Iterator[str]:
    return (key[: place + 1] for place in range(len(key)))


def cover(low: str, high: str, *, with_low: bool = True, with_high: bool = True) -> list[str]:
    """Beginnings which all keys from `low` to `high` have one of, and no other key. No key begins with another."""
    if low >= high:
        return [low] if low == high and with_low and with_high else []
    fork = next(place for place, sign in enumerate(low) if sign != high[place])
    found = [low[:fork] + sign for sign in SIGNS if low[fork] < sign < high[fork]]
    for place in range(fork + 1, len(low)):
        found += [low[:place] + sign for sign in SIGNS if sign > low[place]]
    for place in range(fork + 1, len(high)):
        found += [high[:place] + sign for sign in SIGNS if sign < high[place]]
    return [*found, *([low] if with_low else []), *([high] if with_high else [])]


def covered(sign: str, low: str, high: str) -> list[str]:
    """What `>=`, `<` and so on ask for; `low` and `high` are the ends of what stands behind the sign, "" for none."""
    if sign == ">=":
        return cover(low, HIGHEST)
    if sign == ">":
        return cover(high, HIGHEST, with_low=False)
    if sign == "<=":
        return cover(LOWEST, high)
    if sign == "<":
        return cover(LOWEST, low, with_high=False)
    return cover(low or LOWEST, high or HIGHEST)


def numbers(text: str) -> tuple[str, str] | None:
    """The ends of `10` or `10..20`, as keys; one of them may be open. None for what are no numbers."""
    ends = [number(part) if part else "" for part in parts(text)]
    return None if None in ends or not any(ends) else (ends[0] or "", ends[1] or "")


def number(text: str) -> str | None:
    fits = re.fullmatch(r"[+-]?\d{1,16}(?:[.,]\d{1,9})?", text, re.ASCII)
    return number_key(Decimal(text.replace(",", "."))) if fits else None


def parts(text: str) -> tuple[str, str]:
    first, dots, last = text.strip().lower().partition("..")
    return (first, last) if dots else (first, first)
