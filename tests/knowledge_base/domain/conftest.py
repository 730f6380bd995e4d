"""A server that speaks OpenAI's embeddings API: texts about the same thing get the same vector."""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from knowledge_base.domain import embedders, meaning

THINGS = (
    ("refund", "money back", "reimburse"),
    ("parcel", "package", "shipment"),
    ("lamp", "light"),
    ("invoice", "bill"),
    ("password", "sign in"),
)


class FakeServer:
    """Answers with one number for each thing a text speaks of. `status`, `body` and `is_base64` change its answers."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.body: bytes | None = None
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.asked.append(asked)
                fake.headers.append(dict(self.headers))
                body = fake.body if fake.body is not None else fake.answer(asked["input"])
                self.send_response(fake.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def answer(texts: list[str]) -> bytes:
        rows = [
            {
                "index": index,
                "embedding": [*(float(any(w in text.lower() for w in words)) for words in THINGS), 0.1],
            }
            for index, text in enumerate(texts)
        ]
        return json.dumps({"object": "list", "data": rows[::-1]}).encode()


@pytest.fixture
def server(settings: Any) -> Iterator[FakeServer]:
    """Meaning is switched on, by this server."""
    fake = FakeServer()
    settings.EMBEDDINGS, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY = fake.url, "things", "secret"
    meaning.forget()
    embedders._made.cache_clear()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()
    meaning.forget()
