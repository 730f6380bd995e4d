"""Delivery reports: RFC 3464 first, then what mail systems wrote before it and beside it."""

from __future__ import annotations

import re
from dataclasses import replace

from channels_app.kinds.base import Bounce
from channels_app.kinds.email.automatic import is_machine_sender
from channels_app.kinds.email.body import Body
from channels_app.kinds.email.bounce_json import read_json_notice
from channels_app.kinds.email.bounce_reasons import find_code, is_hard
from channels_app.kinds.email.bounce_text import explanation_of, find_failures, is_failure_notice
from channels_app.kinds.email.charsets import decode_text
from channels_app.kinds.email.headers import Headers, read_headers
from channels_app.kinds.email.mime import Part
from channels_app.kinds.email.words import parse_addresses, parse_ids

_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_HEADERS = {"text/rfc822-headers", "message/global-headers"}
_MAX_BOUNCES = 200
_MAX_GROUPS = 1000
_QUIET_ACTIONS = {"delivered", "relayed", "expanded", "success"}
_MESSAGE_ID = re.compile(
    rb"(?:^|\n)[ \t>|]{0,4}Message-ID:[ \t]{0,40}(?:\r?\n[ \t]{1,40})?(<[^<>\s]{3,900}>)", re.IGNORECASE
)


def read_bounces(root: Part, body: Body, *, subject: str, sender: str, text: str) -> tuple[Bounce, ...]:
    """One entry for each recipient that did not get our mail, or not yet; () if this is no failure report."""
    groups = _read_groups(body.reports)
    if not groups and body.messages and is_machine_sender(sender):
        # A relay wrapped the report of another one.
        groups = _read_groups([part for message in body.messages[:3] for part in _status_parts(message)])
    is_notice, listed = read_json_notice(text)
    if is_notice:
        return listed[:_MAX_BOUNCES]
    original = _find_original(root, body)
    said = text[:40_000]
    if groups:
        explanation = explanation_of(said)
        bounces = [found for group in groups if (found := _from_group(group, explanation))]
        if not bounces and not all(_action(group) in _QUIET_ACTIONS for group in groups):
            bounces = _from_text(root, explanation, subject)
    elif is_failure_notice(root.headers, subject=subject, text=said, is_machine=is_machine_sender(sender)):
        bounces = _from_text(root, explanation_of(said), subject)
    else:
        return ()
    unique = {bounce.recipient.lower(): bounce for bounce in reversed(bounces)}
    return tuple(replace(bounce, original_message_id=original) for bounce in reversed(unique.values()))[
        :_MAX_BOUNCES
    ]


def is_report(body: Body, text: str) -> bool:
    """Whether machine-readable parts of any report are in the mail: delivery, reading, complaint."""
    return read_json_notice(text)[0] or any(part.content_type not in _HEADERS for part in body.reports)


def _status_parts(part: Part) -> list[Part]:
    if part.content_type in _STATUS:
        return [part]
    return [found for child in part.children[:20] for found in _status_parts(child)]


def _read_groups(reports: list[Part]) -> list[Headers]:
    """The per-recipient groups of every delivery-status part."""
    groups: list[Headers] = []
    for part in reports:
        if part.content_type not in _STATUS:
            continue
        data = part.content()[:1_000_000].replace(b"\r\n", b"\n").strip(b"\n")
        for block in re.split(rb"\n[ \t]*\n", data)[:_MAX_GROUPS]:
            headers, _ = read_headers(block + b"\n\n", 0, len(block) + 2)
            if headers.has("final-recipient") or headers.has("original-recipient") or headers.has("action"):
                groups.append(headers)
    return groups


def _action(group: Headers) -> str:
    words = group.text("action").lower().split()
    return words[0].strip("().,;") if words else ""


def _from_group(group: Headers, explanation: str) -> Bounce | None:
    action = _action(group)
    status = find_code(group.text("status"))
    if action in _QUIET_ACTIONS or (not action and group.text("status").startswith("2")):
        return None
    diagnostic = _typed_value(group.get("diagnostic-code"))
    recipient = next(
        (
            value
            for name in ("original-recipient", "final-recipient")
            if "@" in (value := _typed_address(group.get(name)))
        ),
        _typed_address(group.get("final-recipient")),
    )
    words = diagnostic or dict(find_failures(explanation)).get(recipient.lower()) or explanation[:6000]
    code = find_code(words if len(words) < 2000 else diagnostic, status)
    if action == "delayed" and code.startswith("5"):
        code = status
    hard = action != "delayed" and is_hard(code, words, final=action == "failed")
    return Bounce(recipient, code, hard, " ".join(words.split())[:1000])


def _typed_value(value: bytes) -> str:
    """`smtp; 550 no such user`: the part after the type."""
    text = " ".join(decode_text(value).split())
    kind, semicolon, rest = text.partition(";")
    return rest.strip() if semicolon and len(kind) < 40 and " " not in kind.strip() else text


def _typed_address(value: bytes) -> str:
    text = _typed_value(value)
    pairs = parse_addresses(text.encode())
    return next((address for _, address in pairs if address), text)[:320]


def _from_text(root: Part, explanation: str, subject: str) -> list[Bounce]:
    """Failures that only words tell of. Where no address is named, one entry without a recipient."""
    failed = [
        address for value in root.headers.all("x-failed-recipients") for _, address in parse_addresses(value)
    ]
    found = find_failures(explanation)
    recipients = failed or [address for address, _ in found] or [""]
    said = dict(found)
    bounces = []
    for recipient in recipients[:_MAX_BOUNCES]:
        diagnostic = said.get(recipient) or _first_lines(explanation)
        code = find_code(diagnostic, explanation[:8000])
        hard = is_hard(code, diagnostic, explanation[:4000], subject)
        bounces.append(Bounce(recipient, code, hard, diagnostic[:1000]))
    return bounces


def _first_lines(text: str) -> str:
    return " ".join(text[:1500].split())


def _find_original(root: Part, body: Body) -> str:
    """The Message-ID of the mail that came back: from its own part, else from the last header lines in the text."""
    for part in body.messages:
        if part.children and (ids := parse_ids(part.children[0].headers.get("message-id"))):
            return ids[0]
    for part in body.reports:
        if part.content_type in _HEADERS:
            headers, _ = read_headers(part.content(), 0, 200_000)
            if ids := parse_ids(headers.get("message-id")):
                return ids[0]
    found = _MESSAGE_ID.findall(root.raw[root.body_start : min(root.end, root.body_start + 500_000)])
    return next(iter(parse_ids(found[-1])), "") if found else ""
