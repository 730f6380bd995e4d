import io

import pytest
from rest_framework.exceptions import ParseError

from carecenter.api.parsers import StrictJSONParser
from carecenter.lib.strict_json import MAX_INTEGER


def parse(body: bytes):
    return StrictJSONParser().parse(io.BytesIO(body))


def test_plain_json_is_read():
    assert parse('{"a": [1, -2.5, "ü😀", null, true]}'.encode()) == {"a": [1, -2.5, "ü😀", None, True]}
    assert parse(b"[" * 32 + b"]" * 32)
    assert parse(str(MAX_INTEGER).encode()) == MAX_INTEGER


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": ["\\u0000"]}', b'{"a\\u0000": 1}', b'["\\ud83d"]', b'{"\\udc00": 1}', b"[1e400]", b"[-1e400]", b"[NaN]",
        str(MAX_INTEGER + 1).encode(), b"[" * 33 + b"]" * 33, b"[" * 200_000, b'"\xff"', b"\xef\xbb\xbf{}", b"",
    ],
)  # fmt: skip
def test_what_no_row_could_hold_is_refused(body):
    with pytest.raises(ParseError):
        parse(body)
