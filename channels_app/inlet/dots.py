"""The body of an SMTP DATA command as it streams in: where it ends, and its doubled dots made single again.

Only CRLF.CRLF ends a mail. A bare LF or CR before or after the dot does not: that is how one mail is smuggled inside
another. Everything else passes as it came, lines of any length included.
"""

_END = b"\r\n.\r\n"
_HELD = (b"\r\n.\r", b"\r\n.", b"\r\n", b"\r")


class DotReader:
    """Feed it what arrives. `ended` turns true at the end of the mail; `rest` is what came behind it."""

    def __init__(self) -> None:
        self._held = (
            b"\r\n"  # the line end of the DATA command itself: a mail may begin with the dot that ends it
        )
        self._strip = 2
        self.ended = False
        self.rest = b""

    def feed(self, piece: bytes) -> bytes:
        """The bytes of the mail that are certain now."""
        pending = self._held + piece
        end = pending.find(_END)
        if end >= 0:
            self.ended = True
            self.rest = pending[end + len(_END) :]
            self._held, certain = b"", pending[: end + 2]
        else:
            self._held = next((tail for tail in _HELD if pending.endswith(tail)), b"")
            certain = pending[: len(pending) - len(self._held)]
        out = certain.replace(b"\r\n.", b"\r\n")
        if self._strip and out:
            out, self._strip = out[self._strip :], 0
        return out
