# Generated from _async_src/datasets_search.py by scripts/generate.py: edit the source, not this file.
"""Searching knowledge bases, and what they find things by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import chunk_settings
from fastgpt_client.datasets import SearchResults
from fastgpt_client.exceptions import ValidationError

from .datasets_calls import AsyncDatasetCalls

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import ChunkSettings, DataIndex, PreviewChunks


class AsyncSearchMixin(AsyncDatasetCalls):
    """The part of the dataset client that searches, and sets what rows are found by."""

    async def search(
        self,
        *,
        datasetId: str,
        text: str | None = None,
        queryImageUrls: Sequence[str] | None = None,
        limit: int | None = None,
        similarity: float | None = None,
        searchMode: Literal["embedding", "fullTextRecall", "mixedRecall"] | None = None,
        embeddingWeight: float | None = None,
        usingReRank: bool | None = None,
        rerankModel: str | None = None,
        rerankWeight: float | None = None,
        datasetSearchUsingExtensionQuery: bool | None = None,
        datasetSearchExtensionModel: str | None = None,
        datasetSearchExtensionBg: str | None = None,
        datasetDeepSearch: bool | None = None,
        datasetDeepSearchModel: str | None = None,
        datasetDeepSearchMaxTimes: int | None = None,
        datasetDeepSearchBg: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> SearchResults:
        """Return what a search of a dataset finds, the best first. It costs points.

        ```python
        for hit in await client.search(datasetId="65f000000000000000000001", text="Where is Oslo?"):
            print(hit.score, hit.source, hit.text)
        ```

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            text: what is asked.
            queryImageUrls: keys of uploaded images, beside or in place of the text (4.15 and later).
            limit: how many tokens the results may have in all, up to 20,000; the first result is always there.
            similarity: from 0 to 1: worse results are left out. It counts in the mode "embedding", or with reranking.
            searchMode: left out, "embedding".
            embeddingWeight: from 0 to 1, in the mode "mixedRecall"; the full text has the rest.
            usingReRank: whether a model ranks the results once more; ignored if the server has none.
            rerankModel: the name of the model that ranks again.
            rerankWeight: how much its ranking counts, from 0 to 1.
            datasetSearchUsingExtensionQuery: whether a model asks the question in other words too.
            datasetSearchExtensionModel: the name of that model.
            datasetSearchExtensionBg: background that it is given.
            datasetDeepSearch: whether to search in several steps (commercial edition).
            datasetDeepSearchModel: the name of the model that plans the steps.
            datasetDeepSearchMaxTimes: how many steps at most.
            datasetDeepSearchBg: background that it is given.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            ValidationError: there is neither a text nor an image.
            ServerError: the model failed; the message is that of its provider.

        `POST /api/core/dataset/searchTest`, all versions.
        """
        self._validate_params(datasetId=datasetId, text=text)
        if text is None and not queryImageUrls:
            raise ValidationError("text is missing: pass what is asked, or queryImageUrls")
        request = self._request(
            paths.SEARCH,
            body={
                "datasetId": datasetId,
                "text": text,
                "queryImageUrls": queryImageUrls,
                "limit": limit,
                "similarity": similarity,
                "searchMode": searchMode,
                "embeddingWeight": embeddingWeight,
                "usingReRank": usingReRank,
                "rerankModel": rerankModel,
                "rerankWeight": rerankWeight,
                "datasetSearchUsingExtensionQuery": datasetSearchUsingExtensionQuery,
                "datasetSearchExtensionModel": datasetSearchExtensionModel,
                "datasetSearchExtensionBg": datasetSearchExtensionBg,
                "datasetDeepSearch": datasetDeepSearch,
                "datasetDeepSearchModel": datasetDeepSearchModel,
                "datasetDeepSearchMaxTimes": datasetDeepSearchMaxTimes,
                "datasetDeepSearchBg": datasetDeepSearchBg,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        answer = await self._send_request(request)
        return SearchResults(
            answer.http, answer.content, answer.json, data=answer.json.get("data"), attempts=answer.attempts
        )

    async def preview_chunks(
        self,
        *,
        datasetId: str,
        type: Literal["fileLocal", "link", "externalFile", "apiFile", "reTraining"],
        sourceId: str,
        overlapRatio: float = 0.2,
        selector: str | None = None,
        externalFileId: str | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[PreviewChunks]:
        """Return how a file or a link would be cut: the first ten pieces, and how many there would be.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            type: what `sourceId` names.
            sourceId: the file's key, the link, the outside file's id, or the collection's id.
            overlapRatio: how much of a piece the next one repeats, from 0 to 0.4.
            selector: the CSS selector of what is read of a link.
            externalFileId: the id of a file that lies elsewhere.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/file/getPreviewChunks`, all versions.
        """
        self._validate_params(datasetId=datasetId, sourceId=sourceId)
        request = self._request(
            paths.PREVIEW_CHUNKS,
            body={
                "datasetId": datasetId,
                "type": type,
                "sourceId": sourceId,
                "overlapRatio": overlapRatio,
                "selector": selector,
                "externalFileId": externalFileId,
                **chunk_settings(settings),
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def preview_text_chunks(
        self,
        *,
        datasetId: str,
        rawText: str,
        overlapRatio: float = 0.2,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[PreviewChunks]:
        """Return how a text would be cut: the first ten pieces, and how many there would be.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            rawText: what is to be cut.
            overlapRatio: how much of a piece the next one repeats, from 0 to 0.4.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/file/getRawTextPreviewChunks`, 4.16.0 and later.
        """
        self._validate_params(datasetId=datasetId)
        request = self._request(
            paths.PREVIEW_TEXT_CHUNKS,
            body={
                "datasetId": datasetId,
                "rawText": rawText,
                "overlapRatio": overlapRatio,
                **chunk_settings(settings),
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def create_data_index(
        self,
        *,
        dataId: str,
        text: str,
        type: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, DataIndex]]:
        """Add a text by which a row is found: `.data["index"]` is the new one, with its `dataId`.

        Args:
            dataId: the row.
            text: what the row is to be found by.
            type: "custom", "question", "summary" or another kind that the server has; left out, "custom".
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/data/index/create`, 4.15.0 and later.
        """
        self._validate_params(dataId=dataId, text=text)
        request = self._request(
            paths.CREATE_INDEX,
            body={"dataId": dataId, "text": text, "type": type},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def update_data_index(
        self,
        *,
        dataId: str,
        indexDataId: str,
        text: str,
        type: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, DataIndex]]:
        """Change a text by which a row is found. It then has a new `dataId`: take it from `.data["index"]`.

        Args:
            dataId: the row.
            indexDataId: the `dataId` of the text among the row's indexes.
            text: what the row is to be found by from now on.
            type: its new kind; left out, the old one.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            NotFoundError: the row has no such text; it may have got a new id.

        `POST /api/core/dataset/data/index/update`, 4.15.0 and later.
        """
        self._validate_params(dataId=dataId, indexDataId=indexDataId, text=text)
        request = self._request(
            paths.UPDATE_INDEX,
            body={"dataId": dataId, "indexDataId": indexDataId, "text": text, "type": type},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def delete_data_index(
        self,
        *,
        dataId: str,
        indexDataId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete a text by which a row is found.

        Args:
            dataId: the row.
            indexDataId: the `dataId` of the text among the row's indexes.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/data/index/delete`, 4.15.0 and later.
        """
        self._validate_params(dataId=dataId, indexDataId=indexDataId)
        request = self._request(
            paths.DELETE_INDEX,
            body={"dataId": dataId, "indexDataId": indexDataId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)
