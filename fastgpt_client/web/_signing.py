"""Signed texts that cannot be forged: chat IDs and expiring URLs; without I/O."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from fastgpt_client._json import parse_json, shown
from fastgpt_client.exceptions import ValidationError

__all__ = ["ChatIds", "SignedChat", "Signer"]

_SECRET_BYTES = 16


class Signer:
    """Signs texts for one purpose; texts signed for another purpose are refused."""

    def __init__(self, secret: str | bytes | None, purpose: str) -> None:
        key = secrets.token_bytes(32) if secret is None else _secret(secret)
        self._key = hmac.digest(key, purpose.encode(), "sha256")

    def sign(self, *texts: str, unseen: str = "") -> str:
        """Return a URL-safe text that contains `texts`. To check it, the same `unseen` text is required."""
        payload = _pack(json.dumps(texts).encode())
        return f"{payload}.{self._mac(payload, unseen)}"

    def check(self, signed: str, *, unseen: str = "") -> list[str] | None:
        """Return the signed texts, or None if the signature is invalid."""
        payload, _, mac = signed.partition(".")
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(payload, unseen).encode()):
            return None
        texts = parse_json(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return [str(text) for text in texts]

    def _mac(self, payload: str, unseen: str) -> str:
        # The payload itself never contains a newline.
        text = f"{payload}\n{unseen}".encode("utf-8", "surrogatepass")
        return _pack(hmac.digest(self._key, text, hashlib.sha256))

    def __repr__(self) -> str:
        return "<Signer>"


def _secret(secret: object) -> bytes:
    found = secret.encode() if isinstance(secret, str) else secret
    if not isinstance(found, bytes) or len(found) < _SECRET_BYTES:
        raise ValidationError(f"secret must have at least {_SECRET_BYTES} bytes; use secrets.token_urlsafe()")
    return found


def _pack(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class SignedChat(NamedTuple):
    """A new chat.

    Attributes:
        chat_id: the chat's ID on the server.
        signed: the signed ID, to send to the browser.
    """

    chat_id: str
    signed: str


class ChatIds:
    """Creates and verifies signed chat IDs for browsers, so that one visitor cannot read the chats of another.

    ```python
    chat_ids = ChatIds(os.environ["CHAT_SECRET"])
    chat = chat_ids.new(visitor=user.id)           # chat.signed goes to the browser
    chat_id = chat_ids.open(signed, visitor=user.id)
    ```

    Args:
        secret: at least 16 bytes, the same in all processes that serve the page. Default: a random one, so that IDs are
            valid until this process ends.

    Raises:
        ValidationError: the secret is too short.
    """

    def __init__(self, secret: str | bytes | None = None) -> None:
        self._signer = Signer(secret, "chat")

    def new(self, *, visitor: str = "") -> SignedChat:
        """Return a new chat with its signed ID.

        Args:
            visitor: who owns the chat, such as a user ID. Default: "" for whoever has the signed ID.
        """
        chat_id = secrets.token_hex(12)
        return SignedChat(chat_id, self._signer.sign(chat_id, unseen=visitor))

    def open(self, signed: str, *, visitor: str = "") -> str:
        """Verify a signed ID, and return the chat's ID on the server.

        Args:
            signed: the signed ID that the browser sent.
            visitor: who asks, as passed to `new`.

        Raises:
            ValidationError: the signature is invalid, or the chat belongs to another visitor.
        """
        given: object = signed  # by a browser
        found = self._signer.check(given, unseen=visitor) if isinstance(given, str) else None
        if found is None:
            raise ValidationError(f"the chat {shown(given)} does not belong to this visitor")
        return found[0]
