"""A browser reduced to what is measured: one kept-open connection, cookies, the CSRF token."""

import http.client
import re
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.stack import BenchError

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMEOUT = 120
IDLE_SECONDS = 3.0  # the server closes a connection that has been quiet for five


@dataclass(frozen=True)
class Answer:
    status: int
    ms: float
    size: int
    queries: int
    text: str


class Client:
    def __init__(self, port: int, *, bearer: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.cookies: dict[str, str] = {}
        self.bearer = bearer
        self.used_at = 0.0

    def sign_in(self, email: str, password: str) -> "Client":
        page = self.get("/accounts/sign-in/")
        found = TOKEN.search(page.text)
        if found is None:
            raise BenchError("The sign-in page has no form.")
        form = {"csrfmiddlewaretoken": found[1], "email": email, "password": password}
        answer = self.post("/accounts/sign-in/", form)
        if answer.status != http.client.FOUND:
            raise BenchError(f"Signing in as {email} was answered {answer.status}.")
        return self

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        if "csrftoken" in self.cookies:
            headers["X-CSRFToken"] = self.cookies["csrftoken"]
        if path.startswith("/accounts/"):
            del headers["HX-Request"]
        return self.ask("POST", path, urlencode(form).encode(), headers)

    def post_json(self, path: str, body: bytes) -> Answer:
        return self.ask("POST", path, body, {"Content-Type": "application/json"})

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.bearer:
            sent["Authorization"] = f"Bearer {self.bearer}"
        if time.monotonic() - self.used_at > IDLE_SECONDS:
            self.connection.close()
            self.connection.connect()
        begun = time.perf_counter()
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        content = response.read()
        ms = (time.perf_counter() - begun) * 1000
        self.used_at = time.monotonic()
        self.take_cookies(response)
        queries = int(response.headers.get("X-Query-Count") or 0)
        return Answer(response.status, ms, len(content), queries, content.decode("utf-8", "replace"))

    def take_cookies(self, response: http.client.HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
