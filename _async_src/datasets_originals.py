# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Originals of collections, their rows as a table, and files of external sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._http.request import APIRequest
from fastgpt_client.responses import DataResponse, Response

from .datasets_calls import AsyncDatasetCalls

if TYPE_CHECKING:
    from fastgpt_client.types import APIFile, CollectionSource, DownloadTicket


class AsyncOriginalsMixin(AsyncDatasetCalls):
    """The part of the dataset client that reads originals."""

    async def read_collection(
        self,
        *,
        collectionId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CollectionSource]:
        """Return the address of a collection's original: a URL valid for at least half an hour, or the link.

        Anyone who has the URL can read the file. It may be relative to the server.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/read`, all versions.
        """
        self._validate_params(collectionId=collectionId)
        request = self._request(
            paths.READ_COLLECTION,
            body={"collectionId": collectionId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def export_collection(
        self,
        *,
        collectionId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> Response[None]:
        """Return a collection's rows as a CSV file in `.content`.

        The file is UTF-8 with a byte order mark, has the columns `q` and `a`, and holds up to 50,000 rows.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            RateLimitError: the server allows one such call per minute.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/export`, 4.9.4 and later.
        """
        self._validate_params(collectionId=collectionId)
        request = self._request(
            paths.EXPORT_COLLECTION,
            body={"collectionId": collectionId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._bytes(request)

    async def get_download_ticket(
        self,
        *,
        datasetId: str,
        collectionIds: Sequence[str],
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[DownloadTicket]:
        """Return a ticket to download the originals of collections and folders, valid for one minute and one download.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            collectionIds: IDs of collections and folders; a folder stands for everything in it.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            ConflictError: another download of this key's owner is in progress.
            BadRequestError: there is nothing to download, or too much at once.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/getDownloadTicket`, 4.17.1 and later.
        """
        self._validate_params(datasetId=datasetId)
        self._validate_ids(collectionIds=collectionIds)
        request = self._request(
            paths.DOWNLOAD_TICKET,
            body={"datasetId": datasetId, "collectionIds": collectionIds},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def download_collections(
        self,
        *,
        ticket: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> Response[None]:
        """Return the originals that a ticket stands for, as a ZIP file in `.content`.

        Args:
            ticket: ticket returned by `get_download_ticket`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/dataset/collection/batchDownload`, 4.17.1 and later.
        """
        self._validate_params(ticket=ticket)
        request = self._request(
            paths.DOWNLOAD, query={"ticket": ticket}, extra_query=extra_query, extra_body=extra_body
        )
        return await self._bytes(request)

    async def list_api_files(
        self,
        *,
        datasetId: str,
        parentId: str | None = None,
        searchKey: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[list[APIFile]]:
        """Return the files and folders in one folder of a dataset's external source.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            parentId: ID of the folder in the source; default: its root.
            searchKey: text to find in the file name.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/apiDataset/list`, all versions.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId, searchKey=searchKey)
        request = self._request(
            paths.API_FILES,
            body={"datasetId": datasetId, "parentId": parentId, "searchKey": searchKey},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def list_api_file_ids(
        self,
        *,
        datasetId: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[list[str]]:
        """Return the IDs of the external files that already have a collection.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/dataset/apiDataset/listExistId`, all versions.
        """
        self._validate_params(datasetId=datasetId)
        request = self._request(
            paths.API_FILE_IDS, query={"datasetId": datasetId}, extra_query=extra_query, extra_body=extra_body
        )
        return await self._call(request)

    async def get_api_file_path(
        self,
        *,
        datasetId: str,
        parentId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[str]:
        """Return the path of a folder in a dataset's external source. Requires permission to manage the dataset.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            parentId: ID of the folder in the source.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/apiDataset/getPathNames`, 4.9.8 and later.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        request = self._request(
            paths.API_FILE_PATH,
            body={"datasetId": datasetId, "parentId": parentId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def _bytes(self, request: APIRequest) -> Response[None]:
        answer = await self._send_request(request)
        return Response(answer.http, answer.content, None, attempts=answer.attempts)
