# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Files for a chat: uploaded first, then shown to the app as a part of a message."""

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
    """What all calls have in common that send a file."""

    def _file_calls(self) -> AsyncFileCalls:
        from .upload import AsyncFileCalls  # noqa: PLC0415 - not every program uploads

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
        """Return the content part that shows an uploaded file to the app: put it into a message's content list.

        Args:
            file: a path, bytes, or a file opened in binary mode that can seek, which is sent from where it stands.
            chatId: the chat it is for; make it first, and use it for the question too.
            filename: its name, needed with bytes; the server tells the kind by the ending.
            content_type: such as "application/pdf"; guessed from the name if left out.
            appId: the app; left out, the client's `app_id`.
            progress: called with the bytes sent so far and the size. The first number falls when something is sent
                again.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.

        Raises:
            ValidationError: the file cannot be used: there is none, it is empty, opened in text mode, cannot seek, or
                became shorter while it was sent.
            BadRequestError: the app takes no files, or none of this kind.
            ServerError: the file is larger than the server allows, or the server's answer cannot be followed.

        What the file or `progress` raises is passed on as it is, and ends the upload. A file is read piece by piece,
        never whole, and without holding up other tasks; `deadline=` covers the reading too. The key is sent to the
        server only, never to the address that takes the bytes. The server keeps the file for an hour unless a question
        refers to it. All versions: the server's answer tells how the file is uploaded.
        """
        self._validate_params(chatId=chatId)
        check_callback("progress", progress)
        from .upload import AsyncUpload  # noqa: PLC0415 - not every program uploads

        target = {**self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid), "chatId": chatId}
        upload = AsyncUpload(self._file_calls(), paths.PRESIGN_UPLOAD, target, progress, "chat")
        return await upload.run(file, filename, content_type)
