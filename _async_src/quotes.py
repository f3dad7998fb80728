# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The texts behind an answer's citations, where the server kept their ids only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fastgpt_client._api import endpoints as paths
from fastgpt_client.responses import DataResponse

from .client import AsyncFastGPTClient

if TYPE_CHECKING:
    from fastgpt_client.types import CollectionQuotePage, OutLinkAuth, QuoteText


class AsyncQuotesMixin(AsyncFastGPTClient):
    """The part of the chat client that reads citations."""

    async def get_quotes(
        self,
        *,
        chatId: str,
        chatItemDataId: str,
        datasetDataIdList: Sequence[str],
        collectionIdList: Sequence[str],
        appId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[list[QuoteText]]:
        """Return the texts of an answer's citations.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            chatItemDataId: the answer's `dataId`.
            datasetDataIdList: the citations' `id`s, up to 200.
            collectionIdList: their `collection_id`s, up to 200.
            appId: the app; left out, the client's `app_id`.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            PermissionDeniedError: the answer is unknown, or an id is not one of a collection.

        `POST /api/core/chat/record/getQuote`, 4.9.1 and later.
        """
        self._validate_params(chatId=chatId, chatItemDataId=chatItemDataId)
        self._validate_ids(datasetDataIdList=datasetDataIdList, collectionIdList=collectionIdList)
        request = self._request(
            paths.QUOTES,
            body={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid),
                "chatId": chatId,
                "chatItemDataId": chatItemDataId,
                "datasetDataIdList": datasetDataIdList,
                "collectionIdList": collectionIdList,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def get_collection_quotes(
        self,
        *,
        chatId: str,
        chatItemDataId: str,
        collectionId: str,
        appId: str | None = None,
        anchor: int = 0,
        pageSize: int = 15,
        initialId: str | None = None,
        nextId: str | None = None,
        prevId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CollectionQuotePage]:
        """Return a page of a cited collection, around a piece of it.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            chatItemDataId: the `dataId` of the answer that cites it.
            collectionId: the id of the collection, as what made it returns it and lists name it.
            appId: the app; left out, the client's `app_id`.
            anchor: the index of the piece in the collection.
            pageSize: 1 to 30.
            initialId: the `id` of the piece to begin at; one of the three ids is needed.
            nextId: the `id` of the last piece of a page, for the page after it.
            prevId: the `id` of the first piece of a page, for the page before it.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/chat/record/getCollectionQuote`, 4.9.1 and later.
        """
        self._validate_params(
            chatId=chatId,
            chatItemDataId=chatItemDataId,
            collectionId=collectionId,
            initialId=initialId,
            nextId=nextId,
            prevId=prevId,
        )
        request = self._request(
            paths.COLLECTION_QUOTES,
            body={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid),
                "chatId": chatId,
                "chatItemDataId": chatItemDataId,
                "collectionId": collectionId,
                "anchor": anchor,
                "pageSize": pageSize,
                "initialId": initialId,
                "nextId": nextId,
                "prevId": prevId,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)
