"""A chat inbox of Nordlicht Home at /chat/nordlicht-chat/, and visitors who talk to it over HTTP."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand
from channels_app.models import Connection, InboxAddress
from tests.factories.tickets import InboxFactory

SECRET = "a-secret-of-the-shop-and-of-us-alone"
KEY = "nordlicht-chat"


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    """What a test says in a second, a visitor does not; the limits have tests of their own."""
    settings.CHAT_RATE_PER_NETWORK = 0


@pytest.fixture
def chat(brand: Brand) -> Connection:
    connection = Connection(
        inbox=InboxFactory(brand=brand, key=KEY, name="Chat", kind="webchat"),
        config={"origins": ["https://shop.example"], "ask_email": "optional"},
    )
    connection.seal({"user_secret": SECRET})
    connection.save(force_insert=True)
    return connection


@pytest.fixture
def mail(brand: Brand) -> Connection:
    connection = Connection.objects.create(inbox=InboxFactory(brand=brand, key="mail", name="Mail"))
    InboxAddress.objects.create(connection=connection, address="support@nordlicht.test")
    return connection


class Browser:
    """One visitor's page: keeps its token as the widget does."""

    def __init__(self, key: str = KEY) -> None:
        self.client, self.key, self.token = Client(enforce_csrf_checks=True), key, ""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        data = json.dumps(body) if body is not None else ""
        url = f"/chat/{self.key}/{path}"
        return self.client.generic(method, url, data, "application/json", headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body or {}, **headers)

    def begin(self, **told: Any) -> Any:
        answer = self.post("sessions/", told)
        self.token = answer.json().get("token", self.token)
        return answer

    def say(self, text: str, client_id: str = "", **more: Any) -> Any:
        return self.post("lines/", {"id": client_id or uuid.uuid4().hex, "text": text, **more})

    def lines(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"lines/?after={after}").json()["lines"]
        return found

    def upload(self, name: str, content: bytes, client_id: str = "") -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        body = {"id": client_id or uuid.uuid4().hex, "file": SimpleUploadedFile(name, content)}
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(f"/chat/{self.key}/files/", body, headers=headers)


@pytest.fixture
def visitor(chat: Connection) -> Browser:
    return Browser()


@pytest.fixture
def another(chat: Connection) -> Callable[[], Browser]:
    return Browser
