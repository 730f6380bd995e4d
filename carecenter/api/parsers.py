"""JSON in, read so that nothing in it can surprise what comes after; and JSON out, whatever `Accept` says."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from carecenter.api.problems import Problem

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1


class OneForm(DefaultContentNegotiation):
    """What is there has one form only: `Accept` cannot ask for another."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of limited size and depth, without NUL, lone surrogates, infinities or numbers beyond 64 bits.

    Raises ParseError (400) for what PostgreSQL could not store anyway, Problem 413 for what is too large.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem(413, "too-large", f"A request may have {limit} bytes.")
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=refuse_constant)
        except RecursionError:
            raise ParseError(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}"[:200]) from None
        check(data)
        return data


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def check(data: Any) -> None:
    """Walk everything without recursion. Raises ParseError."""
    waiting = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ParseError(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
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
            raise ParseError("A text has a NUL character or half a surrogate pair.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ParseError("A number is too large.")
    elif isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise ParseError("A number is too large.")
