# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Files for a chat: uploaded first, then passed to the app in a message."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from fastgpt_client._api import endpoints as paths
from fastgpt_client._http.config import check_callback
from fastgpt_client._http.request import APIRequest, RawResponse

from .client import AsyncFastGPTClient

if TYPE_CHECKING:
    from fastgpt_client.types import FilePart, OutLinkAuth, UploadedImagePart

    from .upload import AsyncFileCalls


class AsyncFileCallsMixin(AsyncFastGPTClient):
    """What all calls that send a file share."""

    def _file_calls(self) -> AsyncFileCalls:
        from .upload import AsyncFileCalls  # noqa: PLC0415 - imported on first use

        return AsyncFileCalls(self._request, self._send_within, self.base_url, self._options.deadline)

    async def _send_within(self, request: APIRequest, seconds: float | None) -> RawResponse:
        view = self.with_options()
        if seconds is not None:
            view._sender = self._sender.within(seconds)
        return await view._send_request(request)


class AsyncFilesMixin(AsyncFileCallsMixin):
    """The part of the chat client that uploads files."""

    async def upload_file(
        self,
        file: str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
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
        """Upload a file for the app to read, and return the content part to put in a message's content list.

        ```python
        part = await client.upload_file("report.pdf", chatId=chat_id)
        question = [part, {"type": "text", "text": "Summarize this."}]
        answer = await client.create_chat_completion([{"role": "user", "content": question}], chatId=chat_id)
        ```

        The file is streamed, never read as a whole, and does not block other tasks; `deadline=` covers the reading too.
        The key is sent to the server only, never to the storage address that receives the bytes. The server deletes the
        file after an hour unless a question refers to it. Exceptions from the file or from `progress` propagate
        unchanged and end the upload.

        Args:
            file: a path, bytes, or a seekable file opened in binary mode, which is sent from its current position.
            chatId: ID of the chat that the file is for; use the same ID for the question.
            filename: name of the file, required with bytes. The server infers the type from the extension.
            content_type: MIME type, such as "application/pdf"; default: guessed from the name.
            appId: ID of the app; default: the client's `app_id`.
            progress: function called with the number of bytes sent so far and the size. The first number goes back when
                a part is sent again.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).

        Raises:
            ValidationError: the file cannot be used: missing, empty, opened in text mode, not seekable, or truncated
                while it was being sent.
            BadRequestError: the app does not accept files, or not of this type.
            ServerError: the file exceeds the server's limit, or the upload instructions of the server cannot be
                followed.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        All versions; the upload protocol is chosen from the server's response.
        """
        self._validate_params(chatId=chatId)
        check_callback("progress", progress)
        from .upload import AsyncUpload  # noqa: PLC0415 - imported on first use

        target = {**self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid), "chatId": chatId}
        upload = AsyncUpload(self._file_calls(), paths.PRESIGN_UPLOAD, target, progress, "chat")
        return await upload.run(file, filename, content_type)
