"""Who may call the chat's addresses: a page of ours, at a bearable rate, with its visitor's token."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from carecenter.api.throttles import take
from carecenter.lib.hosts import network_of
from carecenter.lib.languages import speak
from channels_app.domain.chat_sessions import connection_of_chat, find_session, hash_of
from channels_app.domain.errors import ChannelError, EmptyInput, NoAddress, NotOpen, TooLarge
from channels_app.kinds.webchat.payloads import words
from channels_app.models import ChatSession, Connection

P = ParamSpec("P")
COPIES = 5  # of chats to one address, a day
COPIES_PER_NETWORK = 60  # an hour
LONGEST_BODY = 64_000
STATUS: dict[type[ChannelError], int] = {EmptyInput: 400, NoAddress: 400, TooLarge: 413, NotOpen: 409}


@dataclass(frozen=True)
class Call:
    """One request of a visitor's page. `session` is None only where an address allows it."""

    request: HttpRequest
    connection: Connection
    session: ChatSession | None
    body: dict[str, Any]

    @property
    def visitor(self) -> ChatSession:
        if self.session is None:
            raise Http404
        return self.session

    def text(self, name: str) -> str:
        """What stands there as we can keep it: a page may cut an emoji in half."""
        return words(self.body.get(name), LONGEST_BODY)

    def number(self, name: str) -> int:
        value = self.body.get(name, 0)
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62 else 0


Answer = Callable[Concatenate[Call, P], HttpResponseBase]


def refuse(status: int, code: str, words: str, **more: Any) -> JsonResponse:
    """`code` is for the page, `words` are for the person in front of it, in their language."""
    return JsonResponse({"error": code, "detail": words, **more}, status=status)


def chat_call(
    *methods: str, token: bool = True, per_minute: int = 120, multipart: bool = False
) -> Callable[[Answer[P]], Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]]:
    """Guards one address below /chat/<key>/. Without cookies, so there is nothing to forge: the token is a header."""

    def guard(view: Answer[P]) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                return refuse(405, "method", _("This address takes no such request."))
            connection = connection_of_chat(key)
            if connection is None or is_foreign(request):
                raise Http404
            with translation.override(speak(languages_of(request), connection.inbox.brand.language)):
                response = answer(request, connection, *args, **kwargs)
            response["Cache-Control"] = response.get("Cache-Control", "no-store")
            response["Vary"] = "Authorization, Accept-Language"
            return response

        def answer(
            request: HttpRequest, connection: Connection, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            given = token_of(request)
            if too_many(request, given, view.__name__, per_minute):
                return refuse(429, "too_many", _("That was a lot at once. Please wait a moment."))
            session = find_session(connection, given)
            if session is None and token:
                raise Http404
            body = {} if multipart else read_body(request)
            if body is None:
                return refuse(400, "unreadable", _("This could not be read."))
            try:
                return view(Call(request, connection, session, body), *args, **kwargs)
            except (EmptyInput, NoAddress, TooLarge, NotOpen) as error:
                return refuse(STATUS[type(error)], type(error).__name__, str(error))

        return guarded

    return guard


def languages_of(request: HttpRequest) -> str:
    """What the page says it speaks, else what the browser prefers."""
    return request.headers.get("X-Chat-Language", "") or request.headers.get("Accept-Language", "")


def token_of(request: HttpRequest) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_foreign(request: HttpRequest) -> bool:
    """A browser says in Origin from where it calls: only our own frame does."""
    origin = request.headers.get("Origin", "")
    return bool(origin) and not is_ours(origin, request.get_host())


def is_ours(origin: str, host: str) -> bool:
    base = urlsplit(settings.PUBLIC_BASE_URL)
    trusted = (f"{base.scheme}://{base.netloc}", *settings.CSRF_TRUSTED_ORIGINS)
    return urlsplit(origin).netloc == host or origin in trusted


def too_many(request: HttpRequest, token: str, what: str, per_minute: int) -> bool:
    """Buckets of the visitor and of the address they come from. Without Valkey nothing is limited."""
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    buckets = [(f"chat-net:{network}", settings.CHAT_RATE_PER_NETWORK)]
    if token:
        buckets.append((f"chat:{what}:{hash_of(token)}", per_minute))
    taken = [take(key, per_minute=rate) for key, rate in buckets if rate]
    return any(one is not None and not one[0] for one in taken)


def too_many_copies(request: HttpRequest, address: str) -> bool:
    """Anybody can type anybody's address: few copies a day go to one, and not many for one network address."""
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    to_one = take(
        f"chat-copy:{hash_of(address.strip().lower())}", per_minute=COPIES / (24 * 60), burst=COPIES
    )
    for_one = take(f"chat-copies:{network}", per_minute=COPIES_PER_NETWORK / 60, burst=COPIES_PER_NETWORK)
    return any(one is not None and not one[0] for one in (to_one, for_one))


def read_body(request: HttpRequest) -> dict[str, Any] | None:
    if request.method != "POST" or not request.headers.get("Content-Length", "0").strip("0"):
        return {}
    if int(request.headers.get("Content-Length", "0")) > LONGEST_BODY:
        return None
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
