"""A token bucket for each API token, in Valkey. Without Valkey nothing is limited: the API must not stop for it."""

import math
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from carecenter.lib.realtime import valkey
from carecenter.lib.time import now

# One round trip, atomic: fill by the time that has passed, take one if there is one.
SCRIPT = """
local kept = redis.call('HMGET', KEYS[1], 'level', 'at')
local size, rate, at = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local level = tonumber(kept[1]) or size
level = math.min(size, level + math.max(0, at - (tonumber(kept[2]) or at)) * rate)
local allowed = 0
if level >= 1 then allowed = 1; level = level - 1 end
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', tostring(at))
redis.call('PEXPIRE', KEYS[1], math.ceil(size / rate * 1000) + 1000)
return {allowed, tostring(level)}
"""
PAUSE_SECONDS = 5.0


@dataclass
class Breaker:
    """After a failure Valkey is left alone for a moment: a hung one costs a second, not a second a request."""

    until: float = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self.until

    def trip(self) -> None:
        self.until = time.monotonic() + PAUSE_SECONDS


breaker = Breaker()


@cache
def bucket() -> Any:
    return valkey().register_script(SCRIPT)


def take(key: str, *, per_minute: float, burst: int | None = None) -> tuple[bool, float] | None:
    """(allowed, what is left) for one request; None while Valkey is away. `burst`: so many at once, else a minute's."""
    if breaker.is_open():
        return None
    try:
        allowed, level = bucket()(keys=[key], args=[burst or per_minute, per_minute / 60, now().timestamp()])
    except (redis.RedisError, OSError):
        breaker.trip()
        return None
    return bool(allowed), float(level)


class TokenThrottle(BaseThrottle):
    """So many requests a minute for each token, with bursts up to as many. Says so in the headers."""

    def __init__(self) -> None:
        self.wait_seconds: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        per_minute = settings.API_RATE_PER_MINUTE
        token = getattr(request.auth, "pk", None)
        if not per_minute or token is None:
            return True
        taken = take(f"api-rate:{token}", per_minute=per_minute)
        if taken is None:
            return True
        allowed, level = taken
        full_in = math.ceil((per_minute - level) * 60 / per_minute)
        view.rate_headers = {
            "RateLimit-Policy": f'"default";q={per_minute};w=60',
            "RateLimit": f'"default";r={int(level)};t={full_in}',
        }
        if not allowed:
            self.wait_seconds = (1 - level) * 60 / per_minute
        return allowed

    def wait(self) -> float | None:
        return self.wait_seconds
