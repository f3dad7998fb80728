# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Files for a chat: uploaded first, then shown to the app as a part of a message."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from .client import AsyncFastGPTClient

if TYPE_CHECKING:
    from fastgpt_client.types import FilePart, OutLinkAuth, UploadedImagePart


class AsyncFilesMixin(AsyncFastGPTClient):
    """The part of the chat client that uploads files."""

    async def upload_file(
        self,
        file: str | os.PathLike[str] | bytes | BinaryIO,
        *,
        chatId: str,
        filename: str | None = None,
        content_type: str | None = None,
        appId: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
    ) -> FilePart | UploadedImagePart:
        """Return the content part that shows an uploaded file to the app: put it into a message's content list.

        Args:
            file: a path, bytes, or a file opened in binary mode; read piece by piece, never whole.
            chatId: the chat it is for; make it first, and use it for the question too.
            filename: its name, needed with bytes; the server tells the kind by the ending.
            content_type: such as "application/pdf"; else told by the name.
            progress: called with the bytes sent so far and the size.

        Raises:
            BadRequestError: the app takes no files, or none of this kind.
            ServerError: the file is larger than the server allows.

        The key is sent to the server only, never to the address that takes the bytes. The server keeps the file for
        an hour unless a question refers to it. All versions, by the way that the server's answer asks for.
        """
        self._validate_params(chatId=chatId, filename=filename, content_type=content_type)
        from .upload import AsyncUploader  # noqa: PLC0415 - not every program uploads

        target = {**self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid), "chatId": chatId}
        return await AsyncUploader(self, target, progress).send(file, filename, content_type)
