# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The texts behind an answer's citations, for which the server stored only the IDs."""

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
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            chatItemDataId: the answer's `dataId`.
            datasetDataIdList: `id`s of the citations, up to 200.
            collectionIdList: `collection_id`s of the citations, up to 200.
            appId: ID of the app; default: the client's `app_id`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            PermissionDeniedError: the answer does not exist, or an ID is not that of a collection.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        """Return a page of a cited collection, around one of its rows.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            chatItemDataId: `dataId` of the answer that cites the collection.
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            appId: ID of the app; default: the client's `app_id`.
            anchor: index of the row in the collection.
            pageSize: maximum number of rows, 1 to 30.
            initialId: `id` of the row to start at; one of the three IDs is required.
            nextId: `id` of the last row of a page, to get the page after it.
            prevId: `id` of the first row of a page, to get the page before it.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
