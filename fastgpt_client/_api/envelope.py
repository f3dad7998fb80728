"""Map error responses to exceptions, by `statusText`, then `code`, then HTTP status."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fastgpt_client._http.httpx import Headers
from fastgpt_client._http.retry import retry_after
from fastgpt_client._http.transport import request_id
from fastgpt_client._json import is_array, is_object, parse_json
from fastgpt_client.exceptions import (
    APIError,
    AuthenticationError,
    BadRequestError,
    CommercialFeatureError,
    ConflictError,
    FastGPTError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
    WorkflowError,
)

from .hints import CallFacts, hint_for

__all__ = ["event_error", "is_html", "response_error"]

_EXCERPT = 300
_NOTHING_KNOWN = CallFacts()
_I18N_KEY = re.compile(r"[\w:]+(\.[\w]+)+\Z")

_BY_STATUS_TEXT: dict[str, type[APIError]] = {
    "unAuthorization": AuthenticationError,
    "unAuthApiKey": AuthenticationError,
    "unAuthProToken": AuthenticationError,
    "openapiUnAuth": AuthenticationError,
    "unPermission": PermissionDeniedError,
    "canNotEditAdminPermission": PermissionDeniedError,
    "inheritPermissionError": PermissionDeniedError,
    "agentSandboxPermissionDenied": PermissionDeniedError,
    "linkUnInvalid": NotFoundError,  # an unknown share link
    "fileNotFound": NotFoundError,
    "invalidParams": BadRequestError,
    "missingParams": BadRequestError,
    "InvalidUploadFileType": BadRequestError,
    "UploadFileTypeMismatch": BadRequestError,
    "FileUploadDisabled": BadRequestError,
    "insufficientQuota": QuotaExceededError,
    "openapiExceedLimit": QuotaExceededError,
    "tooManyRequest": RateLimitError,
    "uploadFileIntervalLimit": RateLimitError,
    "commercialFeature": CommercialFeatureError,
    "chatIsGenerating": ConflictError,
    "dataNotIndexed": ConflictError,
    "sameApiCollection": ConflictError,
    "notSupportSync": BadRequestError,
    "invalidVectorModelOrQAModel": BadRequestError,
    "folderDepthLimit": BadRequestError,
    "folderMoveDepthLimit": BadRequestError,
}
_BY_STATUS_TEXT_BEGIN: tuple[tuple[str, type[APIError]], ...] = (
    ("unAuth", PermissionDeniedError),
    ("unExist", NotFoundError),
)
_BY_STATUS_TEXT_END: tuple[tuple[str, type[APIError]], ...] = (
    ("UnExist", NotFoundError),
    ("NotExist", NotFoundError),
    ("NotEnough", QuotaExceededError),
)
# Messages, or their prefixes, of errors without a statusText. Taken from servers 4.9 to 4.16.
_BY_MESSAGE: tuple[tuple[str, type[APIError]], ...] = (
    ("未配置商业版链接", CommercialFeatureError),
    ("Key is error. You need to use the app key", AuthenticationError),
    ("APIKey invalid", AuthenticationError),
    ("Chat dataId already exists", ConflictError),
    ("Chat item not found", NotFoundError),
    ("common:core.dataset.error.Data not found", NotFoundError),
    ("Dataset data index not found", NotFoundError),
    ("已经存在完全一致的数据", ConflictError),
    ("datasets validation failed", BadRequestError),
    ("Data is too long", BadRequestError),
    ("Cast to ", BadRequestError),
    ("messages is not array", BadRequestError),
    ("You don't have an app yet", BadRequestError),
    # Limits of a share link: expired, points used up, too many requests per minute.
    ("分享链接已过期", PermissionDeniedError),
    ("链接超出使用限制", QuotaExceededError),
    ("每分钟仅能请求", RateLimitError),
)
_BY_CODE: dict[int, type[APIError]] = {
    400: BadRequestError,
    403: AuthenticationError,
    409: ConflictError,
    429: RateLimitError,
    510: QuotaExceededError,
    511: PermissionDeniedError,
    513: PermissionDeniedError,
    514: AuthenticationError,
}
_BY_HTTP_STATUS: dict[int, type[APIError]] = {
    401: AuthenticationError,
    402: QuotaExceededError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: ServerError,  # from a proxy that gave up waiting
    409: ConflictError,
    425: ServerError,
    429: RateLimitError,
}


def is_html(headers: Headers, content: bytes) -> bool:
    """Return whether a response is a web page, as Next.js or a proxy sends for unknown paths."""
    return "html" in headers.get("content-type", "") or content.lstrip()[:1] == b"<"


def response_error(
    status_code: int,
    headers: Headers,
    content: bytes,
    body: Any,
    now: float,
    *,
    call: CallFacts = _NOTHING_KNOWN,
    redact: Callable[[Any], Any] = lambda value: value,
) -> APIError:
    """Return the error for a response, by `statusText`, then `code`, then HTTP status.

    `body` is the parsed JSON, None if the content is not JSON; `redact` removes the key from texts and JSON.
    """
    body = redact(body)
    if is_object(body) and body.get("code") != 200 and (code := _code(body)) is not None:
        return _refusal(body, code, _text(body.get("message")), status_code, headers, now, call)
    text = redact(content.decode("utf-8", "replace")).strip()  # before truncation: half a key is a secret too
    return _foreign_answer(status_code, headers, text, body, is_html(headers, content), now, call, redact)


def event_error(
    data: str, headers: Headers, now: float, *, started: bool, redact: Callable[[Any], Any] = lambda value: value
) -> FastGPTError:
    """Return the error for an `error` event of a stream.

    An event with a code is an envelope. One with only a message is classified by it before the run has `started`;
    after that, it means that the run failed.
    """
    try:
        body = redact(parse_json(data))
    except ValueError:
        body = redact(data)
    if not is_object(body):
        body = {"message": str(body)}
    if (code := _code(body)) is not None:
        return _refusal(body, code, _text(body.get("message")), 200, headers, now)
    message = str(body.get("message") or body.get("error") or "no reason given")
    if started:
        return WorkflowError(f"The run failed: {message}", request_id=request_id(headers))
    return _refusal(body, None, message, 200, headers, now)


def _code(body: dict[str, Any]) -> int | None:
    """Return the code of an error envelope, None if a JSON object is not one."""
    code = body.get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _refusal(
    body: dict[str, Any],
    code: int | None,
    message: str,
    status_code: int,
    headers: Headers,
    now: float,
    call: CallFacts = _NOTHING_KNOWN,
) -> APIError:
    """Return the error for a call that FastGPT itself rejected; a missing code is treated as 500."""
    judged = 500 if code is None else code
    status_text = _text(body.get("statusText"))
    status_text = "" if status_text == "error" else status_text
    zod_error, message = _refused_fields(body.get("zodError"), message)
    kind = _kind(judged, status_text, message, status_code)
    if zod_error and kind is ServerError:
        kind = BadRequestError  # for forms that the server parses itself, failed validation ends as HTTP 500
    # With a statusText, the message is usually an i18n key, which adds nothing.
    if status_text and message and not _I18N_KEY.match(message):
        said = f"{status_text}: {message}"
    else:
        said = status_text or message or "no reason given"
    said = f"{said} (code {judged}, HTTP {status_code}){_zod_text(zod_error)}"
    return kind(
        f"FastGPT rejected the call: {said}",
        status_code=status_code,
        code=code,
        status_text=status_text,
        body=body,
        zod_error=zod_error,
        hint=hint_for(kind, status_text, said, call),
        retry_after=retry_after(headers, message, now, limited=kind is RateLimitError),
        request_id=request_id(headers),
    )


def _kind(code: int, status_text: str, message: str, status_code: int) -> type[APIError]:
    if status_text:
        if found := _BY_STATUS_TEXT.get(status_text):
            return found
        for ending, kind in _BY_STATUS_TEXT_END:
            if status_text.endswith(ending):
                return kind
        for beginning, kind in _BY_STATUS_TEXT_BEGIN:
            if status_text.startswith(beginning):
                return kind
    for beginning, kind in _BY_MESSAGE:
        if message.startswith(beginning):
            return kind
    if found := _BY_CODE.get(code):
        return found
    # "messages is empty", "appId is empty", "contentId or chatId is empty", "User question is empty", …
    if message.endswith(" is empty"):
        return BadRequestError
    return _kind_of_status(status_code)


def _kind_of_status(status_code: int) -> type[APIError]:
    """Return the class for an HTTP status, used if nothing more specific is known."""
    if found := _BY_HTTP_STATUS.get(status_code):
        return found
    if 300 <= status_code < 400:
        return APIError
    return BadRequestError if 400 <= status_code < 500 else ServerError


def _refused_fields(zod_error: Any, message: str) -> tuple[list[Any] | None, str]:
    """Return the server's list of rejected fields (None if missing), and the message without it."""
    if message.startswith("["):
        try:
            listed = parse_json(message)
        except ValueError:
            listed = None
        if is_array(listed) and listed and all(is_object(item) and "path" in item for item in listed):
            return zod_error if is_array(zod_error) else listed, "Data validation error"
    return zod_error if is_array(zod_error) else None, message


