"""An OpenID Connect provider on loopback: discovery, the code flow with PKCE, keys that turn, real signatures."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "carecenter", "client-secret"


class Provider:
    """`claims` are those of whoever signs in next; `wrong` changes what a right provider would put into the token."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "1234", "email": "alice@example.com", "email_verified": True}
        self.wrong: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: dict[str, str] = {}
        self.fetches: list[str] = []
        self.described: dict[str, Any] = {}
        self.of_key = {"alg": "RS256"}
        self.turn_keys()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, None)

            def do_POST(self) -> None:
                provider.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def turn_keys(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = secrets.token_hex(4)

    def answer(self, request: Any, body: bytes | None) -> None:
        path = urlsplit(request.path).path.removeprefix("/realm")
        self.fetches.append(path)
        status, said = 404, {}
        if path == "/.well-known/openid-configuration":
            status, said = 200, {**self.description(), **self.described}
        elif path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            status, said = 200, {"keys": [{**public, "kid": self.kid, "use": "sig", **self.of_key}]}
        elif path == "/token" and body is not None:
            status, said = self.token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        text = json.dumps(said).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(text)))
        request.end_headers()
        request.wfile.write(text)

    def description(self) -> dict[str, str]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def sign_in(self, address: str) -> str:
        """Somebody signs in there, and the browser is sent back: to this address."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (self.asked["response_type"], self.asked["code_challenge_method"]) == ("code", "S256")
        code = secrets.token_hex(8)
        self.codes[code] = self.asked
        return f"{self.asked['redirect_uri']}?{urlencode({'code': code, 'state': self.asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        at = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": asked["nonce"],
            "auth_time": at,
        }
        signed = jwt.encode(
            {**claims, **self.claims, **self.wrong.get("claims", {})},
            self.wrong.get("key", self.key),
            algorithm=self.wrong.get("algorithm", "RS256"),
            headers={"kid": self.kid},
        )
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}
