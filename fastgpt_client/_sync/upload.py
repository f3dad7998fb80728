# Generated from _async_src/upload.py by scripts/generate.py: edit the source, not this file.
"""Sends a file: read without blocking other tasks, within the deadline, and always closed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.upload_plan import UploadPlan, file_key, plan_upload, read_address
from fastgpt_client._api.uploads import (
    NamedFile,
    Report,
    check_name_and_type,
    content_part,
    form_request,
    name_file,
    part_requests,
    post_request,
    put_request,
    signed_form_request,
)
from fastgpt_client._concurrency import (
    TimeExpired,
    in_thread,
    monotonic,
    run_shielded,
    run_with_timeout,
)
from fastgpt_client._http.httpx import URL, Request
from fastgpt_client._http.request import APIRequest, Operation, RawResponse, WithheldURL
from fastgpt_client._http.sources import CallerError, FileSource, as_callers_own, open_source
from fastgpt_client._json import as_object
from fastgpt_client.exceptions import APITimeoutError, NotFoundError

if TYPE_CHECKING:
    from fastgpt_client.types import FilePart, UploadedImagePart

# Seconds to abort an upload and to close a file; and the same once the deadline has passed.
_CLEAN_UP_SECONDS = 2.0
_LATE_CLEAN_UP_SECONDS = 0.04

T = TypeVar("T")


class Send(Protocol):
    """Sends one request of a call that has some seconds left."""

    def __call__(self, request: APIRequest, seconds: float | None) -> RawResponse: ...


class FileCalls(NamedTuple):
    """What a call that sends a file needs from its client."""

    describe: Callable[..., APIRequest]
    send: Send
    base_url: str
    deadline: float | None


class FileCall(ABC, Generic[T]):
    """One public call that sends files, usually one."""

    def __init__(self, calls: FileCalls, *, default_name: str | None = None) -> None:
        self._calls = calls
        self._default_name = default_name  # for a file that is named by nothing
        self._ends = None if calls.deadline is None else monotonic() + calls.deadline

    def run(self, file: object, filename: str | None, content_type: str | None = None) -> T:
        """Return the result of `_deliver` for a file. Exceptions of the file propagate unchanged."""
        return self.run_all([(file, filename, content_type)])

    def run_all(self, files: Sequence[tuple[object, str | None, str | None]]) -> T:
        """Return the result of `_deliver` for several files, with names and content types if given."""
        for _, filename, content_type in files:
            check_name_and_type(filename, content_type)
        opened: list[FileSource] = []
        named: list[NamedFile] = []
        try:
            try:
                for file, filename, content_type in files:
                    opened.append(self._open(file))
                    named.append(name_file(opened[-1], filename, content_type, self._default_name))
                return self._deliver(named)
            finally:
                seconds = self._clean_up_seconds()
                for source in opened:
                    run_shielded(partial(in_thread, source.close), seconds)
        except APITimeoutError as exc:
            if self._ends is None or monotonic() < self._ends:
                raise
            raise self._late(exc.attempts) from exc
        except CallerError as exc:
            error = exc.error
        raise error

    @abstractmethod
    def _deliver(self, files: Sequence[NamedFile]) -> T:
        """Send everything that stores the files."""

    def _open(self, file: object) -> FileSource:
        opening = partial(as_callers_own, partial(open_source, file))
        try:
            return run_with_timeout(self._left(), partial(in_thread, opening), _nothing)
        except TimeExpired as exc:
            raise self._late() from exc

    def _send(self, request: APIRequest) -> RawResponse:
        return self._calls.send(request, self._left())

    def _left(self) -> float | None:
        """Return the seconds left, None if there is no deadline."""
        if self._ends is None:
            return None
        left = self._ends - monotonic()
        if left <= 0:
            raise self._late()
        return left

    def _clean_up_seconds(self) -> float:
        if self._ends is None:
            return _CLEAN_UP_SECONDS
        return min(_CLEAN_UP_SECONDS, max(_LATE_CLEAN_UP_SECONDS, self._ends - monotonic()))

    def _late(self, attempts: int = 0) -> APITimeoutError:
        message = f"The upload took longer than its deadline of {self._calls.deadline} s"
        return APITimeoutError(message, attempts=attempts)


class FormCall(FileCall[RawResponse]):
    """Sends a form with files to FastGPT itself."""

    def __init__(
        self,
        calls: FileCalls,
        operation: Operation,
        fields: Mapping[str, str | Mapping[str, Any]],
        *,
        default_name: str | None = None,
    ) -> None:
        super().__init__(calls, default_name=default_name)
        self._operation = operation
        self._fields = fields

    def _deliver(self, files: Sequence[NamedFile]) -> RawResponse:
        return self._send(form_request(self._operation, self._fields, files))


class Store(FileCall[T]):
    """Stores a file on the server.

    `presign` requests an address, `target` describes its use, and `progress` is called with the bytes sent. `bucket` is
    the place on servers that take the file in a form; None if they do not take this kind.
    """

    def __init__(
        self,
        calls: FileCalls,
        presign: Operation,
        target: Mapping[str, Any],
        progress: Callable[[int, int], None] | None,
        bucket: str | None = None,
    ) -> None:
        super().__init__(calls)
        self._presign = presign
        self._target = target
        self._progress = progress
        self._bucket = bucket

    def _deliver(self, files: Sequence[NamedFile]) -> T:
        [file] = files
        size = file.source.size
        report = None if self._progress is None else partial(_report_to, self._progress, size)
        try:
            answer = self._ask(self._presign, self._about(file))
        except NotFoundError as exc:
            if exc.code is not None or self._bucket is None:
                raise
            # A server up to 4.13 or 4.14.2, which takes a form itself.
            fields: dict[str, str | Mapping[str, Any]] = {"bucketName": self._bucket, "data": self._target}
            sent = self._send(form_request(paths.UPLOAD_FORM, fields, [file], report))
            return self._sent_by_form(file, as_object(as_object(sent.json).get("data")))
        plan = plan_upload(answer.get("data"), self._calls.base_url, size)
        try:
            self._send_bytes(plan, file, report)
        except BaseException:
            self._give_up(plan)
            raise
        return self._sent(file, plan)

    def _about(self, file: NamedFile) -> dict[str, object]:
        """Return how a file is described when an address for it is requested."""
        return {"filename": file.name, "size": file.source.size}

    @abstractmethod
    def _sent(self, file: NamedFile, plan: UploadPlan) -> T:
        """Return the call's result, once the bytes have been sent as planned."""

    @abstractmethod
    def _sent_by_form(self, file: NamedFile, data: Mapping[str, Any]) -> T:
        """Return the call's result, once a server has accepted a form."""

    def _ask(self, operation: Operation, body: Mapping[str, object]) -> Mapping[str, Any]:
        request = self._calls.describe(operation, body={**self._target, **body})
        answer = self._send(request)
        return as_object(answer.json)

    def _send_bytes(self, plan: UploadPlan, file: NamedFile, report: Report | None) -> None:
        """Send the file to the planned address, in the planned way."""
        if plan.fields is not None:
            self._send(signed_form_request(plan, plan.fields, file, report, AddressTrace))
        elif plan.complete_url is None:
            self._send(put_request(plan, file, report, AddressTrace))
        else:
            parts: list[dict[str, object]] = []
            for number, request in enumerate(part_requests(plan, file, report, AddressTrace), 1):
                answer = self._send(request)
                parts.append({"partNumber": number, "etag": as_object(as_object(answer.json).get("data")).get("etag")})
            self._send(post_request(plan.complete_url, {"parts": parts}, AddressTrace))

    def _give_up(self, plan: UploadPlan) -> None:
        """Make the server drop the parts of an upload that failed or was cancelled."""
        if plan.abort_url is None:
            return
        seconds = self._clean_up_seconds()
        run_shielded(partial(self._abort, plan.abort_url, seconds), seconds)

    def _abort(self, url: URL, seconds: float) -> None:
        with suppress(Exception):  # do not mask the original exception: the parts expire by themselves
            self._calls.send(post_request(url, {}, AddressTrace), seconds)


