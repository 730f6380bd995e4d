"""What processes print: what happened and where, never what people wrote, who they are, or what opens a door.

One formatter for all loggers, those of packages too. An error is its type and its frames: its message may quote a row.
`CARECENTER_LOG_VALUES` prints messages of errors as well, for a developer's own machine.
"""

import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from carecenter.lib.redaction import redact

logger = logging.getLogger("carecenter.requests")

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
PATH_TOKEN = re.compile(r"(?<=/)(?=[\w.~=-]*\d)[\w.~=-]{16,}")
QUERY = re.compile(r"(?<=[/\w])\?[^\s\"']+")
SECRET = re.compile(r"\b(Bearer|Basic|whsec_|v1,)\s?[\w.~+/=-]+")
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
ERROR_CAUSES: Final = 4
ERROR_FRAMES: Final = 12

request_id: ContextVar[str] = ContextVar("request_id", default="")

Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def scrub(text: str) -> str:
    """The text without addresses, numbers of people, query strings and what looks like a token; in one line."""
    clean = SECRET.sub(r"\1 [secret]", QUERY.sub("?[left out]", PATH_TOKEN.sub("[token]", redact(text))))
    return CONTROLS.sub(lambda found: repr(found[0])[1:-1], clean)


def error_lines(error: BaseException, *, with_values: bool) -> list[str]:
    """Its type and frames, and those of what caused it, the first cause last."""
    lines: list[str] = []
    found: BaseException | None = error
    for _ in range(ERROR_CAUSES):
        if found is None:
            break
        said = f": {scrub(str(found))}" if with_values else ""
        lines.append(f"{type(found).__module__}.{type(found).__qualname__}{said}")
        frames = traceback.extract_tb(found.__traceback__)[-ERROR_FRAMES:]
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return lines


def said(record: logging.LogRecord) -> str:
    """The message; of a request its route instead of its address, of a task its name instead of its error."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        return f"{getattr(record, 'status_code', '')} {request.method} {route_of(request)}".strip()
    if record.name.startswith("celery.") and isinstance(record.args, dict) and "id" in record.args:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f"task {record.args.get('name', '')} {record.args['id']}: {kind or record.levelname.lower()}"
    return scrub(record.getMessage())


def route_of(request: HttpRequest) -> str:
    """The pattern of the address, which holds no value of it."""
    match = request.resolver_match
    return f"/{match.route}" if match else "no such address"


class LineFormatter(logging.Formatter):
    """For people: when, how bad, where, what."""

    def __init__(self, with_values: bool = False) -> None:
        super().__init__()
        self.with_values = with_values

    def format(self, record: logging.LogRecord) -> str:
        marks = "".join(f" {name}={value}" for name, value in marks_of(record).items())
        line = f"{moment_of(record)} {record.levelname} {record.name} {said(record)}{marks}"
        if record.exc_info and record.exc_info[1]:
            error = error_lines(record.exc_info[1], with_values=self.with_values)
            line = "\n  ".join([line, *error])  # nothing in it can begin an entry of its own
        return line


class JsonFormatter(LineFormatter):
    """For machines: an object a line."""

    def format(self, record: logging.LogRecord) -> str:
        found = {
            "at": moment_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": said(record),
            **marks_of(record),
        }
        if record.exc_info and record.exc_info[1]:
            found["error"] = error_lines(record.exc_info[1], with_values=self.with_values)
        return json.dumps(found, ensure_ascii=False)


def moment_of(record: logging.LogRecord) -> str:
    return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03}Z"


def marks_of(record: logging.LogRecord) -> dict[str, Any]:
    """The request it belongs to, and what `marks` of the call says: numbers and codes."""
    marks: dict[str, Any] = {"request": request_id.get()} if request_id.get() else {}
    return marks | getattr(record, "marks", {})


class RequestLog:
    """Middleware, outermost: an id for each request, in all its lines and in the answer; and a line when it ends.

    An id that a proxy gives in X-Request-ID is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8))
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id.get()
            if logger.isEnabledFor(logging.INFO):
                tell(request, response.status_code, began)
            return response
        finally:
            request_id.reset(token)


def tell(request: HttpRequest, status: int, began: float) -> None:
    marks = {"status": status, "ms": round((time.perf_counter() - began) * 1000, 1)}
    if user := user_id_of(request):
        marks["user"] = user
    logger.info("%s %s", request.method, route_of(request), extra={"marks": marks})


def user_id_of(request: HttpRequest) -> int | None:
    """Who it was, if somebody has asked that already: a line of the log is worth no query."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    return getattr(user, "pk", None)
