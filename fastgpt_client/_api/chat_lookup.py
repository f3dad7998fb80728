"""The calls by which a completion is looked up in its chat, and its run stopped."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastgpt_client._http.request import APIRequest, Operation
from fastgpt_client.exceptions import APIConnectionError, APIError, FastGPTError, RateLimitError

from . import endpoints as paths
from .encoding import dump_json, query_params
from .params import drop_none, names_visitor

__all__ = ["AGE", "ChatLookup", "chat_lookup", "is_transient"]

# An answer with the key `openapi` tells a server of 4.15 or later; older ones do not know the path. Anybody may ask.
AGE = APIRequest(paths.API_DOCUMENT, {}, None, visitor=True)
# A chat of this id is not saved (4.15 and later): nothing can be looked up there, and no second copy is refused.
_UNSAVED = "NO_RECORD_HISTORIES"


def is_transient(error: FastGPTError) -> bool:
    """Return whether a look at the server that ended so may be made again."""
    if isinstance(error, APIError):
        return isinstance(error, RateLimitError) or error.outcome_unknown
    return isinstance(error, APIConnectionError)


class ChatLookup(NamedTuple):
    """One chat: whose it is, as each call says it, and what follows from that for the calls."""

    chat_id: str
    scope: dict[str, Any]
    visitor: bool
    appless: bool

    def status(self) -> APIRequest:
        """Whether the chat is generating."""
        return self._post(paths.HISTORY_STATUS, {"chatIds": [self.chat_id]})

    def records(self) -> APIRequest:
        """The newest messages, as many as a turn may add and some before."""
        return self._post(paths.RECORDS, {"offset": 0, "pageSize": 10, "chatId": self.chat_id})

    def detail(self, data_id: str) -> APIRequest:
        """What each node did for one answer."""
        query = query_params({**self.scope, "chatId": self.chat_id, "dataId": data_id})
        return APIRequest(paths.RECORD_DETAIL, query, None, visitor=self.visitor, appless=self.appless)

    def stop(self) -> APIRequest:
        """The end of the run that is going on."""
        return self._post(paths.STOP, {"chatId": self.chat_id})

    def _post(self, operation: Operation, body: dict[str, Any]) -> APIRequest:
        content = dump_json({**self.scope, **body})
        return APIRequest(operation, {}, content, visitor=self.visitor, appless=self.appless)


def chat_lookup(chat_id: str, scope: dict[str, Any]) -> ChatLookup | None:
    """Return how a chat is looked at, None for one that is not saved."""
    if chat_id == _UNSAVED:
        return None
    scope, visitor = drop_none(scope), names_visitor(scope)
    return ChatLookup(chat_id, scope, visitor, not visitor and "appId" not in scope)
