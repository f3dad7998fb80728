"""Calls that look up a completion in its chat and stop its run."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastgpt_client._http.request import APIRequest, Operation
from fastgpt_client.exceptions import APIConnectionError, APIError, FastGPTError, RateLimitError

from . import endpoints as paths
from .encoding import dump_json, query_params
from .params import drop_none, names_visitor

__all__ = ["AGE", "ChatLookup", "chat_lookup", "is_transient"]

# The response has the key `openapi` on 4.15 and later; older servers lack the path. It needs no key.
AGE = APIRequest(paths.API_DOCUMENT, {}, None, visitor=True)
# A chat with this ID is not saved (4.15 and later): nothing can be looked up in it, and duplicates are not refused.
_UNSAVED = "NO_RECORD_HISTORIES"


def is_transient(error: FastGPTError) -> bool:
    """Return whether a lookup that failed with this error may be retried."""
    if isinstance(error, APIError):
        return isinstance(error, RateLimitError) or error.outcome_unknown
    return isinstance(error, APIConnectionError)


class ChatLookup(NamedTuple):
    """A chat and its owner, and the lookup calls for it."""

    chat_id: str
    scope: dict[str, Any]
    visitor: bool
    appless: bool

    def status(self) -> APIRequest:
        """Ask whether the chat is generating."""
        return self._post(paths.HISTORY_STATUS, {"chatIds": [self.chat_id]})

    def records(self) -> APIRequest:
        """Read the newest messages: as many as a turn may add, and a few before."""
        return self._post(paths.RECORDS, {"offset": 0, "pageSize": 10, "chatId": self.chat_id})

    def detail(self, data_id: str) -> APIRequest:
        """Read what each node did for an answer."""
        query = query_params({**self.scope, "chatId": self.chat_id, "dataId": data_id})
        return APIRequest(paths.RECORD_DETAIL, query, None, visitor=self.visitor, appless=self.appless)

    def stop(self) -> APIRequest:
        """Stop the current run."""
        return self._post(paths.STOP, {"chatId": self.chat_id})

    def _post(self, operation: Operation, body: dict[str, Any]) -> APIRequest:
        content = dump_json({**self.scope, **body})
        return APIRequest(operation, {}, content, visitor=self.visitor, appless=self.appless)


def chat_lookup(chat_id: str, scope: dict[str, Any]) -> ChatLookup | None:
    """Return the lookup of a chat, None if the chat is not saved."""
    if chat_id == _UNSAVED:
        return None
    scope, visitor = drop_none(scope), names_visitor(scope)
    return ChatLookup(chat_id, scope, visitor, not visitor and "appId" not in scope)
