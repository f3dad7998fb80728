# Source of the async and the sync client: edit here, then run scripts/generate.py.
# pyright: reportPrivateUsage=false
"""Uploading a file, in the way that the server's answer asks for."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Self
from urllib.parse import quote

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.uploads import (
    Upload,
    UploadPlan,
    absolute,
    content_part,
    form_request,
    open_upload,
    plan_upload,
    post_request,
    put_request,
)
from fastgpt_client._concurrency import async_read
from fastgpt_client._http.httpx import AsyncByteStream
from fastgpt_client._http.request import APIRequest
from fastgpt_client._json import as_object
from fastgpt_client.exceptions import FastGPTError, NotFoundError

if TYPE_CHECKING:
    from fastgpt_client.types import FilePart, UploadedImagePart

    from .client import AsyncFastGPTClient

_CHUNK = 256 * 1024


class AsyncUploader:
    """Uploads one file: `target` says for which app and chat, `progress` is told how much was sent."""

    def __init__(
        self, client: AsyncFastGPTClient, target: Mapping[str, Any], progress: Callable[[int, int], None] | None
    ) -> None:
        self._client = client
        self._target = target
        self._progress = progress

    async def send(
        self, file: str | os.PathLike[str] | bytes | BinaryIO, filename: str | None, content_type: str | None
    ) -> FilePart | UploadedImagePart:
        """Return the content part of the file, once the server has it."""
        client = self._client
        upload = open_upload(file, filename, content_type)
        try:
            about = {"filename": upload.name, "size": upload.size, "contentType": upload.content_type}
            request = client._request(paths.PRESIGN_UPLOAD, body={**self._target, **about})
            try:
                answer = await client._call(request)
            except NotFoundError:
                return await self._upload_form(upload)
            plan = plan_upload(answer.data, client.base_url)
            await self._send_bytes(upload, plan)
            url = plan.preview_url or await self._read_url(plan.key)
            return content_part(upload, url, plan.key)
        finally:
            if upload.owned:
                upload.file.close()

    async def _upload_form(self, upload: Upload) -> FilePart | UploadedImagePart:
        """Upload the way of servers up to 4.13: a form to FastGPT itself."""
        given = {name: value for name, value in self._target.items() if value is not None}
        request = APIRequest(
            paths.UPLOAD_FORM,
            {},
            None,
            form={"bucketName": "chat", "data": json.dumps(given)},
            file=(quote(upload.name), upload.file, upload.content_type),
        )
        answer = await self._client._call(request)
        self._report(upload.size, upload.size)
        return content_part(upload, absolute(self._client.base_url, as_object(answer.data).get("previewUrl")), "")

    async def _read_url(self, key: str) -> str:
        answer = await self._client._call(self._client._request(paths.PRESIGN_READ, body={**self._target, "key": key}))
        return absolute(self._client.base_url, answer.data)

    async def _send_bytes(self, upload: Upload, plan: UploadPlan) -> None:
        """Send the file to where the plan says, in the way it says."""
        report = partial(self._report, upload.size)
        if plan.fields is not None:
            await self._client._send_request(form_request(plan, upload))
            report(upload.size)
        elif plan.part_size:
            await self._send_parts(upload, plan, report)
        else:
            body = partial(AsyncFileStream, upload.file, upload.begin, upload.size, report)
            await self._client._send_request(put_request(plan.url, plan.headers, upload.size, body))

    async def _send_parts(self, upload: Upload, plan: UploadPlan, report: Callable[[int], None]) -> None:
        """Send a large file part by part, and have it put together; a failure gives up what was sent."""
        parts: list[dict[str, object]] = []
        try:
            for number, start in enumerate(range(0, upload.size, plan.part_size), 1):
                size = min(plan.part_size, upload.size - start)
                body = partial(AsyncFileStream, upload.file, upload.begin + start, size, partial(_ahead, report, start))
                url = plan.url.copy_merge_params({"partNumber": str(number)})
                answer = await self._client._send_request(put_request(url, plan.headers, size, body))
                parts.append({"partNumber": number, "etag": as_object(as_object(answer.json).get("data")).get("etag")})
            await self._client._send_request(post_request(plan.complete_url, {"parts": parts}))
        except FastGPTError:
            if plan.abort_url:
                with suppress(FastGPTError):  # that the parts stay for a while must not take the place of why
                    await self._client._send_request(post_request(plan.abort_url, {}))
            raise

    def _report(self, size: int, sent: int) -> None:
        if self._progress is not None:
            self._progress(sent, size)


class AsyncFileStream(AsyncByteStream):
    """The bytes of a file from `begin` on, `size` of them, read piece by piece as they are sent."""

    def __init__(self, file: BinaryIO, begin: int, size: int, report: Callable[[int], None]) -> None:
        self._file = file
        self._begin = begin
        self._size = size
        self._report = report

    def __aiter__(self) -> AsyncIterator[bytes]:
        return AsyncFileChunks(self._file, self._begin, self._size, self._report)


class AsyncFileChunks:
    """One pass over such a stream."""

    def __init__(self, file: BinaryIO, begin: int, size: int, report: Callable[[int], None]) -> None:
        self._file = file
        self._at = begin
        self._begin = begin
        self._end = begin + size
        self._report = report

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._at > self._begin:
            self._report(self._at - self._begin)
        if self._at >= self._end:
            raise StopAsyncIteration
        chunk = await async_read(self._file, self._at, min(_CHUNK, self._end - self._at))
        self._at += len(chunk)
        if not chunk:
            self._at = self._end  # it became shorter: httpx tells that less came than was announced
        return chunk


def _ahead(report: Callable[[int], None], start: int, sent: int) -> None:
    report(start + sent)
