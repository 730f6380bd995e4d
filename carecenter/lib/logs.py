"""How a line of the log is written: one entry a line, in UTC, without people's addresses and without keys of links."""

import logging
import re
import textwrap
import time

from carecenter.lib.redaction import ADDRESS, redact

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# A part of a path that is long and has a digit in it: what opens a link of ours, or once opened it.
KEY = re.compile(r"(?<=/)(?=[^/\s]*\d)[\w:.=~-]{20,}")


class OneLine(logging.Formatter):
    """What a stranger sent cannot begin an entry of its own: tracebacks are indented."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        said = CONTROLS.sub(lambda found: repr(found[0])[1:-1], record.getMessage())
        clean = {"msg": KEY.sub("[key]", ADDRESS.sub("[address]", said)), "args": None, "exc_text": None}
        return super().format(logging.makeLogRecord(record.__dict__ | clean))

    def formatException(self, ei: object) -> str:  # noqa: N802  logging's own name
        return textwrap.indent(redact(super().formatException(ei)), "  ", lambda _line: True)  # type: ignore[arg-type]
