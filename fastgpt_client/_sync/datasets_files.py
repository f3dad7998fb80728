# Generated from _async_src/datasets_files.py by scripts/generate.py: edit the source, not this file.
"""Files for knowledge bases: sent from the disk, they become collections."""

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

from .datasets_calls import DatasetCalls, opened

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import ChunkSettings, CreatedCollection, DataRow

    File: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
    Images: TypeAlias = Sequence[File] | Mapping[str, File]


class DatasetFilesMixin(DatasetCalls):
    """The part of the dataset client that sends files."""

    def create_file_collection(
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
        """Make a collection of a file, which is read piece by piece while it is sent.

        Args:
            file: a path, bytes, or a file opened in binary mode that can seek, which is sent from where it stands.
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            filename: its name, needed with bytes; the collection is called so. The ending tells the kind: .txt .docx
                .csv .xlsx .pdf .md .html .pptx.
            content_type: such as "application/pdf"; guessed from the name if left out.
            parentId: the folder that it is put in; left out, the root.
            tags: names of tags for the collection.
            metadata: kept, and shown by `get_collection`.
            settings: how the text is cut into rows, a `ChunkSettings`; left out, the server's choice.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            ValidationError: the file cannot be used: there is none, it is empty, opened in text mode, cannot seek, or
                became shorter while it was sent.
            BadRequestError: the server takes no file of this kind.

        What the file raises is passed on as it is. `POST /api/core/dataset/collection/create/localFile`, all versions.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        data = upload_data(datasetId, settings, parentId, tags, metadata, extra_body)
        return self._send_forms(paths.CREATE_FILE_COLLECTION, data, [(file, filename, content_type)])

    def create_table_collection(
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
        """Make a collection of a table whose rows are kept as they are. The answer is empty.

        Args:
            file: as in `create_file_collection`. A CSV file (from 4.16 on also .xlsx) whose header is made of `q`, `a`
                and any number of `index`, from 4.16 on also `metadata`.
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            rows: in its place the rows themselves, of which `q`, `a` and the texts of `indexes` count.
            filename: the collection is called so; of rows it is "rows.csv" if left out.
            kind: by which endpoint; a collection is listed by it.
            content_type: the MIME type; left out, it follows from the name.
            parentId: the folder that it is put in; left out, the root.
            extra_body: further fields of the request's body; they win over the arguments.

        `POST /api/core/dataset/collection/create/template`, 4.9.11 and later, or `…/create/backup`, 4.9.10 and later.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        operation = table_operation(kind)
        data = upload_data(datasetId, None, parentId, None, None, extra_body)
        if (file is None) == (rows is None):
            raise ValidationError("pass either file, a table, or rows, what is to stand in it")
        if rows is not None:
            return self._send_forms(operation, data, [(row_table(rows), filename or "rows.csv", content_type)])
        return self._send_forms(operation, data, [(file, filename, content_type)])

    def create_image_collection(
        self,
        *,
        datasetId: str,
        collectionName: str,
        files: Images,
        parentId: str | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Make a collection of images. The dataset needs a model that sees: `vlmModel`, or a vector model for images.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            collectionName: what it is called.
            files: .jpg, .jpeg and .png: a list of paths, or of files that have a name; or a dict of names and files as
                in `create_file_collection`.
            parentId: the folder that it is put in; left out, the root.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            ServerError: the dataset has no such model.

        `.data["results"]["insertLen"]` is their number.
        `POST /api/core/dataset/collection/create/images`, 4.9.11 and later.
        """
        self._validate_params(datasetId=datasetId, collectionName=collectionName, parentId=parentId)
        data = {
            "datasetId": datasetId,
            "collectionName": collectionName,
            "parentId": parentId,
            **(extra_body or {}),
        }
        return self._send_forms(paths.CREATE_IMAGE_COLLECTION, data, named_files(files))

    def insert_images(
        self, *, collectionId: str, files: Images, extra_body: Mapping[str, object] | None = None
    ) -> DataResponse[dict[str, Any] | None]:
        """Add images to a collection of images; the arguments are those of `create_image_collection`.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            files: the pictures: paths, bytes, or open binary files.
            extra_body: further fields of the request's body; they win over the arguments.

        `POST /api/core/dataset/data/insertImages`, 4.9.11 and later.
        """
        self._validate_params(collectionId=collectionId)
        data = {"collectionId": collectionId, **(extra_body or {})}
        return self._send_forms(paths.INSERT_IMAGES, data, named_files(files))

    def upload_dataset_file(
        self,
        file: File,
        *,
        datasetId: str,
        filename: str | None = None,
        content_type: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> str:
        """Return the key of an uploaded file, which `create_file_id_collection` takes within three hours.

        Both do what `create_file_collection` does in one call; large files go in parts here (4.16 and later).

        Args:
            file: a path, bytes, or a file opened in binary mode.
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            filename: the name that the server keeps; of a path, its own if left out. Bytes need one.
            content_type: left out, it follows from the ending of the name.
            progress: called with the bytes sent so far and the size. The first number falls when something is sent
                again.

        `POST /api/core/dataset/file/presignDatasetFilePostUrl`, and where the server says that the bytes go; up to
        4.14.2 `POST /api/common/file/upload`.
        """
        self._validate_params(datasetId=datasetId)
        target = {"datasetId": datasetId}
        return self._store(paths.PRESIGN_DATASET_FILE, target, file, filename, content_type, progress, bucket="dataset")

    def upload_search_image(
        self, file: File, *, datasetId: str, filename: str | None = None, content_type: str | None = None
    ) -> str:
        """Return the key of an uploaded image, which `search(queryImageUrls=[…])` takes within three hours.

        Args:
            file: the picture or file: its path, its bytes, or an open binary file.
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            filename: the name that the server sees; left out, the file's own.
            content_type: the MIME type; left out, it follows from the name.

        `POST /api/core/dataset/file/presignSearchTestImage`, 4.15 and later.
        """
        self._validate_params(datasetId=datasetId)
        target = {"datasetId": datasetId}
        return self._store(paths.PRESIGN_SEARCH_IMAGE, target, file, filename, content_type, None)

    def upload_temporary_file(self, file: File, *, filename: str | None = None, content_type: str | None = None) -> str:
        """Return the key of an uploaded file, "temp/…", which `create_dataset_with_files` takes within an hour.

        Args:
            file: the picture or file: its path, its bytes, or an open binary file.
            filename: the name that the server sees; left out, the file's own.
            content_type: the MIME type; left out, it follows from the name.

        `POST /api/common/file/presignTempFilePostUrl`, 4.14.3 and later.
        """
        return self._store(paths.PRESIGN_TEMPORARY_FILE, {}, file, filename, content_type, None)

    def _store(
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
        from .upload import KeyUpload  # noqa: PLC0415 - not every program uploads

        upload = KeyUpload(self._file_calls(), presign, target, progress, bucket)
        return upload.run(file, filename, content_type)

    def _send_forms(
        self,
        operation: Operation,
        data: Mapping[str, Any],
        files: Sequence[tuple[object, str | None, str | None]],
    ) -> DataResponse[Any]:
        from .upload import FormCall  # noqa: PLC0415 - not every program uploads

        return opened(FormCall(self._file_calls(), operation, {"data": data}).run_all(files))
