"""Settings shared by all turns of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastgpt_client._api.chat_lookup import ChatLookup

__all__ = ["ConversationSettings"]

# Parameters of a share link's visitor, on new and old servers.
_VISITOR = ("outLinkAuthData", "shareId", "outLinkUid")


class ConversationSettings(NamedTuple):
    """The chat, and the parameters of its completions."""

    chat_id: str
    app_id: str | None
    lookup: ChatLookup | None  # None for a chat that is not saved
    variables: Mapping[str, Any] | None
    detail: bool
    recover: bool
    params: Mapping[str, Any]  # additional parameters of each completion
    system: str | None = None  # an instruction sent before each message

    @property
    def scope(self) -> dict[str, Any]:
        """The owner of the chat, for calls other than completions."""
        return {"appId": self.app_id, **{name: self.params.get(name) for name in _VISITOR}}

    def completion_params(self, item_id: str, variables: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the parameters of a turn; its `variables` override those of the conversation."""
        return {
            "chatId": self.chat_id,
            "appId": self.app_id,
            "responseChatItemId": item_id,
            "detail": self.detail,
            "variables": {**(self.variables or {}), **(variables or {})} or None,
            **self.params,
        }
