"""The requests of FastGPT to a library of files, and the responses it expects; without I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Literal, Protocol, runtime_checkable

from fastgpt_client._json import as_object, shown
from fastgpt_client.exceptions import ValidationError

__all__ = ["FileContent", "FileItem", "FileLibrary", "ListCall", "OpensFiles", "failed", "list_call", "ok", "wire_item"]

# FastGPT's name for the root.
_RESERVED = "SYSTEM_ROOT"


@dataclass(frozen=True)
class FileItem:
    """A file or folder of a library.

    Args:
        id: a stable ID, by which FastGPT recognizes what it already has.
        name: the name, for files with its extension; it becomes the name of the collection.
        updated: when it was last changed; a time without a zone is local.
        type: "file" or "folder".
        parent_id: the ID of its folder, None at the root.
        created: when it was created. Default: `updated`.
        has_child: whether a folder can be opened. Default: it can.

    Raises:
        ValidationError: the ID or the name is empty, or the ID is FastGPT's own `SYSTEM_ROOT`.
    """

    id: str
    name: str
    updated: datetime
    type: Literal["file", "folder"] = "file"
    parent_id: str | None = None
    created: datetime | None = None
    has_child: bool | None = None

    def __post_init__(self) -> None:
        texts: dict[str, object] = {"id": self.id, "name": self.name}
        for what, text in texts.items():
            if not isinstance(text, str) or not text or text == _RESERVED:
                raise ValidationError(f"{what} must be a non-empty str other than {_RESERVED}, not {shown(text)}")


@dataclass(frozen=True)
class FileContent:
    """The content of a file: as text, as a URL, or, with neither, as what `open` of the library returns.

    Args:
        text: the text, plain or Markdown; "" for none.
        url: a URL, with the file's extension, from which FastGPT downloads the file. It parses the file like an upload
            and caches the result by URL, so a changed file needs a new one.
        title: a new name for the collection (4.9.11 and later). Default: the name is kept.
    """

    text: str = ""
    url: str | None = None
    title: str | None = None


class FileLibrary(Protocol):
    """The protocol of a library of files that a knowledge base of the type "API file" reads.

    Methods may be async; others are called in a worker thread. They raise `FileNotFoundError` for unknown IDs. If the
    library also has `open(id) -> BinaryIO`, the application can serve its files.
    """

    def list(self, parent_id: str | None, search: str) -> Sequence[FileItem] | Awaitable[Sequence[FileItem]]:
        """Return the files and folders in a folder, or what a search finds in it and its subfolders.

        Args:
            parent_id: the ID of the folder, None for the root.
            search: the text to search for; "" for no search.
        """
        ...

    def content(self, id: str) -> FileContent | Awaitable[FileContent]:
        """Return the content of a file.

        Args:
            id: the ID of the file, as returned by `list`.
        """
        ...

    def read(self, id: str) -> str | Awaitable[str | None] | None:
        """Return a URL where users can read the file without a FastGPT login, or None to serve the file itself.

        Args:
            id: the ID of the file, as returned by `list`.
        """
        ...

    def detail(self, id: str) -> FileItem | Awaitable[FileItem]:
        """Return the item of a file or folder.

        Args:
            id: the ID of the file or folder, as returned by `list`.
        """
        ...


@runtime_checkable
class OpensFiles(Protocol):
    """A library whose files the application can serve."""

    def open(self, id: str) -> BinaryIO | Awaitable[BinaryIO]:
        """Open a file for reading in binary mode."""
        ...


@dataclass(frozen=True)
class ListCall:
    """The folder that FastGPT lists, and the text that it searches for."""

    parent_id: str | None
    search: str


def list_call(data: object) -> ListCall:
    """Parse a list request; fields that are missing, null or of another type are ignored."""
    given = as_object(data)
    parent, search = given.get("parentId"), given.get("searchKey")
    return ListCall(parent if isinstance(parent, str) and parent else None, search if isinstance(search, str) else "")


def wire_item(item: FileItem) -> dict[str, Any]:
    """Return an item in FastGPT's form."""
    data: dict[str, Any] = {
        "id": item.id,
        "parentId": item.parent_id,
        "name": item.name,
        "type": item.type,
        "updateTime": _iso(item.updated),
        "createTime": _iso(item.created or item.updated),
    }
    is_folder = item.type == "folder"
    return {**data, "hasChild": is_folder if item.has_child is None else item.has_child}


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ok(data: Any) -> dict[str, Any]:
    """Return a response in FastGPT's envelope."""
    return {"code": 200, "success": True, "message": "", "data": data}


def failed(message: str, code: int = 500) -> dict[str, Any]:
    """Return an error response, whose message the user of FastGPT sees."""
    return {"code": code, "success": False, "message": message, "data": None}
