# Generated from _async_src/linked_records.py by scripts/generate.py: edit the source, not this file.
"""The messages of a chat by pages anchored at a message, which stay stable while the chat grows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.params import pagination_params
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.responses import DataResponse

from .client import FastGPTClient

if TYPE_CHECKING:
    from fastgpt_client.types import AuthProxy, LinkedRecordPage, OutLinkAuth


class LinkedRecordsMixin(FastGPTClient):
    """The part of the chat client that pages by cursors."""

    def get_linked_chat_records(
        self,
        *,
        chatId: str,
        appId: str | None = None,
        pageSize: int = 20,
        initialId: str | None = None,
        nextId: str | None = None,
        prevId: str | None = None,
        includeDeleted: bool | None = None,
        loadCustomFeedbacks: bool | None = None,
        type: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[LinkedRecordPage]:
        """Return a page of a chat's messages in chronological order; without an ID, the newest page.

        If the response has `prevCursor` and `nextCursor` (4.18; documented, not verified), pass them as `prevId` and
        `nextId` to get the page before and the page after; null means that there is no such page, and a page holds
        whole turns. On earlier servers pass the `id` of the first or the last message. From 4.15 on, a question and its
        answer share one ID, which then refers to the question: use an even `pageSize`, so that pages start with a
        question, and drop the answer that `nextId` repeats.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            appId: ID of the app; default: the client's `app_id`.
            pageSize: maximum number of messages; a page around `initialId` has one more.
            initialId: ID of the message at the centre of the page. Pass at most one of the three IDs.
            nextId: ID of the message just before the page.
            prevId: ID of the message just after the page.
            includeDeleted: include deleted messages.
            loadCustomFeedbacks: include feedback given by nodes of the app.
            type: set of fields to return: "normal", "outLink" or "home".
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            ServerError: the chat has no message with that ID.
            ValidationError: more than one of the three IDs is given.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/chat/record/getRecords_v2`, 4.14.4 and later.
        """
        self._validate_params(chatId=chatId, initialId=initialId, nextId=nextId, prevId=prevId)
        if sum(given is not None for given in (initialId, nextId, prevId)) > 1:
            raise ValidationError("pass at most one of initialId, nextId and prevId")
        request = self._request(
            paths.LINKED_RECORDS,
            body={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy),
                "chatId": chatId,
                "pageSize": pagination_params(None, None, pageSize)["pageSize"],
                "initialId": initialId,
                "nextId": nextId,
                "prevId": prevId,
                "includeDeleted": includeDeleted,
                "loadCustomFeedbacks": loadCustomFeedbacks,
                "type": type,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)
