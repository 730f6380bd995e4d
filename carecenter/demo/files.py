"""Small real files for attachments: a photograph of sorts and an invoice."""

import math
import random
import struct
import zlib

from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import store


def picture(seed: int, width: int = 120, height: int = 80, scale: int = 4) -> bytes:
    """A PNG of hills in changing light, different by seed. Drawn small and enlarged: it must not take long."""
    rng = random.Random(seed)  # noqa: S311  scenery
    sky, near = ([rng.randrange(90, 230) for _ in range(3)] for _ in range(2))
    waves = [(rng.uniform(4, 12), rng.uniform(0.03, 0.09), rng.uniform(0, 6)) for _ in range(3)]
    ridges = [
        [height * (0.35 + 0.18 * number) + a * math.sin(x * f + p) for x in range(width)]
        for number, (a, f, p) in enumerate(waves)
    ]
    rows = []
    for y in range(height):
        row = bytearray()
        for x in range(width):
            share = sum(y > ridge[x] for ridge in ridges) / 3
            color = bytes(
                int(s * (1 - share) + g * share * 0.6 + y * 0.2) & 255 for s, g in zip(sky, near, strict=True)
            )
            row += color * scale
        rows.append((b"\0" + bytes(row)) * scale)
    header = struct.pack(">IIBBBBB", width * scale, height * scale, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in chunks)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def invoice(lines: list[str]) -> bytes:
    """A PDF of one page with these lines."""
    text = "".join(f"({escaped(line)}) Tj T* " for line in lines)
    stream = f"BT /F1 11 Tf 16 TL 60 780 Td {text}ET".encode("cp1252", "replace")
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 %s >> >> >>"
        % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + head + table + end


def escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


class Cupboard:
    """The few pictures of a run, made once, and one invoice a ticket."""

    PICTURES = 6

    def __init__(self) -> None:
        self.kept: dict[int, tuple[Blob, bytes]] = {}

    def picture(self, number: int) -> tuple[Blob, bytes]:
        number %= self.PICTURES
        if number not in self.kept:
            content = picture(number)
            self.kept[number] = (store(content), content)
        return self.kept[number]

    def invoice(self, lines: list[str]) -> tuple[Blob, bytes]:
        content = invoice(lines)
        return store(content), content
