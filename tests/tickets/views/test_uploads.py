"""Files that try to be something else: whatever arrives, nothing of it runs on our pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.http import content_disposition_header

from tests.tickets.views.test_files import PNG, with_file
from tickets.models import Ticket

SCRIPT = b"<script>alert(1)</script>"
RUNS = {  # bytes, and whether they begin as a picture does
    "page": (b"<!doctype html>" + SCRIPT, False),
    "xhtml": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT, False),
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', False),
    "program": (b"\x7fELF\x02\x01\x01", False),
    "macro": (b"PK\x03\x04vbaProject.bin", False),
    "document": (b"%PDF-1.7\n/OpenAction /JavaScript", False),
    "moving picture and script": (b"GIF89a/*" + SCRIPT + b"*/=1;alert(1)", True),
    "picture and page": (PNG + b"<html>" + SCRIPT, True),
    "photo and archive": (b"\xff\xd8\xff\xe0" + b"PK\x03\x04", True),
    "sound that says picture": (b"RIFF\x00\x00\x00\x00WAVE" + SCRIPT, False),
    "nothing": (b"", False),
}
NAMES = {
    "../../etc/passwd": "passwd",
    "C:\\temp\\a.png": "a.png",
    "a.png\r\nSet-Cookie: x=1": "a.png Set-Cookie: x=1",
    "cv\u202efdp.exe": "cvfdp.exe",
    'a".html; filename="b.png': "a_.html; filename=_b.png",
    "\x07.txt": "_.txt",
}


@pytest.mark.parametrize(("content", "is_picture"), RUNS.values(), ids=RUNS)
def test_no_upload_runs(
    content: bytes, is_picture: bool, alice_at: Client, write_in: Callable[..., Ticket]
) -> None:
    """A download under a policy that runs nothing; in place only under the type of a picture, and without guessing."""
    file = with_file(write_in, content, "invoice.svg")
    got = alice_at.get(f"/desk/files/{file.token}/")
    shown = alice_at.get(f"/desk/files/{file.token}/picture/")

    assert (got["Content-Type"], got["Content-Disposition"].split(";")[0]) == (
        "application/octet-stream", "attachment",
    )  # fmt: skip
    assert shown.status_code == (200 if is_picture else 404)
    for answer in (got, *([shown] if is_picture else [])):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert not is_picture or shown["Content-Type"] in ("image/gif", "image/png", "image/jpeg")


@pytest.mark.parametrize(("name", "kept"), NAMES.items(), ids=range(len(NAMES)))
def test_name_with_line_ends_makes_no_header(
    name: str, kept: str, alice_at: Client, write_in: Callable[..., Ticket]
) -> None:
    """Nor does one with a path, with marks of direction or with quotes lead anywhere else."""
    file = with_file(write_in, b"x", name)
    got = alice_at.get(f"/desk/files/{file.token}/")

    said = got["Content-Disposition"]

    assert (got.status_code, "Set-Cookie" in got.headers, "\n" in said) == (200, False, False)
    assert said == content_disposition_header(True, kept)
