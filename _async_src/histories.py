# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The chats that a server keeps: listing, opening, renaming them."""

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
    """The part of the chat client that is about whole chats."""

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
        """Return a page of the app's chats, pinned ones first, then the newest: `.data["list"]`, `.data["total"]`.

        Args:
            appId: the app; left out, the client's `app_id`.
            source: where the chats came from; None for all of them (4.9.10 and later; before, it finds nothing).
            offset: how many chats to pass over; or `pageNum`, from 1.
            pageNum: the page, from 1; or `offset`.
            pageSize: how many items the page has at most.
            startCreateTime: only chats begun at or after this time: ISO text, a datetime, or a date, which begins with
                its local day (4.9.10 and later, as the next three).
            endCreateTime: only chats begun at or before this time; a date ends with its local day.
            startUpdateTime: only chats last changed at or after this time.
            endUpdateTime: only chats last changed at or before this time.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            authProxy: act as another member of the team (4.18 and later: known from its documentation alone).
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Only chats of the key's owner. `POST /api/core/chat/getHistories`, 4.8.12 and later.
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
        """Return an iterator over all chats of the app, page by page, in the order of `get_chat_histories`.

        ```python
        async for chat in client.iter_chat_histories():
            print(chat["chatId"], chat["title"])
        ```

        Args:
            appId: the app; left out, the client's `app_id`.
            source: where the chats came from; None for all of them.
            pageSize: how many items are asked for at a time.
            startCreateTime: as in `get_chat_histories`.
            endCreateTime: as in `get_chat_histories`.
            startUpdateTime: as in `get_chat_histories`.
            endUpdateTime: as in `get_chat_histories`.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            authProxy: act as another member of the team (4.18 and later: known from its documentation alone).
            extra_body: further fields of the request's body; they win over the arguments.

        It takes the same filters.
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
        """Return what a chat window needs to open: the app's name and settings, the chat's title and variables.

        Args:
            chatId: one that does not exist is fine, and creates nothing. It is marked as read (4.14.11 and later).
            appId: the app; left out, the client's `app_id`.
            authProxy: act as another member of the team (4.18 and later: known from its documentation alone).
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

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
        """Rename or pin a chat; it also becomes the newest. Does nothing if the chat does not exist.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            appId: the app; left out, the client's `app_id`.
            customTitle: the user's name for the chat; no run changes it.
            title: the server's own title, which 4.11 sets anew at every turn.
            top: pin the chat, or unpin it.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
        """Return whether chats are generating: `chatGenerateStatus` 0 for yes, 1 for done, 2 for failed.

        Args:
            chatIds: the chats.
            appId: the app; left out, the client's `app_id`.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Unknown ids are left out. `POST /api/core/chat/history/getHistoryStatus`, up to 200 ids, 4.14.11 and later.
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
        """Mark a chat as read; it also becomes the newest, which `get_chat_init` avoids.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            appId: the app; left out, the client's `app_id`.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
