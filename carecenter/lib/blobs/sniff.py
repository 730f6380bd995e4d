"""What the bytes are, by their first few: enough to know pictures and documents from something pretending."""

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BM", "image/bmp"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
# The only types ever shown inside a page; everything else is a download.
INLINE_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def sniff(content: bytes) -> str:
    """A media type; `text/plain` for what decodes as text without control characters, else octet-stream."""
    for start, media_type in SIGNATURES:
        if content.startswith(start):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    head = content[:1024]
    if not any(byte < 9 or 13 < byte < 32 for byte in head):
        try:
            head.decode("utf-8", errors="strict")
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                return "application/octet-stream"
        return "text/plain"
    return "application/octet-stream"
