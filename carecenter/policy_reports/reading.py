"""What a browser's report says, in both forms there are, without anything of a person in it.

An address may hold a token, so that of the page becomes its name in the address table, and that of what was blocked
its origin. What a browser's own extensions do on our pages is not ours to mend, and left out.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

MOST_AT_ONCE = 10
DIRECTIVE = re.compile(r"[a-z][a-z-]{2,39}")
KEYWORD = re.compile(r"[a-z][a-z-]{0,39}")


@dataclass(frozen=True)
class Violation:
    directive: str
    blocked: str
    page: str


def violations(body: bytes, *, host: str) -> list[Violation]:
    """Those of pages of this host; [] for what is no report."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return []
    items = said if isinstance(said, list) else [said]
    found = [violation(item, host) for item in items[:MOST_AT_ONCE] if isinstance(item, dict)]
    return [one for one in found if one is not None]


def violation(item: dict[str, Any], host: str) -> Violation | None:
    """Of `report-uri` (one object, words with hyphens) or of `report-to` (a list, words in capitals)."""
    report = item.get("csp-report", item.get("body"))
    if not isinstance(report, dict):
        return None
    directive = word(report, "effective-directive", "effectiveDirective", "violated-directive").split(" ")[0]
    page = parts_of(word(report, "document-uri", "documentURL"))
    blocked = origin_of(word(report, "blocked-uri", "blockedURL"))
    source = origin_of(word(report, "source-file", "sourceFile"))
    if page is None or page.netloc != host or not DIRECTIVE.fullmatch(directive) or not blocked:
        return None
    if any("-extension" in one.partition(":")[0] for one in (blocked, source)):
        return None
    return Violation(directive, blocked, name_of(page.path))


def word(report: dict[str, Any], *names: str) -> str:
    """The first of the names that says something."""
    return next((text for name in names if isinstance(text := report.get(name), str) and text), "")


def parts_of(address: str) -> Any:
    try:
        return urlsplit(address[:4000])
    except ValueError:
        return None


def origin_of(address: str) -> str:
    """`inline`, `eval`, `data`; of an address scheme and host, as `https://elsewhere.example`."""
    if KEYWORD.fullmatch(address):
        return address
    parts = parts_of(address)
    if parts is None or not KEYWORD.fullmatch(parts.scheme):
        return ""
    name = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{name}"[:120] if name.isascii() and name.isprintable() else ""


def name_of(path: str) -> str:
    """As the address table calls it; empty for a page that is none of ours."""
    try:
        return resolve(path).view_name[:80]
    except Resolver404:
        return ""
