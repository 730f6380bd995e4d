"""Names of files that strangers chose, made safe to show and to save."""

from __future__ import annotations

import re
import unicodedata

_MAX_LENGTH = 180
_DIRECTIONS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>"|\ufffe\uffff]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/rfc822-headers": ".txt",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/ms-tnef": ".dat",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/feedback-report": ".txt",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
}


def clean_name(name: str) -> str:
    """The last part of a path without control, direction and forbidden characters; empty if nothing is left.

    "../../etc/passwd" is "passwd", "cv\\u202efdp.exe" is "cvfdp.exe": what is shown is what is saved.
    """
    name = unicodedata.normalize("NFC", _DIRECTIONS.sub("", name[:4096]))
    name = re.sub(r"[\r\n\t ]+", " ", name)
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    name = _FORBIDDEN.sub("_", name).strip(" ")
    if not name.strip("._ "):
        return ""
    if _RESERVED.match(name):
        name = "_" + name
    if len(name) > _MAX_LENGTH:
        stem, dot, extension = name.rpartition(".")
        name = (
            stem[: _MAX_LENGTH - 16] + dot + extension[:12]
            if dot and len(extension) <= 12
            else name[:_MAX_LENGTH]
        )
    return name


def name_in_location(location: str) -> str:
    """The file's name at the end of a Content-Location, empty where that is no name with an ending."""
    name = clean_name(re.split(r"[?#]", location, maxsplit=1)[0])
    return name if re.search(r"[^.]\.[A-Za-z0-9]{1,5}$", name) else ""


def extension_for(content_type: str) -> str:
    """The usual ending of a type, with its dot; ".bin" for those we do not know."""
    return _EXTENSIONS.get(content_type.lower(), ".bin")


def make_name(stem: str, content_type: str) -> str:
    """A name for a file that came without one: stem plus the usual ending of its type."""
    cleaned = clean_name(stem)[:80].strip(" .")
    return (cleaned or "attachment") + extension_for(content_type)
