"""Small facts to open screens: names, ids and versions, never content."""

import json
import secrets
from collections.abc import Iterable
from functools import cache
from typing import Any

import redis
from channels.layers import get_channel_layer
from django.conf import settings

EPOCH_KEY = "realtime:epoch"
GROUP_PREFIX = "asgi__group__"  # of channels_redis' pubsub layer


def push(groups: list[str], fact: dict[str, Any]) -> None:
    """Tell every socket in the groups. At most once: pages catch up by version when they reconnect."""
    push_all((group, fact) for group in groups)


def push_all(facts: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Many facts, each to its group, in this order and in one round trip.

    A Valkey that is down costs a second and is no error: the screen is only late. Plain PUBLISHes, as the
    pubsub layer itself would write them: through the layer each call builds an event loop and a connection.
    """
    serialize = get_channel_layer().serialize
    try:
        with publisher().pipeline(transaction=False) as line:
            for group, fact in facts:
                # A socket that is in many groups has to know by which one it hears this: rights differ.
                message = serialize({"type": "fact", "fact": fact, "group": group})
                line.publish(f"{GROUP_PREFIX}{group}", message)
            line.execute()
    except (redis.RedisError, OSError, TimeoutError):
        return


@cache
def publisher() -> redis.Redis:
    """A plain client of the layer's own Valkey; safe between threads."""
    layer: dict[str, Any] = settings.CHANNEL_LAYERS["default"]
    options = dict(layer["CONFIG"]["hosts"][0])
    address = str(options.pop("address"))
    return redis.Redis.from_url(address, socket_connect_timeout=1, **options)


@cache
def valkey() -> redis.Redis:
    """A plain client for counters; its own pool, safe between threads."""
    address = str(settings.CACHES["default"]["LOCATION"])
    return redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1)


def epoch() -> str:
    """Another word once Valkey has been empty: facts were lost meanwhile. Nothing while it is away."""
    try:
        client = valkey()
        client.set(EPOCH_KEY, secrets.token_hex(8), nx=True)
        return str(client.get(EPOCH_KEY))
    except (redis.RedisError, OSError):
        return ""


def encode(fact: dict[str, Any]) -> str:
    return json.dumps(fact, separators=(",", ":"))
