# Generated from _async_src/deletions.py by scripts/generate.py: edit the source, not this file.
"""Deleting chats: one, several, or all of an app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.params import check_clears_one_user
from fastgpt_client.responses import DataResponse

from .client import AsyncFastGPTClient

if TYPE_CHECKING:
    from fastgpt_client.types import AuthProxy, OutLinkAuth


class AsyncDeletionsMixin(AsyncFastGPTClient):
    """The part of the chat client that deletes chats."""

    async def delete_chat_history(
        self,
        *,
        chatId: str,
        appId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete a chat. Do not reuse its ID: from 4.14.4 on, a chat under that ID stays hidden.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            appId: ID of the app; default: the client's `app_id`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `DELETE /api/core/chat/delHistory`, all versions.
        """
        self._validate_params(chatId=chatId)
        request = self._request(
            paths.DELETE_HISTORY,
            query={**self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid), "chatId": chatId},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        return await self._call(request)

    async def batch_delete_chat_histories(
        self,
        *,
        chatIds: Sequence[str],
        appId: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete several chats and their messages permanently. Their IDs can be reused; unknown IDs are ignored.

        The key's owner must be allowed to read the app's logs.

        Args:
            chatIds: IDs of the chats.
            appId: ID of the app; default: the client's `app_id`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/chat/history/batchDelete`, 4.14.4 and later.
        """
        self._validate_ids(chatIds=chatIds)
        request = self._request(
            paths.BATCH_DELETE,
            body={"appId": self._chosen_app(appId), "chatIds": chatIds},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def clear_chat_histories(
        self,
        *,
        appId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        customUid: str | None = None,
        server_version: str | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete all of the app's chats that were created with API keys, by any member of the team.

        Args:
            appId: ID of the app; default: the client's `app_id`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            customUid: delete only the chats of this end user (4.18 and later; documented, not verified).
            server_version: the server's version, such as "4.18.0". Required with `customUid`: older servers ignore that
                filter and would delete the chats of all users.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            ValidationError: `customUid` is given and `server_version` is not 4.18 or later.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `DELETE /api/core/chat/clearHistories`, all versions.
        """
        self._validate_params(customUid=customUid)
        scope = self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy)
        request = self._request(
            paths.CLEAR_HISTORIES,
            query={**scope, "customUid": customUid},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        check_clears_one_user(request.query, extra_body, server_version)
        return await self._call(request)
