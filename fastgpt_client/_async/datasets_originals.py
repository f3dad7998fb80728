# Generated from _async_src/datasets_originals.py by scripts/generate.py: edit the source, not this file.
"""What the collections of knowledge bases were made of: their originals, their rows as a table, outside files."""

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
    """The part of the dataset client that reads what was put in."""

    async def read_collection(
        self,
        *,
        collectionId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CollectionSource]:
        """Return where a collection's original is: an address that is good for half an hour at least, or the link.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        The address is itself the credential: whoever has it may read the file. It may be relative to the server.
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
        """Return a collection's rows as a CSV file, `.content`: UTF-8 with a mark, columns `q` and `a`, 50,000 rows.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            RateLimitError: a server answers one such call a minute.

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
        """Return a ticket for the originals of collections and folders, good for a minute and one download.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            collectionIds: collections and folders; a folder stands for all that is in it.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            ConflictError: another download of this key's owner is under way.
            BadRequestError: there is nothing to fetch, or too much at once.

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
        """Return the originals that a ticket of `get_download_ticket` is for, as a ZIP file: `.content`.

        Args:
            ticket: what `get_download_ticket` returned.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

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
        """Return the files and folders of a dataset's outside source, of one folder.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            parentId: the folder of the source; left out, its root.
            searchKey: a piece of the file's name.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
        """Return the ids of the outside files that are collections already.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

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
        """Return the path of a folder of a dataset's outside source. It needs the right to manage the dataset.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            parentId: the folder of the source.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
