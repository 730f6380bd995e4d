"""The tree of parts to what a person reads: text, HTML and files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from carecenter.lib.filenames import clean_name, make_name, name_in_location
from carecenter.lib.html import html_to_text, strip_tags, text_to_html
from channels_app.kinds.base import Attachment
from channels_app.kinds.email.charsets import decode_text
from channels_app.kinds.email.mime import Part, read_mail
from channels_app.kinds.email.smime import extract_signed_content
from channels_app.kinds.email.tnef import read_tnef
from channels_app.kinds.email.uuencode import split_uuencode
from channels_app.kinds.email.words import decode_words

MAX_TEXT = 1_000_000
MAX_HTML = 2_000_000
_MAX_RICH = 300_000
_READABLE = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-markdown", "text/markdown"}
_P7M = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_REPORTS = {
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "text/rfc822-headers",
    "message/global-headers",
}
_UNNAMED_CALENDAR = make_name("attachment", "text/calendar")
_ENRICHED = re.compile(r"<param>.{0,500}?</param>|</?[a-zA-Z][a-zA-Z0-9-]{0,60}>", re.DOTALL)
_CHARSET_IN_HTML = re.compile(rb"<meta[^>]{1,300}?charset=[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


@dataclass(slots=True)
class Fragment:
    """One readable stretch of a mail, in plain text, HTML, or both versions of the same."""

    text: str = ""
    html: str = ""
    is_nested: bool = False


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
    level: int = 0

    def texts(self) -> tuple[str, str]:
        """(all the text, what of it is not in attached mails); made from the HTML where only that was sent."""
        pieces: list[tuple[bool, str]] = []
        rich_left = _MAX_RICH
        for fragment in self.fragments:
            text = fragment.text
            if not text.strip() and fragment.html:
                text = (html_to_text if len(fragment.html) <= rich_left else strip_tags)(fragment.html)
                rich_left -= len(fragment.html)
            if text.strip():
                pieces.append((fragment.is_nested, text.strip("\n")))
        own = "\n".join(text for is_nested, text in pieces if not is_nested)[:MAX_TEXT]
        return "\n".join(text for _, text in pieces)[:MAX_TEXT], own

    def html(self, *, own: bool = False) -> str:
        """The HTML as it came, plain stretches between made into HTML; empty if all is plain."""
        fragments = [fragment for fragment in self.fragments if not (own and fragment.is_nested)]
        if not any(fragment.html for fragment in fragments):
            return ""
        pieces = [fragment.html or text_to_html(fragment.text) for fragment in fragments]
        return "\n".join(piece for piece in pieces if piece)


def read_body(root: Part) -> Body:
    """Walks the tree once. Nothing is dropped: what is not readable becomes an attachment."""
    body = Body(hint=_find_hint(root))
    _walk(root, body)
    if not body.fragments and body.messages and not body.reports:
        # A mail forwarded as an attachment and nothing else: what it says is what there is to read.
        body.fragments = _read_nested(body.messages[0], body).fragments
    body.attachments = _without_twins(body.attachments)
    return body


def _without_twins(attachments: list[Attachment]) -> list[Attachment]:
    """An invitation often comes as an alternative without a name and again as a file: the file is enough."""
    if not any(item.name.endswith(".ics") and item.name != _UNNAMED_CALENDAR for item in attachments):
        return attachments
    return [item for item in attachments if item.name != _UNNAMED_CALENDAR]


def _find_hint(part: Part) -> str | None:
    """The first charset that any text part declares: what raw 8-bit header text is probably in."""
    if charset := part.parameters.get("charset"):
        return charset
    for child in part.children[:20]:
        if found := _find_hint(child):
            return found
    return None


def _walk(part: Part, body: Body) -> None:
    kind = part.content_type
    if part.is_multipart:
        container = {
            "multipart/alternative": _walk_alternative,
            "multipart/encrypted": _attach,
            "multipart/report": _walk_report,
        }.get(kind, _walk_children)
        container(part, body)
    elif part.is_message:
        _walk_message(part, body)
    elif kind in _REPORTS:
        body.reports.append(part)
        _attach(part, body)
    elif kind in _READABLE and not _is_file(part, body):
        _read_text(part, body)
    elif not _open_signed(part, body) and not _open_tnef(part, body):
        _attach(part, body)


def _walk_children(part: Part, body: Body) -> None:
    for child in part.children:
        _walk(child, body)


def _walk_report(part: Part, body: Body) -> None:
    """The words of a report; what is in it for machines, and the mail it is about, are read and not shown as files."""
    for child in part.children:
        if child.content_type in _REPORTS:
            body.reports.append(child)
        elif child.is_message:
            body.messages.append(child)
        else:
            _walk(child, body)


def _walk_message(part: Part, body: Body) -> None:
    """An attached mail: a file, and unless it was sent as nothing but that, shown below as mail programs do."""
    body.messages.append(part)
    _attach(part, body)
    if part.disposition != "attachment" and body.level == 0:
        inner = _read_nested(part, body)
        for fragment in inner.fragments:
            fragment.is_nested = True
        body.fragments += inner.fragments
        body.attachments += inner.attachments


def _read_nested(part: Part, body: Body) -> Body:
    inner = Body(hint=_find_hint(part) or body.hint, html_left=body.html_left, level=body.level + 1)
    _walk_children(part, inner)
    body.html_left = inner.html_left
    return inner


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
    plain = rich = None
    for child in part.children:
        version = Body(hint=body.hint, html_left=body.html_left, level=body.level)
        _walk(child, version)
        for name in ("attachments", "reports", "messages", "warnings"):
            getattr(body, name).extend(getattr(version, name))
        if html := version.html():
            rich = html
        elif plain is None and (text := version.texts()[0]):
            plain = text
    fragment = Fragment(plain or "", (rich or "")[: body.html_left])
    body.html_left -= len(fragment.html)
    if fragment.text and fragment.html and _is_stub(fragment.text, fragment.html):
        fragment.text = html_to_text(fragment.html) or fragment.text
    if fragment.text or fragment.html:
        body.fragments.append(fragment)


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
    """Takes the readable mail out of opaque-signed data; False for other types, encrypted or damaged data."""
    content = extract_signed_content(part.content()) if part.content_type in _P7M and part.depth < 8 else None
    if content is None:
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
    return clean_name(name) or name_in_location(decode_words(part.headers.get("content-location"), hint))


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
