# Generated from _async_src/linked_records.py by scripts/generate.py: edit the source, not this file.
"""The messages of a chat by pages that begin and end at a message, however the chat grows meanwhile."""

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
        """Return a page of a chat's messages in the order of time, the newest page if no id is given.

        Where the answer has them (4.18: known from its documentation alone), hand its `prevCursor` back as `prevId` for
        the page before, and its `nextCursor` as `nextId` for the page after; null says that there is none, and a page
        holds whole turns. On servers before that hand back the `id` of the first or the last message. From 4.15 on a
        question and its answer share one id, and the question is found: take an even `pageSize`, so that pages begin
        with a question, and drop the answer that `nextId` repeats.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            appId: the app; left out, the client's `app_id`.
            pageSize: how many messages; a page around `initialId` has one more.
            initialId: the message that the page is around. At most one of the three ids can be given.
            nextId: the message that the page comes after.
            prevId: the message that the page ends before.
            includeDeleted: with messages that were deleted.
            loadCustomFeedbacks: with the feedback that nodes of the app gave.
            type: "normal", "outLink" or "home": which fields come along.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            authProxy: act as another member of the team (4.18 and later: known from its documentation alone).
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            ServerError: the chat has no message of that id.
            ValidationError: more than one of the three ids is given.

        `POST /api/core/chat/record/getRecords_v2`, 4.14.4 and later.
        """
        self._validate_params(chatId=chatId, initialId=initialId, nextId=nextId, prevId=prevId)
        if sum(given is not None for given in (initialId, nextId, prevId)) > 1:
            raise ValidationError("pass one of initialId, nextId and prevId at most")
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
