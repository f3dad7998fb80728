"""The hooks of the server behind a share link, and what its responses mean for a visitor."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastgpt_client._json import as_object

from .errors import ServerError, coded
from .user_server import UserServer, UserServerError

__all__ = ["HookNeeded", "ask_init", "ask_start", "tell_finish", "uid_of"]

_LOG = logging.getLogger("fastgpt_client.testing")
_UID_BYTES = 255
_NOT_IN_UID = set("|/\\")


class HookNeeded(Exception):
    """A call needs the response of `/shareAuth/init` about its visitor before it can continue."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url)
        self.url, self.token = url, token


async def ask_init(url: str, token: str) -> Mapping[str, Any]:
    """Return the response of the server behind a link about a visitor."""
    try:
        return await UserServer(url).ask("POST", "/shareAuth/init", json={"token": token})
    except UserServerError as error:
        _LOG.warning("the share hook init failed: %s", error)
        raise ServerError("Internal Server Error") from None


async def ask_start(url: str, token: str, question: str) -> str:
    """Return the ID that the chat of a visitor is stored under; refuse the question if the server does."""
    try:
        answer = await UserServer(url).ask("POST", "/shareAuth/start", json={"token": token, "question": question})
    except UserServerError as error:
        _LOG.warning("the share hook start failed: %s", error)
        raise coded("unAuthUser", by_user=True) from None
    return uid_of(answer) if as_object(answer.get("data")).get("uid") or not _allows(answer) else token


async def tell_finish(url: str, told: Mapping[str, Any]) -> None:
    """Report a finished completion to the server behind a link; its response is ignored."""
    try:
        await UserServer(url).ask("POST", "/shareAuth/finish", json=told)
    except UserServerError as error:
        _LOG.warning("the share hook finish failed: %s", error)


def _allows(answer: Mapping[str, Any]) -> bool:
    return answer.get("success") is True


def uid_of(answer: Mapping[str, Any]) -> str:
    """Return the ID of a visitor from the response of `init`; refuse the call if it denies them."""
    if not _allows(answer):
        message = answer.get("message") or answer.get("msg")
        raise ServerError(str(message), by_user=True) if message else coded("unAuthUser", by_user=True)
    uid = as_object(answer.get("data")).get("uid")
    if not isinstance(uid, str) or not uid or len(uid.encode()) > _UID_BYTES or _NOT_IN_UID & set(uid):
        raise ServerError("Invalid UID", by_user=True)
    return uid
