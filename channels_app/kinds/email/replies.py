"""What a person wrote in this mail: the text without the mails it answers and without the signature.

Never empty where the mail says anything: where all of it looks quoted, all of it is the reply.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from carecenter.lib.html import html_to_text
from channels_app.kinds.email.quotes import OWN_LINK, Break, Split, find_split, is_blank, is_quoted
from channels_app.kinds.email.quotes_html import drop_quotes
from channels_app.kinds.email.signatures import find_marker, is_mobile_line, strip_signature

_MAX_LINES = 6000
_LONGEST_FOOT = 1000
_LONGEST_WORDS = 100
_AROUND = " \t\xa0<>()[]*_"
_FOOTER_RULE = re.compile(r"[-_=*]{2,200}")
_FORWARD_SUBJECT = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|enc|vb|vs|vl|doorst|i|pd|转发|轉寄|転送|전달|прсл)\s*[:：]", re.IGNORECASE
)


def find_reply(text: str, html: str, *, subject: str = "") -> str:
    """The reply, from the plain text where there is one, with the help of the HTML where only that shows the quotes."""
    forward = bool(_FORWARD_SUBJECT.match(subject))
    if text.strip():
        reply = cut_text(text, forward=forward)
        if not html or forward or len(reply) < 0.9 * len(text.strip()):
            return reply
    kept = None if forward else drop_quotes(html)
    if kept is None:
        return reply if text.strip() else cut_text(html_to_text(html), forward=forward)
    return cut_text(html_to_text(kept), forward=False) or cut_text(
        text or html_to_text(html), forward=forward
    )


def cut_text(text: str, *, forward: bool = False) -> str:
    """The reply in plain text. A forward is kept whole: it is what the writer wants us to see."""
    lines = _without_own_foot(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if forward:
        return "\n".join(strip_signature(lines)) or text.strip()
    tail = lines[_MAX_LINES:]
    lines = lines[:_MAX_LINES]
    marker = find_marker(lines)
    if marker is not None:
        tail, lines = [], lines[:marker]
    kept = strip_signature(_cut(lines))
    if tail and kept and len(kept) > _MAX_LINES // 2:
        kept += tail
    return "\n".join(kept).strip("\n").rstrip() or text.strip()


def _without_own_foot(lines: list[str]) -> list[str]:
    """Without the foot of our mail, where a program quoted it without a mark or broke the line off its quote."""
    kept: list[str] = []
    for line in lines:
        link = OWN_LINK.search(line) if "://" in line and len(line) < _LONGEST_FOOT else None
        words, rest = (line[: link.start()], line[link.end() :]) if link else (line, "")
        if link is None or is_quoted(line) or not _is_foot(words, rest):
            kept.append(line)
        elif not words.strip(_AROUND):
            _drop_words(kept)
    return kept


def _drop_words(lines: list[str]) -> None:
    """The line that ends in a colon, which the link stood below."""
    last = next((index for index in reversed(range(len(lines))) if not is_blank(lines[index])), None)
    if last is not None and len(lines[last]) < _LONGEST_WORDS and lines[last].rstrip(_AROUND).endswith(":"):
        del lines[last:]


def _is_foot(words: str, rest: str) -> bool:
    words, rest = words.strip(_AROUND), rest.strip(_AROUND)
    return not rest and (not words or (words.endswith(":") and len(words) < _LONGEST_WORDS))


def _cut(lines: list[str]) -> list[str]:
    split = find_split(lines)
    mobile = next((index for index, line in enumerate(lines) if is_mobile_line(line)), None)
    if mobile is not None and not _empty(lines[:mobile]) and (split is None or mobile < split.start):
        return _without_last_quote(lines[:mobile])
    if split is None:
        return _without_last_quote(lines)
    above = lines[: split.start]
    if split.kind is not Break.ATTRIBUTION:
        return lines if _empty(above) else _without_last_quote(above)
    return _answers(above, lines, split)


def _answers(above: list[str], lines: list[str], split: Split) -> list[str]:
    """Around quotes after an attribution: what stands above, below or between them."""
    below = lines[split.end :]
    first = next((line for line in below if not is_blank(line)), "")
    if not is_quoted(first):
        return below if _empty(above) else _without_last_quote(above)
    runs = _runs(below)
    answers = [
        index for index, (quoted, run) in enumerate(runs) if not quoted and not _empty(strip_signature(run))
    ]
    if any(index + 1 < len(runs) for index in answers):
        return [*above, *below]
    trailing = [line for index in answers for line in runs[index][1]]
    trailing = [] if _is_footer(trailing) else trailing
    nested = find_split(trailing)
    trailing = trailing[: nested.start] if nested else trailing
    return [*above, *trailing] if not _empty(above) or trailing else lines


def _runs(lines: Sequence[str]) -> list[tuple[bool, list[str]]]:
    """Stretches of quoted and unquoted lines. A lone line between quoted ones is a quoted one that was wrapped."""
    runs: list[tuple[bool, list[str]]] = []
    for index, line in enumerate(lines):
        quoted = is_quoted(line)
        if is_blank(line) and runs:
            quoted = runs[-1][0]
        elif not quoted and 0 < index < len(lines) - 1 and is_quoted(lines[index + 1]):
            quoted = _is_wrapped(lines[index - 1])
        if runs and runs[-1][0] == quoted:
            runs[-1][1].append(line)
        else:
            runs.append((quoted, [line]))
    return runs


def _is_wrapped(line: str) -> bool:
    """Whether a mail program may have cut this quoted line: it is long, or ends in an address."""
    return is_quoted(line) and (len(line) > 60 or "http" in line)


def _without_last_quote(lines: list[str]) -> list[str]:
    """Without a block of `>` lines at the end, if anything stands above it."""
    runs = _runs(strip_signature(lines))
    if (
        len(runs) > 1
        and runs[-1][0]
        and not _empty([line for quoted, run in runs[:-1] if not quoted for line in run])
    ):
        return [line for _, run in runs[:-1] for line in run]
    return lines


def _is_footer(lines: Sequence[str]) -> bool:
    """What lists and mail programs put under everything: nothing a person wrote."""
    first = next((line.strip() for line in lines if not is_blank(line)), "")
    return bool(_FOOTER_RULE.fullmatch(first)) or first.startswith("-- ")


def _empty(lines: Sequence[str]) -> bool:
    return all(map(is_blank, lines))