def _zod_text(zod_error: list[Any] | None) -> str:
    """Return the rejected fields as `path: reason`, for the message."""
    lines: list[str] = []
    for item in zod_error or ():
        if is_object(item):
            path = item.get("path")
            where = ".".join(map(str, path)) if is_array(path) and path else "body"
            lines.append(f"{where}: {item.get('message', 'refused')}")
    return ": " + "; ".join(lines) if lines else ""


def _foreign_answer(
    status_code: int,
    headers: Headers,
    text: str,
    body: Any,
    html: bool,
    now: float,
    call: CallFacts,
    redact: Callable[[Any], Any],
) -> APIError:
    """Return the error for a response without an envelope: a proxy's page, plain text, another service's JSON."""
    kind = _kind_of_status(status_code)
    hint = hint_for(kind, "", "", call._replace(since=""))
    if kind is NotFoundError and html:
        since = f" and its version: {call.since}" if call.since else ""
        hint = f"no such path on this server: check base_url{since}"
    elif 300 <= status_code < 400:
        location = redact(headers.get("location", "nowhere"))
        hint = f"it redirects to {location[:200]!r}: set base_url to the final address"
    elif status_code < 300:
        hint = "something between client and server responded in its place, or base_url points to another service"
    # Sent by an intermediary, which may have forwarded the call before. FastGPT's own errors have an envelope.
    unknown = kind is ServerError and status_code != 425
    said = "a web page" if html else repr(text[:_EXCERPT]) if text else "an empty body"
    return kind(
        f"HTTP {status_code} with {said} instead of a FastGPT response",
        status_code=status_code,
        body=body if not html and (is_object(body) or is_array(body)) else text[:_EXCERPT],
        hint=hint,
        retry_after=retry_after(headers, text[:_EXCERPT], now, limited=kind is RateLimitError),
        request_id=request_id(headers),
        outcome_unknown=unknown,
    )
