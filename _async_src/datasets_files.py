# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Files for knowledge bases, streamed from disk into collections."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import named_files, table_operation, upload_data
from fastgpt_client._api.rows import row_table
from fastgpt_client._http.config import check_callback
from fastgpt_client._http.request import Operation
from fastgpt_client.exceptions import ValidationError

from .datasets_calls import AsyncDatasetCalls, opened

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import ChunkSettings, CreatedCollection, DataRow

    File: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
    Images: TypeAlias = Sequence[File] | Mapping[str, File]


class AsyncDatasetFilesMixin(AsyncDatasetCalls):
    """The part of the dataset client that sends files."""

    async def create_file_collection(
        self,
        file: File,
        *,
        datasetId: str,
        filename: str | None = None,
        content_type: str | None = None,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Create a collection from a file, which is streamed to the server.

        Exceptions from the file propagate unchanged.

        ```python
        created = await client.create_file_collection("handbook.pdf", datasetId=dataset_id)
        print(created.data["collectionId"])
        ```

        Args:
            file: a path, bytes, or a seekable file opened in binary mode, which is sent from its current position.
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            filename: name of the file and of the collection, required with bytes. The server infers the type from the
                extension: .txt .docx .csv .xlsx .pdf .md .html .pptx.
            content_type: MIME type, such as "application/pdf"; default: guessed from the name.
            parentId: ID of the folder to create it in; default: the root.
            tags: names of tags for the collection.
            metadata: stored with the collection and returned by `get_collection`.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            ValidationError: the file cannot be used: missing, empty, opened in text mode, not seekable, or truncated
                while it was being sent.
            BadRequestError: the server does not accept files of this type.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/localFile`, all versions.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        data = upload_data(datasetId, settings, parentId, tags, metadata, extra_body)
        return await self._send_forms(paths.CREATE_FILE_COLLECTION, data, [(file, filename, content_type)])

    async def create_table_collection(
        self,
        file: File | None = None,
        *,
        datasetId: str,
        rows: Iterable[DataRow | Mapping[str, Any]] | None = None,
        kind: Literal["template", "backup"] = "template",
        filename: str | None = None,
        content_type: str | None = None,
        parentId: str | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, Any]]:
        """Create a collection from a table whose rows are kept unchanged. The response is empty.

        Args:
            file: as in `create_file_collection`: a CSV file (from 4.16 on also .xlsx) whose header consists of `q`, `a`
                and any number of `index`; from 4.16 on also `metadata`.
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            rows: the rows, in place of a file; `q`, `a` and the texts of `indexes` are used.
            kind: endpoint to use, "template" or "backup"; the collection is listed with that type.
            filename: name of the file and of the collection; default for rows: "rows.csv".
            content_type: MIME type; default: guessed from the name.
            parentId: ID of the folder to create it in; default: the root.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/template`, 4.9.11 and later, or `…/create/backup`, 4.9.10 and later.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        operation = table_operation(kind)
        data = upload_data(datasetId, None, parentId, None, None, extra_body)
        if (file is None) == (rows is None):
            raise ValidationError("pass either file or rows")
        if rows is not None:
            return await self._send_forms(operation, data, [(row_table(rows), filename or "rows.csv", content_type)])
        return await self._send_forms(operation, data, [(file, filename, content_type)])

    async def create_image_collection(
        self,
        *,
        datasetId: str,
        collectionName: str,
        files: Images,
        parentId: str | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Create a collection from images. The dataset needs a model that reads images (`vlmModel`) or embeds them.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            collectionName: the name shown in lists.
            files: images (.jpg, .jpeg, .png): a list of paths or of named files, or a dict of names to files as in
                `create_file_collection`.
            parentId: ID of the folder to create it in; default: the root.
            extra_body: extra fields for the request body; they override the arguments.

        Returns:
            `.data["results"]["insertLen"]` is the number of images.

        Raises:
            ServerError: the dataset has no such model.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/images`, 4.9.11 and later.
        """
        self._validate_params(datasetId=datasetId, collectionName=collectionName, parentId=parentId)
        data = {
            "datasetId": datasetId,
            "collectionName": collectionName,
            "parentId": parentId,
            **(extra_body or {}),
        }
        return await self._send_forms(paths.CREATE_IMAGE_COLLECTION, data, named_files(files))

    async def insert_images(
        self, *, collectionId: str, files: Images, extra_body: Mapping[str, object] | None = None
    ) -> DataResponse[dict[str, Any] | None]:
        """Add images to a collection of images.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            files: as in `create_image_collection`.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/data/insertImages`, 4.9.11 and later.
        """
        self._validate_params(collectionId=collectionId)
        data = {"collectionId": collectionId, **(extra_body or {})}
        return await self._send_forms(paths.INSERT_IMAGES, data, named_files(files))

    async def upload_dataset_file(
        self,
        file: File,
        *,
        datasetId: str,
        filename: str | None = None,
        content_type: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> str:
        """Upload a file and return its key, which `create_file_id_collection` accepts for three hours.

        Together they do what `create_file_collection` does in one call, except that large files are sent in parts (4.16
        and later).

        Args:
            file: a path, bytes, or a seekable file opened in binary mode.
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            filename: name of the file, required with bytes; default: that of the path.
            content_type: MIME type; default: guessed from the name.
            progress: function called with the number of bytes sent so far and the size. The first number goes back when
                a part is sent again.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/file/presignDatasetFilePostUrl`, then the address in the response; up to 4.14.2 `POST
        /api/common/file/upload`.
        """
        self._validate_params(datasetId=datasetId)
        target = {"datasetId": datasetId}
        return await self._store(
            paths.PRESIGN_DATASET_FILE, target, file, filename, content_type, progress, bucket="dataset"
        )

    async def upload_search_image(
        self, file: File, *, datasetId: str, filename: str | None = None, content_type: str | None = None
    ) -> str:
        """Upload an image and return its key, which `search(queryImageUrls=[…])` accepts for three hours.

        Args:
            file: a path, bytes, or a seekable file opened in binary mode.
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            filename: name of the file, required with bytes; default: that of the path.
            content_type: MIME type; default: guessed from the name.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/file/presignSearchTestImage`, 4.15 and later.
        """
        self._validate_params(datasetId=datasetId)
        target = {"datasetId": datasetId}
        return await self._store(paths.PRESIGN_SEARCH_IMAGE, target, file, filename, content_type, None)

    async def upload_temporary_file(
        self, file: File, *, filename: str | None = None, content_type: str | None = None
    ) -> str:
        """Upload a file and return its key, "temp/…", which `create_dataset_with_files` accepts for an hour.

        Args:
            file: a path, bytes, or a seekable file opened in binary mode.
            filename: name of the file, required with bytes; default: that of the path.
            content_type: MIME type; default: guessed from the name.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/common/file/presignTempFilePostUrl`, 4.14.3 and later.
        """
        return await self._store(paths.PRESIGN_TEMPORARY_FILE, {}, file, filename, content_type, None)

    async def _store(
        self,
        presign: Operation,
        target: Mapping[str, str],
        file: File,
        filename: str | None,
        content_type: str | None,
        progress: Callable[[int, int], None] | None,
        *,
        bucket: str | None = None,
    ) -> str:
        check_callback("progress", progress)
        from .upload import AsyncKeyUpload  # noqa: PLC0415 - imported on first use

        upload = AsyncKeyUpload(self._file_calls(), presign, target, progress, bucket)
        return await upload.run(file, filename, content_type)

    async def _send_forms(
        self,
        operation: Operation,
        data: Mapping[str, Any],
        files: Sequence[tuple[object, str | None, str | None]],
    ) -> DataResponse[Any]:
        from .upload import AsyncFormCall  # noqa: PLC0415 - imported on first use

        return opened(await AsyncFormCall(self._file_calls(), operation, {"data": data}).run_all(files))