class Upload(Store["FilePart | UploadedImagePart"]):
    """Uploads a file for a chat, and returns the content part for a message."""

    def _about(self, file: NamedFile) -> dict[str, object]:
        return {**super()._about(file), "contentType": file.content_type}

    def _sent(self, file: NamedFile, plan: UploadPlan) -> FilePart | UploadedImagePart:
        url = plan.preview_url
        if not url:
            url = read_address(self._calls.base_url, self._ask(paths.PRESIGN_READ, {"key": plan.key}), "data")
        return content_part(file, url, plan.key)

    def _sent_by_form(self, file: NamedFile, data: Mapping[str, Any]) -> FilePart | UploadedImagePart:
        return content_part(file, read_address(self._calls.base_url, data, "previewUrl"), "")


class KeyUpload(Store[str]):
    """Uploads a file that other calls refer to by its key."""

    def _sent(self, file: NamedFile, plan: UploadPlan) -> str:
        return file_key({"key": plan.key}, "key")

    def _sent_by_form(self, file: NamedFile, data: Mapping[str, Any]) -> str:
        return file_key(data, "fileId")


class AddressTrace:
    """Keeps a signed URL out of httpx's log.

    httpx logs the URL of a request after its response. Its own transports report each step through a request's `trace`
    extension; from then on the URL is shown redacted. Other transports treat it as text, and log it.
    """

    def __init__(self, request: Request) -> None:
        self._request = request

    def __call__(self, event: str, info: object) -> None:
        if not isinstance(self._request.url, WithheldURL):
            self._request.url = WithheldURL(self._request.url)


def _report_to(progress: Callable[[int, int], None], size: int, sent: int) -> None:
    progress(sent, size)


def _nothing() -> None:
    """There is nothing to abort while a file is being opened."""
