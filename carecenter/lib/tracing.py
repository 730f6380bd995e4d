"""Spans for OpenTelemetry, when it is switched on (`carecenter/telemetry.py`); otherwise one comparison each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_tracer: Any = None


def use(tracer: Any) -> None:
    """From here on spans are made with this tracer; None makes none."""
    global _tracer  # noqa: PLW0603 -- one switch of the process
    _tracer = tracer


def is_on() -> bool:
    return _tracer is not None


@contextmanager
def span(name: str, kind: str = "INTERNAL", **attributes: str | int) -> Iterator[Any]:
    """Codes, numbers and host names only: never an address, a query string or what somebody wrote.

    An error that passes is its type; `_` in the names of attributes stands for a dot.
    """
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind, StatusCode

    named = {key.replace("_", "."): value for key, value in attributes.items()}
    with _tracer.start_as_current_span(
        name, kind=SpanKind[kind], attributes=named, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield made
        except BaseException as error:
            made.set_attribute("error.type", type(error).__qualname__)
            made.set_status(StatusCode.ERROR)
            raise
