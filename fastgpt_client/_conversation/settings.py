"""What all turns of a conversation have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastgpt_client._api.chat_lookup import ChatLookup

__all__ = ["ConversationSettings"]

# A share link's visitor, in the form of new servers and of old ones.
_VISITOR = ("outLinkAuthData", "shareId", "outLinkUid")


class ConversationSettings(NamedTuple):
    """Which chat it is, and how its completions are asked for."""

    chat_id: str
    app_id: str | None
    lookup: ChatLookup | None  # None for a chat that is not saved
    variables: Mapping[str, Any] | None
    detail: bool
    recover: bool
    params: Mapping[str, Any]  # further ones of each completion
    system: str | None = None  # an instruction that goes ahead of each message

    @property
    def scope(self) -> dict[str, Any]:
        """Whose chat it is, for the calls beside the completions."""
        return {"appId": self.app_id, **{name: self.params.get(name) for name in _VISITOR}}

    def completion_params(self, item_id: str, variables: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the parameters of a turn; its `variables` go over those of the conversation."""
        return {
            "chatId": self.chat_id,
            "appId": self.app_id,
            "responseChatItemId": item_id,
            "detail": self.detail,
            "variables": {**(self.variables or {}), **(variables or {})} or None,
            **self.params,
        }
