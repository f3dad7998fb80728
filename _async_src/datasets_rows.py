# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Rows of knowledge bases: pushing, inserting, listing, reading, changing and deleting them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import known_indexes
from fastgpt_client._api.params import pagination_params
from fastgpt_client._api.rows import dropped_rows, push_calls
from fastgpt_client._json import as_object
from fastgpt_client.datasets import PushResult
from fastgpt_client.exceptions import FastGPTError

from .datasets_calls import AsyncDatasetCalls
from .pages import AsyncPageIterator

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import DataDetail, DataIndex, DataItem, DataPage, DataRow, QuoteData


class AsyncRowsMixin(AsyncDatasetCalls):
    """The part of the dataset client for rows, which FastGPT calls data."""

    async def push_data(
        self,
        *,
        collectionId: str,
        data: Iterable[DataRow | Mapping[str, Any]],
        trainingType: str | None = None,
        billId: str | None = None,
        indexSize: int | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> PushResult:
        """Push any number of rows for training, and return how many the server accepted and which it rejected.

        ```python
        pushed = await client.push_data(collectionId=collection_id, data=[{"q": "Capital of Norway?", "a": "Oslo"}])
        print(pushed.accepted, pushed.dropped)
        ```

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            data: the rows, read as they are sent: at most 200 rows and 9 MB per request.
            trainingType: not read by any server; the collection's own type is used.
            billId: ID returned by `create_training_usage`; if omitted, each request has its own bill.
            indexSize: maximum length, in tokens, of the texts that a row is found by.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: a request failed. `.pushed` reports the rows sent before it; rows of the failed request may
                have been accepted. It is not retried, because servers do not detect duplicates.

        `POST /api/core/dataset/data/pushData`, all versions.
        """
        self._validate_params(collectionId=collectionId, billId=billId)
        params = {
            "collectionId": collectionId,
            "trainingType": trainingType,
            "billId": billId,
            "indexSize": indexSize,
        }
        result, end = PushResult(), self._end()
        try:
            for call in push_calls(data, params, extra_body, extra_query):
                answer = await self._call_until(call.request, end)
                result.add(call.first, call.rows, *dropped_rows(call.rows, answer.data))
        except FastGPTError as exc:
            exc.pushed = result
            raise
        return result

    async def insert_data(
        self,
        *,
        collectionId: str,
        q: str,
        a: str | None = None,
        indexes: Sequence[DataIndex | Mapping[str, Any]] | None = None,
        metadata: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[str]:
        """Insert one row, train it at once, and return its ID.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            q: text of the row, or the question.
            a: answer to the question; default: none.
            indexes: additional texts that the row is found by.
            metadata: stored with the row (4.16 and later).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            ConflictError: the collection already has the same row.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/data/insertData`, all versions.
        """
        self._validate_params(collectionId=collectionId, q=q)
        request = self._request(
            paths.INSERT_DATA,
            body={"collectionId": collectionId, "q": q, "a": a, "indexes": indexes, "metadata": metadata},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def list_data(
        self,
        *,
        collectionId: str,
        searchText: str | None = None,
        offset: int | None = None,
        pageNum: int | None = None,
        pageSize: int = 30,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[DataPage]:
        """Return a page of a collection's rows, in the order of the text.

        A listed row may not be searchable yet: see `fastgpt_client.datasets.row_state`.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            searchText: text to find in the row.
            offset: number of items to skip; use either this or `pageNum`.
            pageNum: number of the page, from 1; use either this or `offset`.
            pageSize: maximum number of rows, up to 30; servers silently shorten a larger page.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/data/v2/list`, all versions.
        """
        self._validate_params(collectionId=collectionId)
        request = self._request(
            paths.DATA_LIST,
            body={
                "collectionId": collectionId,
                "searchText": searchText,
                **pagination_params(offset, pageNum, pageSize),
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    def iter_data(
        self,
        *,
        collectionId: str,
        searchText: str | None = None,
        pageSize: int = 30,
        extra_body: Mapping[str, object] | None = None,
    ) -> AsyncPageIterator[DataItem]:
        """Return an iterator over all rows of a collection, in the order of the text.

        ```python
        async for row in client.iter_data(collectionId=collection_id):
            print(row["q"], row["a"])
        ```

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            searchText: text to find in the row.
            pageSize: number of rows fetched per request, up to 30.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/data/v2/list`, all versions.
        """
        self._validate_params(collectionId=collectionId)
        pagination_params(None, None, pageSize)
        body = {"collectionId": collectionId, "searchText": searchText}
        return AsyncPageIterator(
            lambda offset: self._request(
                paths.DATA_LIST, body={**body, **pagination_params(offset, None, pageSize)}, extra_body=extra_body
            ),
            self._send_request,
            lambda item: item.get("_id"),
            step=pageSize,
            cut=True,
        )

    async def get_data(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[DataDetail]:
        """Return a row as stored, with the texts that it is found by.

        Args:
            id: ID of the row, from `list_data`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            NotFoundError: the row does not exist.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/dataset/data/detail`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.DATA, query={"id": id}, extra_query=extra_query, extra_body=extra_body)
        return await self._call(request)

    async def update_data(
        self,
        *,
        dataId: str,
        q: str | None = None,
        a: str | None = None,
        indexes: Sequence[DataIndex | Mapping[str, Any]] | None = None,
        imageId: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, str] | None]:
        """Change a row. Omitted fields stay as they are.

        Args:
            dataId: ID of the row, from `list_data`.
            q: text of the row, or the question.
            a: answer to the question.
            indexes: all texts that the row is found by; one given with its `dataId` is kept unchanged. If omitted, the
                current ones are read first and sent again, because servers up to 4.14 would delete them.
            imageId: ID of the row's image.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `PUT /api/core/dataset/data/update`, all versions.
        """
        self._validate_params(dataId=dataId, q=q)
        end = self._end()
        known: Mapping[str, Any] = {}
        if q is None or indexes is None:
            found = await self._call_until(self._request(paths.DATA, query={"id": dataId}), end)
            known = as_object(found.data)
        request = self._request(
            paths.UPDATE_DATA,
            body={
                "dataId": dataId,
                "q": known.get("q") if q is None else q,
                "a": a,
                "indexes": known_indexes(known) if indexes is None else indexes,
                "imageId": imageId,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call_until(request, end)

    async def delete_data(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[str | None]:
        """Delete a row.

        Args:
            id: ID of the row, from `list_data`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            NotFoundError: the row does not exist.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `DELETE /api/core/dataset/data/delete`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.DELETE_DATA, query={"id": id}, extra_query=extra_query, extra_body=extra_body)
        return await self._call(request)

    async def get_quote_data(
        self,
        *,
        id: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[QuoteData]:
        """Return a row's texts and its collection.

        Args:
            id: ID of the cited row.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/data/getQuoteData`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.QUOTE_DATA, body={"id": id}, extra_body=extra_body, extra_query=extra_query)
        return await self._call(request)
