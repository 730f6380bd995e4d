"""Small facts to open screens: names, ids and versions, never content."""

import json
from functools import cache
from typing import Any

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings


def push(groups: list[str], fact: dict[str, Any]) -> None:
    """Tell every socket in the groups. At most once: pages catch up by version when they reconnect.

    A Valkey that is down costs a second and is no error: the screen is only late.
    """
    layer = get_channel_layer()
    try:
        send = async_to_sync(layer.group_send)
        for group in groups:
            send(group, {"type": "fact", "fact": fact})
    except (redis.RedisError, OSError, TimeoutError):
        return


@cache
def valkey() -> redis.Redis:
    """A plain client for counters; its own pool, safe between threads."""
    address = str(settings.CACHES["default"]["LOCATION"])
    return redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1)


def encode(fact: dict[str, Any]) -> str:
    return json.dumps(fact, separators=(",", ":"))
