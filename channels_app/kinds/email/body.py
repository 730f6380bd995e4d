"""The tree of parts to what a person reads: text, HTML and files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from carecenter.lib.html import html_to_text, strip_tags, text_to_html
from channels_app.kinds.base import Attachment
from channels_app.kinds.email.charsets import decode_text
from channels_app.kinds.email.filenames import clean_name, make_name
from channels_app.kinds.email.mime import Part, read_mail
from channels_app.kinds.email.smime import extract_signed_content
from channels_app.kinds.email.tnef import read_tnef
from channels_app.kinds.email.uuencode import split_uuencode
from channels_app.kinds.email.words import decode_words

MAX_TEXT = 1_000_000
MAX_HTML = 2_000_000
_READABLE = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-markdown", "text/markdown"}
_P7M = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_REPORTS = {"message/delivery-status", "message/disposition-notification", "message/feedback-report"}
_UNNAMED_CALENDAR = make_name("attachment", "text/calendar")
_ENRICHED = re.compile(r"<param>.{0,500}?</param>|</?[a-zA-Z][a-zA-Z0-9-]{0,60}>", re.DOTALL)
_CHARSET_IN_HTML = re.compile(rb"<meta[^>]{1,300}?charset=[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


@dataclass(slots=True)
class Fragment:
    """One readable stretch of a mail, in plain text, HTML, or both versions of the same."""

    text: str = ""
    html: str = ""


@dataclass(slots=True)
class Body:
    """Everything readable in order, the files, and the parts that reports are read from."""

    fragments: list[Fragment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    hint: str | None = None
    html_left: int = MAX_HTML
    is_encrypted: bool = False

    def text(self) -> str:
        """Plain text, made from the HTML where only that was sent."""
        pieces = [
            fragment.text if fragment.text.strip() else html_to_text(fragment.html)
            for fragment in self.fragments
        ]
        return "\n".join(piece.strip("\n") for piece in pieces if piece.strip())[:MAX_TEXT]

    def html(self) -> str:
        """The HTML as it came, plain stretches between made into HTML; empty if all is plain."""
        if not any(fragment.html for fragment in self.fragments):
            return ""
        pieces = [fragment.html or text_to_html(fragment.text) for fragment in self.fragments]
        return "\n".join(piece for piece in pieces if piece)


def read_body(root: Part) -> Body:
    """Walks the tree once. Nothing is dropped: what is not readable becomes an attachment."""
    body = Body(hint=_find_hint(root, 0))
    _walk(root, body)
    if not body.fragments and body.messages and not body.reports:
        # A mail forwarded as an attachment and nothing else: what it says is what there is to read.
        inner = Body(hint=_find_hint(body.messages[0], 0))
        _walk(body.messages[0].children[0], inner)
        body.fragments = inner.fragments
    body.attachments = _without_twins(body.attachments)
    return body


def _without_twins(attachments: list[Attachment]) -> list[Attachment]:
    """An invitation often comes as an alternative without a name and again as a file: the file is enough."""
    files = [item for item in attachments if item.name.endswith(".ics") and item.name != _UNNAMED_CALENDAR]
    if not files:
        return attachments
    return [item for item in attachments if item.name != _UNNAMED_CALENDAR]


def _walk_report(part: Part, body: Body) -> None:
    """The words of a report; what is in it for machines, and the mail it is about, are read and not shown as files."""
    for child in part.children:
        kept = len(body.attachments)
        _walk(child, body)
        if child.content_type in _REPORTS or child.content_type == "text/rfc822-headers" or child.is_message:
            del body.attachments[kept:]


def _find_hint(part: Part, depth: int) -> str | None:
    """The first charset that any text part declares: what raw 8-bit header text is probably in."""
    if charset := part.parameters.get("charset"):
        return charset
    for child in part.children[:20]:
        if found := _find_hint(child, depth + 1):
            return found
    return None


def _walk(part: Part, body: Body) -> None:
    kind = part.content_type
    if kind == "multipart/alternative":
        _walk_alternative(part, body)
    elif kind == "multipart/encrypted":
        body.is_encrypted = True
        for child in part.children:
            _attach(child, body)
    elif kind == "multipart/report":
        _walk_report(part, body)
    elif part.is_multipart:
        for child in part.children:
            _walk(child, body)
    elif part.is_message:
        body.messages.append(part)
        _attach(part, body)
        if part.disposition == "inline" and part.children:
            _walk(part.children[0], body)
    elif kind in _REPORTS or kind == "text/rfc822-headers":
        body.reports.append(part)
        _attach(part, body)
    elif kind in _P7M and _open_signed(part, body):
        return
    elif kind in _READABLE and not _is_file(part, body):
        _read_text(part, body)
    elif not _open_tnef(part, body):
        _attach(part, body)


def _is_file(part: Part, body: Body) -> bool:
    """A text part that was sent as a file, rather than as what the mail says."""
    if part.disposition == "attachment":
        return part.depth > 0 or bool(_declared_name(part, body.hint))
    return (
        part.depth > 0
        and bool(_declared_name(part, body.hint))
        and (part.disposition == "inline" or bool(body.fragments))
    )


def _walk_alternative(part: Part, body: Body) -> None:
    """All versions say the same: the plain one and the richest HTML one make one fragment."""
    inner = Body(hint=body.hint, html_left=body.html_left)
    versions: list[Body] = []
    for child in part.children:
        version = Body(hint=body.hint, html_left=body.html_left)
        _walk(child, version)
        versions.append(version)
        inner.attachments += version.attachments
        body.reports += version.reports
        body.messages += version.messages
        body.warnings += version.warnings
    plain = next((v for v in versions if v.fragments and not v.html() and v.text().strip()), None)
    rich = next((v for v in reversed(versions) if v.html()), None)
    fragment = Fragment(plain.text() if plain else "", rich.html() if rich else "")
    if fragment.text and fragment.html and _is_stub(fragment.text, fragment.html):
        fragment.text = html_to_text(fragment.html) or fragment.text
    if fragment.text or fragment.html:
        body.fragments.append(fragment)
        body.html_left = max(0, body.html_left - len(fragment.html))
    body.attachments += inner.attachments


def _is_stub(text: str, html: str) -> bool:
    """Whether the plain version says something else than the HTML that every mail client shows: "please use HTML"."""
    shown = set(strip_tags(html[:60_000]).split())
    return len(shown) > 5 and len(shown & set(text.split())) * 3 < len(shown) and len(text) < 4 * len(html)


def _read_text(part: Part, body: Body) -> None:
    data = part.content()
    charset = part.parameters.get("charset")
    if part.content_type == "text/html":
        declared = _CHARSET_IN_HTML.search(data[:4096])
        meta = declared[1].decode("ascii") if declared else None
        html = decode_text(data[: MAX_HTML * 4], charset or meta, hint=meta or body.hint)
        if len(html) > body.html_left:
            body.warnings.append("HTML cut: too long")
            _attach(part, body)
            html = html[: body.html_left]
        body.html_left -= len(html)
        if html.strip():
            body.fragments.append(Fragment(html=html))
        return
    files: list[tuple[str, bytes]] = []
    if b"begin " in data:
        data, files = split_uuencode(data)
    text = (
        decode_text(data[: MAX_TEXT * 4], charset, hint=body.hint).replace("\r\n", "\n").replace("\r", "\n")
    )
    if len(text) > MAX_TEXT:
        body.warnings.append("text cut: too long")
        _attach(part, body)
        text = text[:MAX_TEXT]
    if part.content_type in ("text/enriched", "text/richtext"):
        text = _ENRICHED.sub("", text).replace("<<", "<")
    if text.strip():
        body.fragments.append(Fragment(text=text))
    for name, content in files:
        body.attachments.append(
            Attachment(clean_name(name) or "attachment.bin", "application/octet-stream", content)
        )


def _open_signed(part: Part, body: Body) -> bool:
    """Takes the readable mail out of opaque-signed data; False for encrypted or damaged data."""
    content = extract_signed_content(part.content())
    if content is None:
        body.is_encrypted = True
        return False
    if part.depth > 8:
        return False
    inner, warnings = read_mail(content)
    inner.depth = part.depth + 1
    body.warnings += warnings
    _walk(inner, body)
    return True


def _open_tnef(part: Part, body: Body) -> bool:
    if part.content_type not in _TNEF and not _declared_name(part, body.hint).lower().endswith("winmail.dat"):
        return False
    found = read_tnef(part.content())
    if found is None:
        return False
    for number, file in enumerate(found.files, 1):
        content_type = file.content_type.lower() if "/" in file.content_type else "application/octet-stream"
        name = clean_name(file.name) or make_name(f"attachment-{number}", content_type)
        body.attachments.append(
            Attachment(
                name, content_type, file.content, file.content_id.strip("<>") or None, bool(file.content_id)
            )
        )
    if not any((fragment.text + fragment.html).strip() for fragment in body.fragments) and (
        found.text or found.html
    ):
        body.fragments.append(Fragment(found.text[:MAX_TEXT], found.html[:MAX_HTML]))
    return True


def _declared_name(part: Part, hint: str | None) -> str:
    """The file name in the fields, cleaned; from the description where only that looks like one."""
    name = part.disposition_parameters.get("filename") or part.parameters.get("name") or ""
    return clean_name(name)


def _attach(part: Part, body: Body) -> None:
    """Adds the part as a file. Attached mails come as .eml, named by their subject."""
    if part.is_multipart:
        for child in part.children:
            _attach(child, body)
        return
    name = _declared_name(part, body.hint)
    content_id = part.content_id or None
    if not name:
        name = make_name(_stem(part, body), part.content_type)
    content = part.content() if not part.is_message or part.encoding == "base64" else part.body()
    inline = part.disposition == "inline" or (content_id is not None and part.disposition != "attachment")
    body.attachments.append(Attachment(name, part.content_type, content, content_id, inline))


def _stem(part: Part, body: Body) -> str:
    if part.is_message and part.children:
        return decode_words(part.children[0].headers.get("subject"), body.hint) or "message"
    return part.content_type.partition("/")[2] if part.content_type in _REPORTS else "attachment"
