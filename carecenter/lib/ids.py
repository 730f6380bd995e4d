"""Tokens that strangers may see: 128 bits, not guessable, safe in addresses and mail local parts."""

import base64
import secrets


def new_token() -> str:
    """26 characters of lower-case base32: mail servers may fold case, so upper case would be lost."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
