"""The loader a site puts on its pages, and the frame it shows."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from carecenter.lib.languages import speak
from channels_app.domain.chat_sessions import connection_of_chat
from channels_app.domain.chat_state import state_of
from channels_app.models import Connection
from channels_app.views.chat_guard import languages_of
from knowledge_base.domain.help_settings import settings_of as help_settings_of
from knowledge_base.domain.logos import sign_of

EMOJI = tuple(
    "🙂 😀 😂 😉 😍 🤔 😐 🙁 😢 😡 😮 😴 👍 👎 👏 🙏 👋 💪 ❤️ 🎉 ✅ ❌ ⭐ 🔥 ☀️ ☕ 🎁 📦 🚚 📷 📎 ❓".split()  # noqa: SIM905
)


@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    """The same few kilobytes for every site; what differs, its frame knows."""
    found = finders.find("widget.js")
    if not found:
        raise Http404
    path = Path(found)
    plain, packed = loader(str(path), path.stat().st_mtime_ns)
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if is_packed else plain, content_type="text/javascript; charset=utf-8")
    if is_packed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "public, max-age=600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@cache
def loader(path: str, _changed: int) -> tuple[bytes, bytes]:
    plain = Path(path).read_bytes()
    return plain, gzip.compress(plain, 9)


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, key: str) -> HttpResponse:
    """The chat itself. Only the inbox's own sites, and our own pages, may frame it."""
    connection = connection_of_chat(key)
    if connection is None:
        raise Http404
    config, brand = connection.config, connection.inbox.brand
    wanted = request.GET.get("lang", "")[:100]
    language = speak(f"{wanted},{languages_of(request)}", brand.language)
    with translation.override(language):
        page = {
            "language": language,
            "direction": direction(request.GET.get("dir", ""), language),
            "theme": request.GET.get("theme") if request.GET.get("theme") in ("light", "dark") else "",
            "title": config.get("title") or brand.name,
            "brand": brand,
            "sign": sign_of(help_settings_of(brand)),
            "initial": (config.get("title") or brand.name)[:1].upper(),
            "greeting": config.get("greeting") or _("Hello! How can we help?"),
            "key": key,
            "ask_name": config.get("ask_name", "no"),
            "ask_email": config.get("ask_email", "optional"),
            "settings": json.dumps(settings_of(connection)),
            "emoji": EMOJI,
        }
        response = render(request, "channels_app/chat/frame.html", page)
    sites = ["'self'", *origins_of(connection)]
    response._csp_replace = {"frame-ancestors": sites, "frame-src": ["'none'"]}  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def direction(wanted: str, language: str) -> str:
    """As the page around it is written, else as the language is."""
    if wanted in ("ltr", "rtl"):
        return wanted
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def settings_of(connection: Connection) -> dict[str, Any]:
    """What the frame's script needs to know before it asks."""
    config = connection.config
    return {
        "key": connection.inbox.key,
        "origins": origins_of(connection),
        "color": config.get("color") or connection.inbox.brand.color,
        "ask_name": config.get("ask_name", "no"),
        "ask_email": config.get("ask_email", "optional"),
        "suggest": bool(config.get("suggest", True)),
        "file_limit": settings.CHAT_FILE_LIMIT,
        "state": state_of(connection, None),
    }


def origins_of(connection: Connection) -> list[str]:
    given = connection.config.get("origins", [])
    return [origin for origin in given if isinstance(origin, str)] if isinstance(given, list) else []
