"""Sockets close when rights change: the fact arrives over a real Valkey."""

import asyncio

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import get_channel_layer

from accounts.domain import passwords, people, sessions
from accounts.domain.people import Wanted
from tests.factories.accounts import UserFactory, grant, role


def facts_for(user, act):
    """Facts that reach the user's sockets through what `act` does."""
    layer = get_channel_layer()

    async def listen():
        channel = await layer.new_channel()
        await layer.group_add(f"user-{user.pk}", channel)
        return channel

    async def run(runner):
        channel = await listen()
        await sync_to_async(runner)()
        message = await asyncio.wait_for(layer.receive(channel), 10)
        await layer.group_discard(f"user-{user.pk}", channel)
        return message["fact"]

    return async_to_sync(run)(act)


@pytest.mark.parametrize("what", ["sign_out", "everywhere", "grant", "deactivate", "password"])
def test_sockets_are_told_when_rights_change(transactional_db, what):
    boss = grant(UserFactory(), "Admin")
    user = grant(UserFactory(), "Agent")
    acts = {
        "sign_out": lambda: sessions.note_sign_out(user),
        "everywhere": lambda: sessions.end_all_sessions(user, actor="system"),
        "grant": lambda: people.give(user, Wanted(role=role("Lead")), actor=boss),
        "deactivate": lambda: people.deactivate(user, actor=boss),
        "password": lambda: passwords.change_password(user, "another good phrase"),
    }

    fact = facts_for(user, acts[what])

    assert fact["id"] == user.pk
    assert fact["name"].startswith("user.")
