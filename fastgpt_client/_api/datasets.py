"""Request data of the calls about knowledge bases, and how it differs between server versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from fastgpt_client._http.config import NotGiven
from fastgpt_client._http.request import Operation
from fastgpt_client._json import as_object, is_array, is_object, shown
from fastgpt_client.exceptions import ValidationError

from .dataset_endpoints import TABLES
from .params import check_ids

__all__ = [
    "HiddenText",
    "chunk_settings",
    "hide_secrets",
    "known_indexes",
    "named_files",
    "retry_bodies",
    "table_operation",
    "upload_data",
    "with_parent",
]

# Settings that the server overwrites unless the mode is "custom".
_OF_CUSTOM_MODE = (
    "chunkSplitMode",
    "chunkSize",
    "chunkSplitter",
    "indexSize",
    "paragraphChunkAIMode",
    "paragraphChunkDeep",
    "paragraphChunkMinSize",
)
# Fields with credentials: of models, and of the servers of external files.
_SECRETS = frozenset({"requestAuth", "authorization", "appSecret", "token"})


class HiddenText(str):
    """A credential in a response: an ordinary string whose repr is redacted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def hide_secrets(value: Any) -> Any:
    """Replace the credentials in parsed JSON, in place, with strings whose repr is redacted."""
    if is_object(value):
        for name, inner in value.items():
            if name in _SECRETS and isinstance(inner, str) and inner:
                value[name] = HiddenText(inner)
            else:
                hide_secrets(inner)
    elif is_array(value):
        for inner in value:
            hide_secrets(inner)
    return value


def chunk_settings(settings: object) -> dict[str, Any]:
    """Return the settings to send, with the mode that makes them effective if none is given."""
    if settings is None:
        return {}
    if not isinstance(settings, Mapping):
        raise ValidationError(f"settings must be a dict such as {{'chunkSize': 500}}, not {shown(settings)}")
    found: dict[str, Any] = {**settings}
    if any(found.get(name) is not None for name in _OF_CUSTOM_MODE):
        found.setdefault("chunkSettingMode", "custom")
    return found


def table_operation(kind: str) -> Operation:
    """Return the operation that creates a collection from a table."""
    if kind not in TABLES:
        raise ValidationError(f"kind must be {' or '.join(map(repr, TABLES))}, not {shown(kind)}")
    return TABLES[kind]


def named_files(files: object) -> list[tuple[object, str | None, str | None]]:
    """Return files with their names, from a dict of names to files, or a list of files that have names."""
    kind = type(files).__name__
    found: list[tuple[object, str | None, str | None]]
    if isinstance(files, Mapping):
        found = [(file, name, None) for name, file in cast("Mapping[str, object]", files).items()]
    elif isinstance(files, Sequence) and not isinstance(files, (str, bytes, bytearray, memoryview)):
        found = [(file, None, None) for file in cast("Sequence[object]", files)]
    else:
        raise ValidationError(f"files must be a list of paths, or a dict of names and files, not {kind}")
    if not found:
        raise ValidationError("files is empty: pass at least one")
    return found


def upload_data(
    datasetId: str,
    settings: object,
    parentId: str | None,
    tags: object,
    metadata: Mapping[str, Any] | None,
    extra_body: Mapping[str, object] | None,
) -> dict[str, Any]:
    """Return the `data` part of a form that creates a collection. Metadata has another name up to 4.14.10."""
    return {
        "datasetId": datasetId,
        "parentId": parentId,
        "tags": tags,
        "metadata": metadata,
        "collectionMetadata": metadata,
        **chunk_settings(settings),
        **(extra_body or {}),
    }


def with_parent(parentId: str | NotGiven | None, extra_body: Mapping[str, object] | None) -> dict[str, object]:
    """Return `extra_body` with the folder, if given; None is the root, sent as null."""
    if isinstance(parentId, NotGiven):
        return {**(extra_body or {})}
    check_ids(parentId=parentId)
    return {"parentId": parentId, **(extra_body or {})}


def known_indexes(detail: object) -> list[dict[str, Any]]:
    """Return a row's indexes with their IDs, so that an update keeps them instead of creating new ones."""
    found = as_object(detail).get("indexes")
    names = ("type", "dataId", "text")
    return [
        {name: index[name] for name in names if name in index}
        for index in map(as_object, found if is_array(found) else [])
    ]


def retry_bodies(
    datasetId: str | None, collectionId: str | None, dataId: str | None, content: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the bodies to try, in order, for retrying failed tasks.

    Servers up to 4.14 need both the dataset and the collection; later ones refuse both together unless a task is named.
    """
    check_ids(datasetId=datasetId, collectionId=collectionId, dataId=dataId)
    if datasetId is None and collectionId is None and dataId is None:
        raise ValidationError("pass collectionId, datasetId or dataId, to choose whose failed tasks to retry")
    named = {"datasetId": datasetId, "collectionId": collectionId, "dataId": dataId, **content}
    if dataId is not None or datasetId is None or collectionId is None:
        return [named]
    return [named, {**named, "datasetId": None}]
