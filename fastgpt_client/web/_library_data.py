"""What FastGPT asks of a library of files, and what it takes for an answer; without I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Literal, Protocol, runtime_checkable

from fastgpt_client._json import as_object, shown
from fastgpt_client.exceptions import ValidationError

__all__ = ["FileContent", "FileItem", "FileLibrary", "ListCall", "OpensFiles", "failed", "list_call", "ok", "wire_item"]

# FastGPT's own name for the root.
_RESERVED = "SYSTEM_ROOT"


@dataclass(frozen=True)
class FileItem:
    """A file or a folder of a library.

    Args:
        id: stable over time: by it FastGPT tells what it has already.
        name: of a file with its extension; it becomes the collection's name.
        updated: when it was changed last; a time without a zone is local.
        type: "file" or "folder".
        parent_id: of the folder that it lies in, None at the root.
        created: when it was made; left out, `updated` stands for it.
        has_child: of a folder, whether it can be opened; left out, it can.

    Raises:
        ValidationError: the id or the name is empty, or the id is FastGPT's own `SYSTEM_ROOT`.
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
    """What a file holds, in one of three ways.

    Args:
        text: its text, plain or Markdown. An empty one counts for none.
        url: an address from which FastGPT loads the file, with its extension; it parses it as it does an upload, and
            keeps what it found by the address: a changed file needs another one.
        title: a new name for the collection (4.9.11 and later).

    With neither text nor address the file itself is offered, from what `open` of the library returns.
    """

    text: str = ""
    url: str | None = None
    title: str | None = None


class FileLibrary(Protocol):
    """Files for FastGPT to read, as a knowledge base of the type "API file" does.

    Each method may be async; one that is not has a thread of its own. For what it does not have it raises
    `FileNotFoundError`. One that also has `open(id) -> BinaryIO` may leave it to the application to hand files out.
    """

    def list(self, parent_id: str | None, search: str) -> Sequence[FileItem] | Awaitable[Sequence[FileItem]]:
        """Return what lies in a folder, None for the root; with a search, only what it finds there and below.

        Args:
            parent_id: the folder, "" for the root.
            search: a piece of the name; "" for all.
        """
        ...

    def content(self, id: str) -> FileContent | Awaitable[FileContent]:
        """Return what a file holds.

        Args:
            id: the file, as `list` named it.
        """
        ...

    def read(self, id: str) -> str | Awaitable[str | None] | None:
        """Return the address at which a person reads the file, without a login of FastGPT; None for the file itself.

        Args:
            id: the file, as `list` named it.
        """
        ...

    def detail(self, id: str) -> FileItem | Awaitable[FileItem]:
        """Return the item of a file or a folder.

        Args:
            id: the file or folder, as `list` named it.
        """
        ...


@runtime_checkable
class OpensFiles(Protocol):
    """A library whose files can be handed out as they are."""

    def open(self, id: str) -> BinaryIO | Awaitable[BinaryIO]:
        """Return a file, opened for reading bytes."""
        ...


@dataclass(frozen=True)
class ListCall:
    """Which folder FastGPT lists, and what it searches for."""

    parent_id: str | None
    search: str


def list_call(data: object) -> ListCall:
    """Return what a list is asked for; what is absent, null or of another type counts for nothing."""
    given = as_object(data)
    parent, search = given.get("parentId"), given.get("searchKey")
    return ListCall(parent if isinstance(parent, str) and parent else None, search if isinstance(search, str) else "")


def wire_item(item: FileItem) -> dict[str, Any]:
    """Return an item as FastGPT reads it."""
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
    """Return an answer in the envelope that FastGPT opens."""
    return {"code": 200, "success": True, "message": "", "data": data}


def failed(message: str, code: int = 500) -> dict[str, Any]:
    """Return a refusal, whose message the user of FastGPT reads."""
    return {"code": code, "success": False, "message": message, "data": None}
