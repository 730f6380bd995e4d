"""Against the scheme's own example, and against everything that is not a good signature."""

import datetime

import pytest

from carecenter.lib import signing

# The example of the Standard Webhooks specification.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, STAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
AT = datetime.datetime.fromtimestamp(STAMP, datetime.UTC)
HEADERS = {"webhook-id": ID, "webhook-timestamp": str(STAMP), "webhook-signature": SIGNATURE}


def test_example_of_the_specification():
    assert signing.sign(SECRET, id=ID, timestamp=STAMP, body=BODY) == SIGNATURE
    assert signing.check([SECRET], headers=HEADERS, body=BODY, at=AT) == ID


def test_what_is_signed_is_taken_with_any_secret_of_several():
    old, new = signing.new_secret(), signing.new_secret()
    headers = signing.headers_for([new, old], id="1", at=AT, body=b"x")
    assert [signing.check([one], headers=headers, body=b"x", at=AT) for one in (old, new)] == ["1", "1"]
    assert len({old, new}) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"webhook-id": ""}, "webhook-id"),
        ({"webhook-id": "a b"}, "webhook-id"),
        ({"webhook-id": "x" * 201}, "webhook-id"),
        ({"webhook-id": "other"}, "webhook-signature"),
        ({"webhook-timestamp": "-1614265330"}, "webhook-timestamp"),
        ({"webhook-timestamp": "1614265330.0"}, "webhook-timestamp"),
        ({"webhook-timestamp": str(STAMP + 1)}, "webhook-signature"),
        ({"webhook-timestamp": str(STAMP - 301)}, "five minutes"),
        ({"webhook-signature": SIGNATURE.removeprefix("v1,")}, "webhook-signature"),
        ({"webhook-signature": SIGNATURE.replace("v1,", "v1a,")}, "webhook-signature"),
        ({"webhook-signature": "ü " * 5}, "webhook-signature"),
    ],
)
def test_wrong_headers_are_refused(change, said):
    with pytest.raises(signing.BadSignature, match=said):
        signing.check([SECRET], headers={**HEADERS, **change}, body=BODY, at=AT)


def test_no_secret_accepts_nothing():
    with pytest.raises(signing.BadSignature):
        signing.check([], headers=HEADERS, body=BODY, at=AT)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_YQ==", "whsec_%%%", ""])
def test_what_is_no_secret_signs_nothing(secret):
    with pytest.raises(ValueError):
        signing.sign(secret, id="1", timestamp=1, body=b"")
