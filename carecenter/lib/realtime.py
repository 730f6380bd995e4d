"""Small facts to open screens: names, ids and versions, never content."""

import json
from functools import cache
from typing import Any

import redis
from channels.layers import get_channel_layer
from django.conf import settings

GROUP_PREFIX = "asgi__group__"  # of channels_redis' pubsub layer


def push(groups: list[str], fact: dict[str, Any]) -> None:
    """Tell every socket in the groups. At most once: pages catch up by version when they reconnect.

    A Valkey that is down costs a second and is no error: the screen is only late. One plain PUBLISH a group, as the
    pubsub layer itself would write it: through the layer each call builds an event loop and a connection.
    """
    message = get_channel_layer().serialize({"type": "fact", "fact": fact})
    try:
        for group in groups:
            publisher().publish(f"{GROUP_PREFIX}{group}", message)
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


def encode(fact: dict[str, Any]) -> str:
    return json.dumps(fact, separators=(",", ":"))
