"""The desk's socket: small facts about tickets of the brands its user may see."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from accounts.access import brands_for
from accounts.models import User
from accounts.permissions import TICKET_VIEW
from carecenter.lib.realtime import encode

READERS = ThreadPoolExecutor(2, thread_name_prefix="socket-reads")
NOT_SIGNED_IN = 4401
FOREIGN_ORIGIN = 4403


class DeskConsumer(AsyncWebsocketConsumer):
    """Subscribes at the handshake to the user's brands; closed when grants change or the user signs out."""

    async def connect(self) -> None:
        self.groups_joined: list[str] = []
        if not origin_is_ours(self.scope):
            await self.close(FOREIGN_ORIGIN)
            return
        groups = await read_groups(self.scope)
        if not groups:
            await self.close(NOT_SIGNED_IN)
            return
        for group in groups:
            await self.channel_layer.group_add(group, self.channel_name)
        self.groups_joined = groups
        # Rights that went between our look and our joining were told to nobody: look again.
        if await read_groups(self.scope) != groups:
            await self.leave()
            await self.close(NOT_SIGNED_IN)
            return
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.leave()

    async def leave(self) -> None:
        """No fact reaches this screen any more."""
        joined, self.groups_joined = getattr(self, "groups_joined", []), []
        for group in joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def fact(self, event: dict[str, Any]) -> None:
        """A fact for the screen; one that says the user's rights changed ends the socket."""
        fact = event["fact"]
        if str(fact.get("name", "")).startswith("user."):
            await self.leave()
            await self.close(NOT_SIGNED_IN)
            return
        if self.groups_joined:  # facts already on their way when the rights went
            await self.send(text_data=encode(fact))


async def read_groups(scope: dict[str, Any]) -> list[str]:
    """Not on Channels' own thread: that is one for the whole process."""
    return await sync_to_async(groups_of, thread_sensitive=False, executor=READERS)(scope)


def origin_is_ours(scope: dict[str, Any]) -> bool:
    """The page that opens the socket must come from this site: a socket carries cookies from anywhere."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    return bool(origin) and (urlsplit(origin).netloc == host or origin in settings.CSRF_TRUSTED_ORIGINS)


def groups_of(scope: dict[str, Any]) -> list[str]:
    """Channel groups of the signed-in user; empty for nobody."""
    close_old_connections()
    user = user_of(scope)
    if user is None:
        return []
    brands = brands_for(user, TICKET_VIEW).values_list("pk", flat=True)
    return [f"user-{user.pk}", *(f"brand-{pk}" for pk in brands)]


def user_of(scope: dict[str, Any]) -> User | None:
    """Who the session cookie says it is, checked as for a page: password hash, active."""
    cookie = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    key = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")
    request = HttpRequest()
    request.session = SessionStore(key)
    if SESSION_KEY not in request.session:
        return None
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None
