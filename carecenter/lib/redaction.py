"""Take people out of text that is kept for administrators: logs, errors of handlers, delivery attempts."""

import re
import traceback

ADDRESS = re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:=]+")
NUMBER = re.compile(r"\+?\d[\d ()/.-]{6,}\d")
# PostgreSQL repeats the row that broke a rule: "DETAIL:  Key (email)=(dana@example.net) already exists."
DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*(\n(?![A-Z]).*)*", re.MULTILINE)


def redact(text: str) -> str:
    """The text without mail addresses, telephone numbers and what the database says of rows."""
    return NUMBER.sub("[number]", ADDRESS.sub("[address]", DETAIL.sub(r"\1: [left out]", text)))


def describe(error: BaseException, *, limit: int = 4000) -> str:
    """The last frames and the message of an error, redacted, its end when it is long."""
    lines = traceback.TracebackException.from_exception(error, limit=-4).format()
    return redact("".join(lines))[-limit:]
