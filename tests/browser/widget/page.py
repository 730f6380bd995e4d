"""Somebody's web page with our chat on it, and what a visitor does there."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from accounts.models import User
from tickets.domain.lines import say
from tickets.models import Contact, Message

PAGE = """<!doctype html><html lang="en" dir="{dir}"><head><meta charset="utf-8"><title>Kettles</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{host}/widget.js" data-inbox="shop-chat" {more} async></script></head>
<body><main><h1>Kettles</h1><button>Buy</button></main></body></html>"""


class Site:
    """Somebody's web page, whose policy allows our script and our frame and nothing else."""

    def __init__(self, host: str) -> None:
        self.host, self.more, self.dir = host, "", "ltr"
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = PAGE.format(host=site.host, more=site.more, dir=site.dir).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                policy = f"default-src 'none'; script-src {site.host}; frame-src {site.host}"
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        # another origin of the same site: the frame keeps its own storage
        self.origin = f"http://localhost:{self.port}"
        # another site: a Chromium like this one keeps nothing for our frame there
        self.foreign = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def launcher(page: Any) -> Any:
    return page.locator("#carecenter-chat button")


def frame(page: Any) -> Any:
    return page.frame_locator("#carecenter-chat iframe")


def open_chat(page: Any) -> Any:
    launcher(page).click()
    inside = frame(page)
    inside.get_by_text("Ask us about kettles").wait_for()
    return inside


def write(inside: Any, text: str) -> None:
    inside.get_by_role("textbox", name="Your message").fill(text)
    inside.get_by_role("button", name="Send", exact=True).click()


def said(inside: Any) -> list[str]:
    found: list[str] = inside.locator("#log .line:not(.greeting) .bubble").all_inner_texts()
    return found


def wait_for(page: Any, check: Callable[[], bool]) -> None:
    for _ in range(150):
        if check():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never came to that")


def texts() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("text", flat=True))


def agent_says(alice: User, text: str) -> None:
    say(Contact.objects.get(ended_at=None), text, actor=alice)


def inside_of(page: Any) -> Any:
    return next(one for one in page.frames if "/frame/" in one.url)
