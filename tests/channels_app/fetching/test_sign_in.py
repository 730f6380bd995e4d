"""Signing in by OAuth 2: a token service of the test's own, and a real Dovecot that asks it whose a token is."""

import http.server
import json
import threading
from typing import Any
from urllib.parse import parse_qs

import pytest

from channels_app.domain.mailbox_troubles import Trouble
from channels_app.fetching.sign_in import Access, fetch_token
from channels_app.fetching.wire import Way
from tests.channels_app.fetching.test_troubles import failed, steps
from tests.flows.dovecot import Dovecot, need_dovecot


class TokenService:
    """Gives out access tokens, and tells Dovecot whose they are."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        self.asked: list[dict[str, list[str]]] = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
                status, answer = service.token(form) if self.path == "/token" else service.who(form)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        if form.get("refresh_token") != ["refresh-1"]:
            return 400, {"error": "invalid_grant"}
        value = f"access-{len(self.tokens)}"
        self.tokens[value] = "anna@x.test"
        return 200, {"access_token": value, "expires_in": 3600, "token_type": "Bearer"}

    def who(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        owner = self.tokens.get(form.get("token", [""])[0])
        return 200, {"active": "true", "username": owner} if owner else {"active": "false"}


@pytest.mark.mail_server
def test_sign_in_by_oauth_at_a_real_server(monkeypatch: pytest.MonkeyPatch) -> None:
    need_dovecot()
    service = TokenService()
    with Dovecot(oauth_url=f"{service.url}/introspect") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority.file))
        way = Way("localhost", server.imaps, "tls")
        access = Access(
            username="anna@x.test",
            how="oauth2",
            token_url=f"{service.url}/token",
            client_id="carecenter",
            client_secret="secret",
            refresh_token="refresh-1",
        )
        assert steps(way, access)[-1] == ("idle", "done", ""), (server.root / "log").read_text()[-2000:]
        assert service.asked[0]["client_id"] == ["carecenter"]
        service.tokens.clear()  # withdrawn: what the service gives out is refused by the server
        monkeypatch.setattr(service, "who", lambda _form: (200, {"active": "false"}))
        assert steps(way, access)[-1] == failed("sign_in", "sign_in_refused")


def test_refresh_token_that_was_withdrawn_is_said() -> None:
    service = TokenService()
    access = Access(username="x", how="oauth2", token_url=f"{service.url}/token", refresh_token="gone")
    with pytest.raises(Trouble) as caught:
        fetch_token(access)
    assert (caught.value.code, caught.value.detail) == ("token_refused", "invalid_grant")
