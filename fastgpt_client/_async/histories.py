# Generated from _async_src/histories.py by scripts/generate.py: edit the source, not this file.
"""Chats stored on the server: listing, opening, renaming and pinning them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.params import as_iso, pagination_params
from fastgpt_client.responses import DataResponse

from .client import AsyncFastGPTClient
from .pages import AsyncPageIterator

if TYPE_CHECKING:
    from fastgpt_client.types import (
        AuthProxy,
        ChatHistory,
        ChatHistoryPage,
        ChatInit,
        ChatStatusList,
        OutLinkAuth,
        Source,
    )


class AsyncHistoriesMixin(AsyncFastGPTClient):
    """The part of the chat client for whole chats."""

    async def get_chat_histories(
        self,
        *,
        appId: str | None = None,
        source: Source | None = "api",
        offset: int | None = None,
        pageNum: int | None = None,
        pageSize: int = 20,
        startCreateTime: str | date | None = None,
        endCreateTime: str | date | None = None,
        startUpdateTime: str | date | None = None,
        endUpdateTime: str | date | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[ChatHistoryPage]:
        """Return a page of the app's chats: pinned chats first, then the most recent.

        Only chats of the key's owner are listed.

        Args:
            appId: ID of the app; default: the client's `app_id`.
            source: only chats from this source; None for all (4.9.10 and later; earlier versions then find nothing).
            offset: number of items to skip; use either this or `pageNum`.
            pageNum: number of the page, from 1; use either this or `offset`.
            pageSize: maximum number of items per page.
            startCreateTime: only chats created at or after this time: ISO 8601 text, a `datetime`, or a `date`, which
                means the start of that local day (4.9.10 and later, like the next three).
            endCreateTime: only chats created at or before this time; a `date` means the end of that local day.
            startUpdateTime: only chats last changed at or after this time.
            endUpdateTime: only chats last changed at or before this time.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Returns:
            `.data["list"]` has the chats, `.data["total"]` the number of all matching chats.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/chat/getHistories`, 4.8.12 and later.
        """
        request = self._request(
            paths.HISTORIES,
            body={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy),
                **pagination_params(offset, pageNum, pageSize),
                "source": source,
                "startCreateTime": as_iso("startCreateTime", startCreateTime),
                "endCreateTime": as_iso("endCreateTime", endCreateTime, end=True),
                "startUpdateTime": as_iso("startUpdateTime", startUpdateTime),
                "endUpdateTime": as_iso("endUpdateTime", endUpdateTime, end=True),
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    def iter_chat_histories(
        self,
        *,
        appId: str | None = None,
        source: Source | None = "api",
        pageSize: int = 20,
        startCreateTime: str | date | None = None,
        endCreateTime: str | date | None = None,
        startUpdateTime: str | date | None = None,
        endUpdateTime: str | date | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> AsyncPageIterator[ChatHistory]:
        """Return an iterator over all chats of the app, in the order of `get_chat_histories`.

        ```python
        async for chat in client.iter_chat_histories():
            print(chat["chatId"], chat["title"])
        ```

        Args:
            appId: ID of the app; default: the client's `app_id`.
            source: only chats from this source; None for all.
            pageSize: number of items fetched per request.
            startCreateTime: as in `get_chat_histories`.
            endCreateTime: as in `get_chat_histories`.
            startUpdateTime: as in `get_chat_histories`.
            endUpdateTime: as in `get_chat_histories`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/chat/getHistories`, 4.8.12 and later.
        """
        target = {
            **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy),
            "source": source,
            "startCreateTime": as_iso("startCreateTime", startCreateTime),
            "endCreateTime": as_iso("endCreateTime", endCreateTime, end=True),
            "startUpdateTime": as_iso("startUpdateTime", startUpdateTime),
            "endUpdateTime": as_iso("endUpdateTime", endUpdateTime, end=True),
        }
        return AsyncPageIterator(
            lambda offset: self._request(
                paths.HISTORIES,
                body={**target, **pagination_params(offset, None, pageSize)},
                extra_body=extra_body,
            ),
            self._send_request,
            lambda item: item.get("chatId"),
            step=pageSize,
        )

    async def get_chat_init(
        self,
        *,
        chatId: str,
        appId: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[ChatInit]:
        """Return what a chat window needs: the app's name and settings, and the chat's title and variables.

        Args:
            chatId: ID of the chat, which need not exist and is not created. The chat is marked as read (4.14.11 and
                later).
            appId: ID of the app; default: the client's `app_id`.
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/chat/init`, all versions.
        """
        self._validate_params(chatId=chatId)
        request = self._request(
            paths.INIT,
            query={**self._chat_scope(appId, authProxy=authProxy), "chatId": chatId},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        return await self._call(request)

    async def update_chat_history(
        self,
        *,
        chatId: str,
        appId: str | None = None,
        customTitle: str | None = None,
        title: str | None = None,
        top: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Rename or pin a chat, which also makes it the most recent. Does nothing if the chat does not exist.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            appId: ID of the app; default: the client's `app_id`.
            customTitle: the user's own title for the chat; runs do not change it.
            title: the server's title, which 4.11 overwrites on every turn.
            top: True to pin the chat, False to unpin it.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `PUT /api/core/chat/updateHistory`, all versions.
        """
        self._validate_params(chatId=chatId)
        request = self._request(
            paths.UPDATE_HISTORY,
            body={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid),
                "chatId": chatId,
                "customTitle": customTitle,
                "title": title,
                "top": top,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def get_history_status(
        self,
        *,
        chatIds: Sequence[str],
        appId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[ChatStatusList]:
        """Return whether chats are generating: `chatGenerateStatus` is 0 while generating, 1 when done, 2 if it failed.

        Unknown IDs are omitted from the result.

        Args:
            chatIds: up to 200 IDs of chats.
            appId: ID of the app; default: the client's `app_id`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/chat/history/getHistoryStatus`, 4.14.11 and later.
        """
        self._validate_ids(chatIds=chatIds)
        request = self._request(
            paths.HISTORY_STATUS,
            body={**self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid), "chatIds": chatIds},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def mark_read(
        self,
        *,
        chatId: str,
        appId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Mark a chat as read, which also makes it the most recent; `get_chat_init` marks it without that effect.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            appId: ID of the app; default: the client's `app_id`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/chat/history/markRead`, 4.14.11 and later.
        """
        self._validate_params(chatId=chatId)
        request = self._request(
            paths.MARK_READ,
            body={**self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid), "chatId": chatId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)
