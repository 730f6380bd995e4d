"""Where in a text somebody else's mail begins: attribution lines, header blocks and separators in many languages.

Works line by line with a small window and patterns without nested repetition: linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from channels_app.kinds.email.quote_words import KEYS, VERBS, VERBS_WITHOUT_SPACES

_LONGEST_LINE = 600
_LONGEST_ATTRIBUTION = 420
_WINDOW = 4
_LOOSE_WINDOW = 8

# The link at the foot of our own mails, also as mail programs wrap it for their checks.
OWN_LINK = re.compile(
    r"https?://\S{1,600}(?:/|%2f)my(?:/|%2f)tickets(?:/|%2f)[a-z2-7]{26}(?:/|%2f)(?:\?|%3f)to(?:=|%3d)[0-9a-f]{16}",
    re.IGNORECASE,
)

_VERB = re.compile(
    rf"\b(?:{'|'.join(sorted(map(re.escape, VERBS), key=len, reverse=True))})(?:\(a\))?(?!\w)|"
    + "|".join(VERBS_WITHOUT_SPACES),
    re.IGNORECASE,
)
# "On 12 May I sent you this:" quotes nobody: in English the verb comes last, or before a date.
_ENGLISH = ("wrote", "writes", "sent", "said")
_START = re.compile(
    r"(?:[-—*_ ]{0,8})(?:on|le|el|il|am|op|den|på|em|on|w dniu|dnia|dne|dňa|vào|no dia|na|den|a|pada|"
    r"în|la data|ekki|kl\.?|"
    r"ma|ti|ke|to|pe|la|su|lun|mar|mer|jeu|ven|sam|dim|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|"
    r"четверг|пятница|суббота|воскресенье|"
    r"mon|tue|wed|thu|fri|sat|sun)[a-zäöéç]{0,6}\b[ .,]|(?:[-—*_ ]{0,8})(?:在|于|於|\d{1,4}[-./年년 ]|"
    r"\[?\d{1,2}:\d\d)",
    re.IGNORECASE,
)
_DATE_START = re.compile(
    r"\s{0,8}(?:\d{4}[-/.年년]\s?\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.? \w{3,10}\.? \d{4})"
)
_DIGITS = re.compile(r"\d{1,4}[-./: 年月년월,]|\d{4}")
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}\.[\w.-]{2,100}|<\s?mailto:")
_LOOSE_START = re.compile(r"\s{0,4}(?:on|am|le|el|il|op|em|den)\s{1,2}\S.{0,60}\d", re.IGNORECASE)
_END = re.compile(r"[:：]\s*[-—*_]{0,10}\s*$")
_QUOTED = re.compile(r"[ \t]{0,3}(?:>|\|(?: |$)|&gt;)")
_BLANK = re.compile(r"[\s\u200b\ufeff\xa0]*$")

_ORIGINAL_WORDS = (
    r"original (?:message|mail|e-?mail|appointment)|(?:forwarded|reply) message|message original|"
    r"ursprüngliche nachricht|originalnachricht|"
    r"weitergeleitete nachricht|original-?nachricht|message d'origine|message original|"
    r"message transféré|message initial|mensaje original|mensaje reenviado|"
    r"messaggio originale|messaggio inoltrato|mensagem original|mensagem encaminhada|"
    r"oorspronkelijk bericht|doorgestuurd bericht|"
    r"ursprungligt meddelande|originalmeddelande|vidarebefordrat|oprindelig meddelelse|"
    r"original ?meddelelse|opprinnelig melding|alkuperäinen viesti|"
    r"wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|původní zpráva|původní e-?mail|"
    r"pôvodná správa|eredeti üzenet|mesajul original|mesaj original|"
    r"исходное сообщение|исходное письмо|пересылаемое сообщение|оригинальное сообщение|"
    r"оригінальне повідомлення|orijinal (?:ileti|mesaj)|asıl mesaj|izvorna poruka|originalna poruka|"
    r"αρχικό μήνυμα|tin nhắn gốc|thư gốc|原始邮件|原始郵件|原邮件|转发的邮件|转发邮件|原文|"
    r"元のメッセージ|転送メッセージ|원본 메시지|원본 메일|"
    r"הודעה מקורית|الرسالة الأصلية"
)
_SEPARATOR = re.compile(
    rf"[\s>*_]{{0,10}}[-—=_]{{2,60}}[ \t*]{{0,4}}(?:{_ORIGINAL_WORDS})[ \t*:]{{0,4}}[-—=_*\s]{{0,60}}$",
    re.IGNORECASE,
)
_BEGIN_FORWARD = re.compile(
    r"\s{0,4}(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|"
    r"début du message (?:réexpédié|transféré)|inizio messaggio inoltrato|"
    r"inicio del mensaje reenviado|início da mensagem encaminhada|begin doorgestuurd bericht|"
    r"vidarebefordrat brev|start på videresendt besked|下面是被转发的邮件|転送されたメッセージ)\s?[:：]",
    re.IGNORECASE,
)
_DASHED = re.compile(r"[ \t]{0,4}---[^\n]{1,400}---[ \t]{0,8}")
_FORWARDED = re.compile(
    r"forward|weitergeleitet|transf[ée]r|réexpédié|reenviad|inoltrat|encaminhad|doorgestuurd|"
    r"vidarebefordra|videresend|przekazan|пересыл|转发|転送",
    re.IGNORECASE,
)

_KEY = re.compile(
    r"(?:^|[\n*>\t]|(?<= ))[ \t>*_]{0,12}(?:"
    + "|".join(
        f"(?P<{name}>{'|'.join(sorted(names, key=len, reverse=True))})" for name, names in KEYS.items()
    )
    + r")[ \t*_]{0,4}[:：]",
    re.IGNORECASE,
)
_KEY_START = re.compile(_KEY.pattern.replace(r"(?:^|[\n*>\t]|(?<= ))", "", 1), re.IGNORECASE)


class Break(Enum):
    """What kind of line begins the other mail."""

    ATTRIBUTION = "attribution"
    HEADERS = "headers"
    SEPARATOR = "separator"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Split:
    """The other mail begins at line `start`; what it says begins at line `end`."""

    start: int
    end: int
    kind: Break


def is_blank(line: str) -> bool:
    return bool(_BLANK.match(line))


def is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line))


def find_split(lines: Sequence[str], start: int = 0) -> Split | None:
    """The first place at or after `start` where another mail begins outside `>` quotes."""
    for index in range(start, len(lines)):
        line = lines[index]
        if len(line) > _LONGEST_LINE or is_blank(line) or line.lstrip()[:1] == ">":
            continue
        if _SEPARATOR.match(line) or _BEGIN_FORWARD.match(line):
            kind = Break.FORWARD if _FORWARDED.search(line) else Break.SEPARATOR
            return Split(index, index + 1, kind)
        if _DASHED.fullmatch(line) and _has_verb(line):
            return Split(index, index + 1, Break.ATTRIBUTION)
        if (end := _match_headers(lines, index)) is not None:
            return Split(index, end, Break.HEADERS)
        if (end := _match_attribution(lines, index)) is not None:
            return Split(index, end, Break.ATTRIBUTION)
    return None


def _match_attribution(lines: Sequence[str], index: int) -> int | None:
    """The line after an attribution that begins at `index`, over as many lines as mailers fold it to."""
    line = lines[index]
    starts = bool(_START.match(line))
    if (
        not starts
        and not _has_verb(line)
        and not (_ADDRESS.search(line) and line.rstrip().endswith(("<", ">")))
    ):
        return None
    limit = _LOOSE_WINDOW if _LOOSE_START.match(line) else _WINDOW
    joined = ""
    for end in range(index, min(index + limit, len(lines))):
        part = lines[end]
        if is_blank(part):
            if limit == _WINDOW or _END.search(joined):
                break
            continue
        if len(part) > _LONGEST_LINE or (
            end > index and is_quoted(part) and part.strip()[:2] not in ("> ", ">:")
        ):
            break
        joined = f"{joined} {part.strip()}" if joined else part.strip()
        if len(joined) > _LONGEST_ATTRIBUTION:
            break
        if _is_attribution(joined, starts, _next_line(lines, end + 1)):
            return end + 1
        if _END.search(joined) and not joined.endswith(("mailto:", "Mailto:")):
            break
    return None


def _has_verb(line: str) -> bool:
    """Plain search first: it is many times cheaper than the pattern, and hardly any line has one."""
    lowered = line.lower()
    return any(word in lowered for word in (*VERBS, *VERBS_WITHOUT_SPACES)) and bool(_VERB.search(line))


def _next_line(lines: Sequence[str], index: int) -> str:
    return next((line for line in lines[index : index + 4] if not is_blank(line)), "")


def _is_attribution(text: str, starts: bool, following: str) -> bool:
    ended = bool(_END.search(text))
    address = bool(_ADDRESS.search(text))
    dated = bool(_DIGITS.search(text))
    quoted = is_quoted(following)
    verbs = list(_VERB.finditer(text))
    if verbs:
        tail = text[verbs[-1].end() :].strip(" :：-—*_.()")
        last = not tail
        if not ended and not (last and dated and address and starts):
            return False
        told = not tail or bool(_DIGITS.search(tail)) or verbs[-1][0].lower() not in _ENGLISH
        return (starts and dated and told) or address or (quoted and (dated or last))
    if address and starts and dated and text.endswith((">:", ">：", "):")):
        return True
    if not address or not _DATE_START.match(text):
        return False
    return ended or (quoted and text.rstrip().endswith(">"))


def _match_headers(lines: Sequence[str], index: int) -> int | None:
    """The line after a block of From, Sent, To, Subject that begins at `index`; at least a sender and one more."""
    first = _KEY_START.match(lines[index])
    if not first or first.lastgroup == "to":
        return None
    found: set[str] = set()
    end, blanks = index, 0
    for position in range(index, min(index + 14, len(lines))):
        line = lines[position]
        if is_blank(line):
            blanks += 1
            if blanks > 1 and len(found) >= 2:
                break
            continue
        if len(line) > _LONGEST_LINE:
            break
        key = _KEY_START.match(line)
        if key:
            found |= {match.lastgroup or "" for match in _KEY.finditer(line)}
            found.add(key.lastgroup or "")
            end = position + 1
        elif position > end + 1 or (blanks and len(found) >= 2):
            break
    if "from" in found and len(found) >= 2 and ("date" in found or "subject" in found):
        return end
    return None
