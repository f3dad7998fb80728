# Generated from _async_src/datasets_sources.py by scripts/generate.py: edit the source, not this file.
"""What knowledge bases learn from: texts, links and what lies on a server become collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import chunk_settings
from fastgpt_client._http.request import Operation

from .datasets_calls import DatasetCalls

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import APIFile, ChunkSettings, CreatedCollection


class SourcesMixin(DatasetCalls):
    """The part of the dataset client that makes collections of what is no file here.

    Their settings are a `ChunkSettings`; `tags` are names, and `metadata` is kept as it is given by those that say so.
    """

    def create_collection(
        self,
        *,
        datasetId: str,
        name: str,
        type: Literal["virtual", "folder"] = "virtual",
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[str]:
        """Return the id of a new empty collection, to push rows into, or of a folder for collections.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            name: what it is called.
            type: "folder", or "virtual" for one whose rows are pushed.
            parentId: the folder that it is put in; left out, the root.
            tags: names of tags for the collection.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Its rows are learnt as they are ("chunk"). `POST /api/core/dataset/collection/create`, all versions.
        """
        self._validate_params(datasetId=datasetId, name=name, parentId=parentId)
        request = self._request(
            paths.CREATE_COLLECTION,
            body={"datasetId": datasetId, "name": name, "type": type, "parentId": parentId, "tags": tags},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def create_text_collection(
        self,
        *,
        datasetId: str,
        name: str,
        text: str,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Make a collection of a text, up to 10 MB. It becomes a file: the collection is called `NAME.txt`.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            name: what it is called.
            text: the text itself.
            parentId: the folder that it is put in; left out, the root.
            tags: names of tags for the collection.
            metadata: kept, and shown by `get_collection`.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/collection/create/text`, all versions.
        """
        self._validate_params(datasetId=datasetId, name=name, parentId=parentId)
        return self._create(
            paths.CREATE_TEXT_COLLECTION,
            {"datasetId": datasetId, "name": name, "text": text, "parentId": parentId, "tags": tags},
            metadata,
            settings,
            extra_body,
            extra_query,
        )

    def create_link_collection(
        self,
        *,
        datasetId: str,
        link: str,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Make a collection of a web page, which the server fetches as it is, without running its scripts.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            link: the page's address, which is the collection's name until the page's title takes its place.
            parentId: the folder that it is put in; left out, the root.
            tags: names of tags for the collection.
            metadata: only `webPageSelector` counts, the CSS selector of what is read.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/collection/create/link`, all versions.
        """
        self._validate_params(datasetId=datasetId, link=link, parentId=parentId)
        return self._create(
            paths.CREATE_LINK_COLLECTION,
            {"datasetId": datasetId, "link": link, "parentId": parentId, "tags": tags},
            metadata,
            settings,
            extra_body,
            extra_query,
        )

    def create_file_id_collection(
        self,
        *,
        datasetId: str,
        fileId: str,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Make a collection of a file that was uploaded before.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            fileId: the key that the upload was given, "dataset/…"; up to 4.14.2 an id.
            parentId: the folder that it is put in; left out, the root.
            tags: names of tags for the collection.
            metadata: an object of your own that goes along; not every server keeps it.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            NotFoundError: nothing was uploaded under it.

        `POST /api/core/dataset/collection/create/fileId`, all versions.
        """
        self._validate_params(datasetId=datasetId, fileId=fileId, parentId=parentId)
        return self._create(
            paths.CREATE_FILE_ID_COLLECTION,
            {"datasetId": datasetId, "fileId": fileId, "parentId": parentId, "tags": tags},
            metadata,
            settings,
            extra_body,
            extra_query,
        )

    def create_external_collection(
        self,
        *,
        datasetId: str,
        externalFileUrl: str,
        externalFileId: str | None = None,
        filename: str | None = None,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Make a collection of a file that lies elsewhere, in a dataset of the type "externalFile".

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            externalFileUrl: where the server reads the file.
            externalFileId: the id that the file has where it lies.
            filename: the name that the collection gets; left out, that of the URL.
            parentId: the folder that it is put in; left out, the root.
            tags: names of tags for the collection.
            metadata: an object of your own that goes along; not every server keeps it.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            CommercialFeatureError: the server is a community edition.

        `POST /api/proApi/core/dataset/collection/create/externalFileUrl`, commercial edition and cloud.
        """
        self._validate_params(datasetId=datasetId, externalFileUrl=externalFileUrl, parentId=parentId)
        named = {"externalFileUrl": externalFileUrl, "externalFileId": externalFileId, "filename": filename}
        return self._create(
            paths.CREATE_EXTERNAL_COLLECTION,
            {"datasetId": datasetId, **named, "parentId": parentId, "tags": tags},
            metadata,
            settings,
            extra_body,
            extra_query,
        )

    def create_api_collections(
        self,
        *,
        datasetId: str,
        apiFiles: Sequence[APIFile | Mapping[str, Any]],
        parentId: str | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Make collections of files of an outside source. Those that are there already are passed over.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            apiFiles: items of `list_api_files`; folders are taken with what is in them. One item with the id
                "SYSTEM_ROOT" is the whole source.
            parentId: the folder that it is put in; left out, the root.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        The answer names no collection: `list_collections` does.
        `POST /api/core/dataset/collection/create/apiCollectionV2`, 4.11 and later.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        return self._create(
            paths.CREATE_API_COLLECTIONS,
            {"datasetId": datasetId, "apiFiles": apiFiles, "parentId": parentId},
            None,
            settings,
            extra_body,
            extra_query,
        )

    def create_api_collection(
        self,
        *,
        datasetId: str,
        name: str,
        apiFileId: str,
        parentId: str | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection | None]:
        """Make a collection of one file of an outside source; from 4.11 on the answer is None, and `name` not read.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            name: what it is called; the file's own name.
            apiFileId: the file, as `list_api_files` names it.
            parentId: the folder that it is put in; left out, the root.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/collection/create/apiCollection`, all versions.
        """
        self._validate_params(datasetId=datasetId, name=name, apiFileId=apiFileId, parentId=parentId)
        return self._create(
            paths.CREATE_API_COLLECTION,
            {"datasetId": datasetId, "name": name, "apiFileId": apiFileId, "parentId": parentId},
            None,
            settings,
            extra_body,
            extra_query,
        )

    def _create(
        self,
        operation: Operation,
        body: Mapping[str, object],
        metadata: Mapping[str, Any] | None,
        settings: object,
        extra_body: Mapping[str, object] | None,
        extra_query: Mapping[str, object] | None,
    ) -> DataResponse[Any]:
        request = self._request(
            operation,
            body={**body, "metadata": metadata, **chunk_settings(settings)},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)
