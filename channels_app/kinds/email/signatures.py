"""The end of what a person wrote: signature delimiters, lines of mobile mail programs, rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels_app.kinds.email.quotes import is_blank

_DELIMITER = re.compile(r"(?:--|—|––)[ \t\xa0]*$|-- \S{0,40}$")
_RULE = re.compile(r"[ \t>*]*[-_=*~—–#.]{3,}[ \t*]*$")
_MARKER = re.compile(r"##-.{1,200}-##")
_MOBILE = re.compile(
    r"[ \t*_<>(\[\"-]{0,6}(?:"
    r"sent (?:from|via|by|with|using|on) (?:(?:my|a|an|the|outlook|yahoo|mail|gmail|mobile|windows|"
    r"samsung|proton|airmail|mailbox|spark|blackberry|iphone|ipad|android|telekom|aol|nine|bluemail|"
    r"acompli|tutanota|newton|zoho|front|superhuman|fairmail|k-9|xfinity|at&t|verizon|t-mobile|gmx|"
    r"web\.de|hey)\b).{0,100}|"
    r"get (?:outlook|blue ?mail) for (?:ios|android|mobile).{0,80}|(?:this )?(?:message|"
    r"e-?mail) (?:was )?sent from (?:my|a).{0,80}|from my (?:iphone|ipad|ipod|android|mobile|phone|"
    r"samsung|blackberry).{0,40}|"
    r"(?:someone )?(?:from|via) (?:my )?mobile|"
    r"envoyé (?:depuis|de|à partir|via|avec) .{0,80}|télécharge[rz] outlook.{0,60}|"
    r"(?:von|mit|gesendet (?:von|mit|über|aus)) (?:mein\w{0,2}|dem|der|outlook|yahoo|gmx|web\.de|mail|"
    r"iphone|samsung|unterwegs|mobile).{0,60}(?:gesendet|iphone|ipad|android|handy|smartphone|"
    r"mobil\w{0,20}|outlook.{0,40}|mail.{0,40}|samsung.{0,40})?\.?|"
    r"gesendet (?:von|mit) .{0,60}|holen sie sich outlook.{0,60}|"
    r"diese nachricht wurde von .{0,60} gesendet\.?|"
    r"enviado (?:desde|do|de|pelo|por|a partir) .{0,80}|obt[ée]n(?:er|ha)? (?:o )?outlook.{0,60}|"
    r"inviato da(?:l)? .{0,60}|scarica outlook.{0,60}|ottieni outlook.{0,60}|"
    r"verstuurd vanaf .{0,60}|verzonden (?:vanaf|met|via|vanuit) .{0,60}|outlook voor .{0,60}|"
    r"skickat från .{0,60}|hämta outlook.{0,60}|sendt fra .{0,60}|hent outlook.{0,60}|"
    r"lähetetty .{0,60}|hanki outlook.{0,60}|"
    r"wysłane z .{0,60}|pobierz aplikację outlook.{0,60}|odesláno z .{0,60}|odoslané z .{0,60}|"
    r"отправлено (?:с|из) .{0,60}|надіслано з .{0,60}|"
    r"(?:\w{1,20}['’]?\w{0,5} )?(?:gönderildi|cihazımdan gönderildi)|.{1,40}(?:から送信|より送信|에서 보냄|"
    r"发自我的.{0,20}|发送自.{0,20})|发自.{1,30}|從我的.{1,20}(?:傳送|發送)|來自我的.{1,20}|"
    r"iphoneから送信|나의 .{1,20}에서 보냄"
    r")[ \t*_>)\]\".!]{0,6}(?:<https?://[^>\s]{1,300}>|\(https?://[^)\s]{1,300}\))?[ \t*_>)\]\".!]{0,6}$",
    re.IGNORECASE,
)
_MAX_SIGNATURE = 40


def find_marker(lines: Sequence[str]) -> int | None:
    """The line of our own "please write above this line" mark."""
    return next((index for index, line in enumerate(lines) if "##-" in line and _MARKER.search(line)), None)


def is_mobile_line(line: str) -> bool:
    """`Sent from my iPhone` and the like, nothing else on the line."""
    return len(line) < 400 and not is_blank(line) and bool(_MOBILE.match(line))


def strip_signature(lines: Sequence[str]) -> list[str]:
    """The lines without what a mail program or the writer's signature put below them, and without blank ends."""
    kept = list(lines)
    for index, line in enumerate(kept):
        if (
            _DELIMITER.match(line)
            and len(kept) - index <= _MAX_SIGNATURE
            and not all(map(is_blank, kept[:index]))
        ):
            kept = kept[:index]
            break
    for index, line in enumerate(kept):
        if is_mobile_line(line) and not all(map(is_blank, kept[:index])):
            kept = kept[:index]
            break
    while kept and (is_blank(kept[-1]) or _RULE.match(kept[-1]) or is_mobile_line(kept[-1])):
        kept.pop()
    while kept and is_blank(kept[0]):
        kept.pop(0)
    return kept
