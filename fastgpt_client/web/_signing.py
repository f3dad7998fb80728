"""Texts that nobody else can make: chat ids, and addresses that expire; without I/O."""

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
    """Signs texts for one purpose: what is signed for another one is refused."""

    def __init__(self, secret: str | bytes | None, purpose: str) -> None:
        key = secrets.token_bytes(32) if secret is None else _secret(secret)
        self._key = hmac.digest(key, purpose.encode(), "sha256")

    def sign(self, *texts: str, unseen: str = "") -> str:
        """Return a text fit for an address that holds these; whoever checks it must know what is `unseen`."""
        payload = _pack(json.dumps(texts).encode())
        return f"{payload}.{self._mac(payload, unseen)}"

    def check(self, signed: str, *, unseen: str = "") -> list[str] | None:
        """Return the texts that were signed, None if they were not signed here."""
        payload, _, mac = signed.partition(".")
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(payload, unseen).encode()):
            return None
        texts = parse_json(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return [str(text) for text in texts]

    def _mac(self, payload: str, unseen: str) -> str:
        # The payload has no line end of its own.
        text = f"{payload}\n{unseen}".encode("utf-8", "surrogatepass")
        return _pack(hmac.digest(self._key, text, hashlib.sha256))

    def __repr__(self) -> str:
        return "<Signer>"


def _secret(secret: object) -> bytes:
    found = secret.encode() if isinstance(secret, str) else secret
    if not isinstance(found, bytes) or len(found) < _SECRET_BYTES:
        raise ValidationError(f"secret must have at least {_SECRET_BYTES} bytes, such as secrets.token_urlsafe() gives")
    return found


def _pack(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class SignedChat(NamedTuple):
    """A new chat: its id, which the server keeps, and the signed form of it, which the browser gets."""

    chat_id: str
    signed: str


class ChatIds:
    """Makes and checks the signed chat ids that browsers get, so that one visitor cannot read another's chat.

    ```python
    chat_ids = ChatIds(os.environ["CHAT_SECRET"])
    chat = chat_ids.new(visitor=user.id)           # chat.signed goes to the browser
    chat_id = chat_ids.open(signed, visitor=user.id)
    ```

    Args:
        secret: at least 16 bytes, the same in each process that serves the page. None for one that is made up here: the
            ids then end with this process.

    Raises:
        ValidationError: the secret is too short.
    """

    def __init__(self, secret: str | bytes | None = None) -> None:
        self._signer = Signer(secret, "chat")

    def new(self, *, visitor: str = "") -> SignedChat:
        """Return a new chat, of one visitor if he is known; else of whoever has the signed id.

        Args:
            visitor: who the chat is of; "" if nobody knows.
        """
        chat_id = secrets.token_hex(12)
        return SignedChat(chat_id, self._signer.sign(chat_id, unseen=visitor))

    def open(self, signed: str, *, visitor: str = "") -> str:
        """Return the chat's id.

        Args:
            signed: what the browser sent.
            visitor: who the chat is of; "" if nobody knows.

        Raises:
            ValidationError: it was not signed here, or for another visitor.
        """
        given: object = signed  # by a browser
        found = self._signer.check(given, unseen=visitor) if isinstance(given, str) else None
        if found is None:
            raise ValidationError(f"the chat {shown(given)} is not this visitor's")
        return found[0]
