"""A device that holds passkeys, in software: it makes key pairs and signs as WebAuthn wants it."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED = 0x01, 0x04


@dataclass
class Device:
    """`count` goes up with each answer; `flags` say whether it saw its owner."""

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 1
    credential_id: bytes = b"device-credential"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""

    def client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["publicKey"]["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def data(self, credential: bytes = b"") -> AuthenticatorData:
        flags = self.flags | (0x40 if credential else 0)
        return AuthenticatorData.create(self.rp_hash, flags, self.count, credential)

    @property
    def rp_hash(self) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest()

    def written(self, response: dict[str, bytes]) -> str:
        name = websafe_encode(self.credential_id)
        parts = {key: websafe_encode(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})

    def make(self, options: dict[str, Any]) -> str:
        self.handle = websafe_decode(options["publicKey"]["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        attestation = AttestationObject.create("none", self.data(credential), {})
        client_data = self.client_data("webauthn.create", options)
        return self.written({"clientDataJSON": client_data, "attestationObject": bytes(attestation)})

    def answer(self, options: dict[str, Any]) -> str:
        self.count += 1
        data, client_data = self.data(), self.client_data("webauthn.get", options)
        signed = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client_data, "authenticatorData": bytes(data), "signature": signed}
        return self.written(parts | {"userHandle": self.handle})
