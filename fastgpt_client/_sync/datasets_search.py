# Generated from _async_src/datasets_search.py by scripts/generate.py: edit the source, not this file.
"""Searching knowledge bases, and the texts that rows are found by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import chunk_settings
from fastgpt_client.datasets import SearchResults
from fastgpt_client.exceptions import ValidationError

from .datasets_calls import DatasetCalls

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import ChunkSettings, DataIndex, PreviewChunks


class SearchMixin(DatasetCalls):
    """The part of the dataset client that searches and manages index texts."""

    def search(
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
        """Return the results of a search in a dataset, best first. Costs points.

        ```python
        for hit in client.search(datasetId="65f000000000000000000001", text="Where is Oslo?"):
            print(hit.score, hit.source, hit.text)
        ```

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            text: what to search for.
            queryImageUrls: keys of uploaded images, with or in place of the text (4.15 and later).
            limit: maximum size of all results together, in tokens, up to 20,000; the first result is always returned.
            similarity: minimum score, from 0 to 1. Applied in the mode "embedding", or with reranking.
            searchMode: "embedding", "fullTextRecall" or "mixedRecall"; default: "embedding".
            embeddingWeight: weight of the embedding search in the mode "mixedRecall", from 0 to 1; full-text search has
                the rest.
            usingReRank: rerank the results with a model; ignored if the server has none.
            rerankModel: name of the reranking model.
            rerankWeight: weight of the reranking, from 0 to 1.
            datasetSearchUsingExtensionQuery: let a model rephrase the question as well.
            datasetSearchExtensionModel: name of the model that rephrases.
            datasetSearchExtensionBg: background information for that model.
            datasetDeepSearch: search in several steps (commercial edition).
            datasetDeepSearchModel: name of the model that plans the steps.
            datasetDeepSearchMaxTimes: maximum number of steps.
            datasetDeepSearchBg: background information for that model.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            ValidationError: neither a text nor an image is given.
            ServerError: the model failed; the message is its provider's.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/searchTest`, all versions.
        """
        self._validate_params(datasetId=datasetId, text=text)
        if text is None and not queryImageUrls:
            raise ValidationError("text is missing: pass the text to search for, or queryImageUrls")
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
        answer = self._send_request(request)
        return SearchResults(
            answer.http, answer.content, answer.json, data=answer.json.get("data"), attempts=answer.attempts
        )

    def preview_chunks(
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
        """Return how a file or a link would be split: the first ten chunks and the total number.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            type: kind of source that `sourceId` refers to.
            sourceId: the file's key, the link, the external file's ID, or the collection's ID.
            overlapRatio: share of a chunk repeated in the next one, from 0 to 0.4.
            selector: CSS selector of the part of a link to read.
            externalFileId: the file's ID in the external storage.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        return self._call(request)

    def preview_text_chunks(
        self,
        *,
        datasetId: str,
        rawText: str,
        overlapRatio: float = 0.2,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[PreviewChunks]:
        """Return how a text would be split: the first ten chunks and the total number.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            rawText: the text to split.
            overlapRatio: share of a chunk repeated in the next one, from 0 to 0.4.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        return self._call(request)

    def create_data_index(
        self,
        *,
        dataId: str,
        text: str,
        type: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, DataIndex]]:
        """Add a text that a row is found by. `.data["index"]` is the new entry, with its `dataId`.

        Args:
            dataId: ID of the row, from `list_data`.
            text: text that the row is to be found by.
            type: "custom", "question", "summary" or another type that the server has; default: "custom".
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/data/index/create`, 4.15.0 and later.
        """
        self._validate_params(dataId=dataId, text=text)
        request = self._request(
            paths.CREATE_INDEX,
            body={"dataId": dataId, "text": text, "type": type},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def update_data_index(
        self,
        *,
        dataId: str,
        indexDataId: str,
        text: str,
        type: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, DataIndex]]:
        """Change a text that a row is found by. The entry gets a new `dataId`: see `.data["index"]`.

        Args:
            dataId: ID of the row, from `list_data`.
            indexDataId: `dataId` of the entry among the row's `indexes`.
            text: the new text.
            type: the new type; default: unchanged.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            NotFoundError: the row has no such entry; its ID may have changed.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/data/index/update`, 4.15.0 and later.
        """
        self._validate_params(dataId=dataId, indexDataId=indexDataId, text=text)
        request = self._request(
            paths.UPDATE_INDEX,
            body={"dataId": dataId, "indexDataId": indexDataId, "text": text, "type": type},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def delete_data_index(
        self,
        *,
        dataId: str,
        indexDataId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete a text that a row is found by.

        Args:
            dataId: ID of the row, from `list_data`.
            indexDataId: `dataId` of the entry among the row's `indexes`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/data/index/delete`, 4.15.0 and later.
        """
        self._validate_params(dataId=dataId, indexDataId=indexDataId)
        request = self._request(
            paths.DELETE_INDEX,
            body={"dataId": dataId, "indexDataId": indexDataId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)
