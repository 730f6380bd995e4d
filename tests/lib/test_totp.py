import base64
import datetime

import pytest

from carecenter.lib import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


def at(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds, code):
    """RFC 6238, appendix B, the last six digits."""
    assert totp.code_at(SECRET, totp.step_of(at(seconds))) == code
    assert totp.find_step(SECRET, code, at(seconds)) == seconds // 30


def test_clock_may_be_one_step_away_and_no_more():
    code = totp.code_at(SECRET, 1000)
    found = [totp.find_step(SECRET, code, at(step * 30)) for step in (998, 999, 1000, 1001, 1002)]

    assert found == [None, 1000, 1000, 1000, None]


def test_address_says_what_apps_read():
    assert totp.address(SECRET, account="alice+1@example.com", issuer="Carecenter") == (
        f"otpauth://totp/Carecenter:alice%2B1@example.com?secret={SECRET}&issuer=Carecenter"
    )
