# Generated from _async_src/chat.py by scripts/generate.py: edit the source, not this file.
"""The chat client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastgpt_client._api.chat_lookup import chat_lookup
from fastgpt_client._api.params import check_ids, drop_none
from fastgpt_client._conversation.ids import new_id
from fastgpt_client._conversation.settings import ConversationSettings

from .calls import AsyncChatCalls

if TYPE_CHECKING:
    from fastgpt_client.types import AuthProxy, OutLinkAuth

    from .conversation import AsyncConversation


class AsyncChatClient(AsyncChatCalls):
    """Talks to FastGPT's chat endpoints: completions, streamed or not, histories, records and feedback.

    ```python
    async with AsyncChatClient(api_key="fastgpt-xxxxx", base_url="http://localhost:3000") as client:
        answer = await client.create_chat_completion([{"role": "user", "content": "Hello!"}])
        print(answer.text)
    ```

    All arguments of a call keep the wire's spelling; None leaves an argument out. `extra_body` and `extra_query` add
    what a newer server takes. `appId` may be left out where the client has an `app_id`. A share link's visitor is
    named by `outLinkAuthData` (4.15 and later), or by `shareId` and `outLinkUid` beside `appId` (before). A call that
    names one is sent without the key, so that it never has the key's rights.

    Every call raises `ValidationError` for what it can refuse before sending, a subclass of `APIError` for an error
    of the server, and `APIConnectionError` if no answer came.
    """

    _serves_visitors = True

    def conversation(
        self,
        *,
        chatId: str | None = None,
        appId: str | None = None,
        variables: Mapping[str, Any] | None = None,
        detail: bool = True,
        recover: bool = True,
        customUid: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        retainDatasetCite: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        system: str | None = None,
    ) -> AsyncConversation:
        """Return a conversation: one chat that keeps its own ids; nothing is sent yet.

        Args:
            chatId: the chat to go on with; left out, a new one.
            variables: the app's global variables, sent with each turn.
            detail: ask for nodes, tools and pauses; without it a pause cannot be seen.
            recover: look an answer up that was cut off, and ask again where the server refuses a second copy.
            customUid, metadata, retainDatasetCite, outLinkAuthData, shareId, outLinkUid, authProxy: as in
                `create_chat_completion`.
            system: an instruction to the model, sent ahead of each message; the server does not keep it.
        """
        params = {
            "customUid": customUid,
            "metadata": metadata,
            "retainDatasetCite": retainDatasetCite,
            "outLinkAuthData": outLinkAuthData,
            "shareId": shareId,
            "outLinkUid": outLinkUid,
            "authProxy": authProxy,
        }
        check_ids(chatId=chatId, appId=appId, system=system)
        from .conversation import AsyncConversation  # noqa: PLC0415 - not every program holds conversations

        chat_id = chatId or new_id()
        settings = ConversationSettings(
            chat_id,
            appId,
            chat_lookup(chat_id, self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid)),
            variables,
            detail,
            recover,
            drop_none(params),
            system,
        )
        return AsyncConversation(self, self._sender, settings, is_new=chatId is None)
