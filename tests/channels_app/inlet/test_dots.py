"""The end of a mail and its doubled dots, wherever the network cuts the stream."""

from hypothesis import given
from hypothesis import strategies as st

from channels_app.inlet.dots import DotReader

LINES = st.lists(
    st.sampled_from([b"", b".", b"..", b".a", b"a", b"a.", b"\n.\n", b"\r.\r", b"a\nb", b"\r", b"x" * 50])
)


def stuffed(lines):
    """As a client sends them: dots at the start of lines doubled, the end marked."""
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines) + b".\r\n"


def read(pieces):
    reader = DotReader()
    return b"".join(reader.feed(piece) for piece in pieces), reader


@given(LINES, st.binary(max_size=10), st.integers(1, 7))
def test_mail_comes_out_as_it_was_whatever_the_pieces(lines, behind, size):
    wire = stuffed(lines) + behind
    reader, out, fed = DotReader(), b"", 0
    while not reader.ended:
        out += reader.feed(wire[fed : fed + size])
        fed += size
    assert out == b"".join(line + b"\r\n" for line in lines)
    assert reader.rest + wire[fed:] == behind


def test_bare_line_feeds_do_not_end_a_mail():
    out, reader = read([b"a\n.\nMAIL FROM:<eve@x.example>\r\n", b"a\r.\r\n", b".\r\n"])
    assert reader.ended
    assert out == b"a\n.\nMAIL FROM:<eve@x.example>\r\na\r.\r\n"


def test_empty_mail_ends_at_once():
    out, reader = read([b".\r\nQUIT\r\n"])
    assert (out, reader.ended, reader.rest) == (b"", True, b"QUIT\r\n")
