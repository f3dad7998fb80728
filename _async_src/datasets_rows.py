# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The rows of knowledge bases: pushed, inserted, listed, read, changed, deleted, and the texts they are found by."""

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
    """The part of the dataset client that is about rows, which FastGPT calls data."""

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
        """Have rows learnt, any number of them, and return how many the server took, and which it did not.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            data: the rows, taken as they are sent: 200 a call, and 9 MB.
            trainingType: not read by any server: what counts is the collection's own.
            billId: what `create_training_usage` returned; left out, each call has a bill of its own.
            indexSize: the tokens of a text that a row is found by.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            FastGPTError: a call failed. Its `.pushed` says what became of the rows before that call; those of the call
                itself may have been taken. It is not repeated, since no server tells a second copy from the first.

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
        """Return the id of a new row, which is learnt at once.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            q: the text of the row, or the question.
            a: the answer to the question; left out, the row has none.
            indexes: further texts by which it is found.
            metadata: from 4.16 on.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            ConflictError: the collection has the same row already.

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

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            searchText: a piece of the row.
            offset: how many items to pass over; or `pageNum`.
            pageNum: the page, from 1; or `offset`.
            pageSize: up to 30: a larger page comes back cut without a word.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        A row that is listed may not be found yet: see `fastgpt_client.datasets.row_state`.
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
        """Return an iterator over all rows of a collection; the arguments are those of `list_data`.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            searchText: a piece of the row's text.
            pageSize: how many items are asked for at a time. Servers cut it to 30.
            extra_body: further fields of the request's body; they win over the arguments.
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
        """Return a row as it is stored, with the texts that it is found by.

        Args:
            id: the row.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            NotFoundError: there is none.

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
        """Change a row; what is left out stays as it is.

        Args:
            dataId: the row.
            q: the text of the row, or the question.
            a: the answer to the question; left out, the row has none.
            indexes: all the texts that it is found by; one with its `dataId` is kept as it is. Left out, they are read
                first and sent along, since servers up to 4.14 would delete them.
            imageId: the picture of the row.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
            id: the row.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            NotFoundError: there is none.

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
        """Return a row's texts with the collection that it is of.

        Args:
            id: the row that was cited.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/data/getQuoteData`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.QUOTE_DATA, body={"id": id}, extra_body=extra_body, extra_query=extra_query)
        return await self._call(request)
