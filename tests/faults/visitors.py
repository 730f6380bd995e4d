"""Visitors who keep to the chat's rules: one line after the other, the same line again until it is taken."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Visitor:
    """Says `lines` in order. What was taken is what the server gave a position."""

    name: str
    port: int
    key: str
    lines: list[str]
    pause: float
    token: str = ""
    positions: list[int] = field(default_factory=list)
    trouble: str = ""

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """(0, {}) when nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            line.request(
                method,
                f"/chat/{self.key}/{path}",
                json.dumps(body or {}) if method == "POST" else None,
                headers,
            )
            answer = line.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content.startswith(b"{") else {}
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            line.close()

    def until(
        self, good: tuple[int, ...], method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Again and again, as a page does whose network is gone. An answer that is a refusal ends it."""
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            status, answer = self.call(method, path, body)
            if status in good:
                return answer
            if 400 <= status < 500 and status != 429:
                raise AssertionError(f"{self.name}: {path} was answered {status} {answer}")
            time.sleep(0.3)
        raise AssertionError(f"{self.name}: {path} was never answered")

    def talk(self) -> None:
        try:
            self.token = self.until((200, 201), "POST", "sessions/", {"name": self.name})["token"]
            for number, text in enumerate(self.lines):
                body = {"id": f"{self.name}-line-{number:03}", "text": text}
                taken = self.until((200,), "POST", "lines/", body)
                self.positions.append(taken["line"]["position"])
                time.sleep(self.pause)
        except AssertionError as error:
            self.trouble = str(error)

    def begin(self) -> threading.Thread:
        thread = threading.Thread(target=self.talk)
        thread.start()
        return thread

    def heard(self) -> list[dict[str, Any]]:
        """Everything a page that comes back catches up with."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["position"] if found else 0
            fresh = self.until((200,), "GET", f"lines/?after={after}")["lines"]
            if not fresh:
                return found
            found += fresh
