from typing import Any

import pytest
import redis
from django.test import Client

from carecenter.api import throttles


@pytest.fixture(autouse=True)
def fresh(settings):
    settings.API_RATE_PER_MINUTE = 3
    throttles.breaker.until = 0.0
    yield
    throttles.breaker.until = 0.0


def test_a_token_has_its_rate_and_says_what_is_left(api, alice, bob, clock):
    client = api(alice)
    answers = [client.get("users/me/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit"] for answer in answers] == [
        '"default";r=2;t=20', '"default";r=1;t=40', '"default";r=0;t=60', '"default";r=0;t=60',
    ]  # fmt: skip
    assert answers[0]["RateLimit-Policy"] == '"default";q=3;w=60'
    assert (answers[3]["Retry-After"], answers[3].json()["type"]) == (
        "20",
        "urn:carecenter:problem:throttled",
    )
    assert api(bob).get("users/me/").status_code == 200
    clock.shift(20)
    assert [client.get("users/me/").status_code for _ in range(2)] == [200, 429]


def test_wrong_tokens_of_a_network_are_held_back(api, alice, settings, clock, caplog):
    """A guesser waits; who has a good token behind the same address does not, nor does any other network."""
    settings.API_WRONG_TOKENS_PER_MINUTE = 3
    guesser = {"authorization": "Bearer cct_guess"}

    def guess(address: str) -> Any:
        return Client().get("/api/v1/users/me/", headers=guesser, REMOTE_ADDR=address)

    tries = [guess("198.51.100.7") for _ in range(5)]
    assert [one.status_code for one in tries] == [401, 401, 401, 429, 429]
    assert (tries[3]["Retry-After"], tries[3]["Content-Type"]) == ("20", "application/problem+json")
    assert tries[3].json()["type"] == "urn:carecenter:problem:throttled"
    assert caplog.text.count("refused: token of the API") == 3
    good = api(alice).client.get("/api/v1/users/me/", REMOTE_ADDR="198.51.100.7")
    assert good.status_code == 200
    assert guess("203.0.113.9").status_code == 401
    clock.shift(20)
    assert guess("198.51.100.7").status_code == 401


def test_without_valkey_nothing_is_limited(api, alice, monkeypatch):
    gone = redis.Redis(unix_socket_path="/nowhere/valkey.sock")
    monkeypatch.setattr(throttles, "bucket", lambda: gone.register_script(throttles.SCRIPT))
    client = api(alice)
    answers = [client.get("users/me/") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert not any(answer.has_header("RateLimit") for answer in answers)
    assert throttles.breaker.is_open()


def test_zero_switches_the_limit_off(api, alice, settings):
    settings.API_RATE_PER_MINUTE = 0
    client = api(alice)
    assert {client.get("users/me/").status_code for _ in range(5)} == {200}
