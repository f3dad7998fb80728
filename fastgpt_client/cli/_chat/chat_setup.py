"""The files of a question."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fastgpt_client import ChatClient
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.content import image_part
from fastgpt_client.exceptions import APIError, AuthenticationError

if TYPE_CHECKING:
    from fastgpt_client.types import ContentPart

__all__ = [
    "check_files",
    "upload",
    "with_files",
]


def check_files(paths: Sequence[str], name: str = "--file") -> None:
    """Raise `CommandError`, which names the flag or command, if a file does not exist, before anything is sent."""
    for path in paths:
        if not Path(path).is_file():
            said = f"{path!r} is a folder" if Path(path).is_dir() else f"no such file: {path!r}"
            raise CommandError(f"{name}: {said}", 2)


def upload(client: ChatClient, path: str, chat_id: str, app_id: str | None) -> ContentPart:
    """Upload a file, and return the part of a question that refers to it.

    Raises:
        CommandError: the file cannot be read.
    """
    try:
        return client.upload_file(path, chatId=chat_id, appId=app_id)
    except OSError as exc:
        raise CommandError(f"cannot read {path}: {exc.strerror}") from None


def _file_part(client: ChatClient, path: str, chat_id: str, app_id: str | None) -> ContentPart:
    """Return the part of a question for a file: uploaded, or as an inline image if the upload fails."""
    try:
        return upload(client, path, chat_id, app_id)
    except APIError as exc:
        # An image needs no upload; but a refused key fails the question, too.
        if isinstance(exc, AuthenticationError) or not (mimetypes.guess_type(path)[0] or "").startswith("image/"):
            raise
        return image_part(path)


def with_files(
    client: ChatClient, question: str, paths: Sequence[str], chat_id: str, app_id: str | None
) -> str | list[ContentPart]:
    """Upload the files, and return the content of the question."""
    if not paths:
        return question
    return [*(_file_part(client, path, chat_id, app_id) for path in paths), {"type": "text", "text": question}]
