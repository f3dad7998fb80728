"""Judging an answer: the envelope opened, or the error that it is, by `statusText`, then `code`, then HTTP status."""

from __future__ import annotations

import contextlib
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

__all__ = ["answer_error", "envelope_error", "event_error", "is_html"]

_EXCERPT = 300
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
    "linkUnInvalid": PermissionDeniedError,
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
}
_BY_STATUS_TEXT_END: tuple[tuple[str, type[APIError]], ...] = (
    ("UnExist", NotFoundError),
    ("NotExist", NotFoundError),
    ("NotEnough", QuotaExceededError),
)
# Texts of errors that have no statusText: whole messages, or their beginnings. Read from servers 4.9 to 4.16.
_BY_MESSAGE: tuple[tuple[str, type[APIError]], ...] = (
    ("未配置商业版链接", CommercialFeatureError),
    ("Key is error. You need to use the app key", AuthenticationError),
    ("APIKey invalid", AuthenticationError),
    ("Chat dataId already exists", ConflictError),
    ("Chat item not found", NotFoundError),
    ("Cast to ", BadRequestError),
    ("messages is not array", BadRequestError),
    ("You don't have an app yet", BadRequestError),
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
    408: ServerError,  # a proxy's: it gave up waiting
    409: ConflictError,
    425: ServerError,
    429: RateLimitError,
}
_HINTS: dict[type[APIError], str] = {
    AuthenticationError: (
        "check api_key (FASTGPT_API_KEY): an unrevoked API key made on this server, not a login token; "
        "with a key that is bound to no app, pass appId= as well"
    ),
    PermissionDeniedError: "the owner of the key needs access to this app, chat or model: check appId and chatId",
    CommercialFeatureError: "this call is answered by FastGPT's commercial edition and its cloud only",
    QuotaExceededError: "top up, or raise the limit of the team or the key",
}


def is_html(headers: Headers, content: bytes) -> bool:
    """Return whether an answer is a web page: what Next.js, or a proxy, sends for a path it does not know."""
    return "html" in headers.get("content-type", "") or content.lstrip()[:1] == b"<"


def envelope_error(
    body: dict[str, Any], status_code: int, headers: Headers, now: float, *, since: str = ""
) -> APIError | None:
    """Return the error that a JSON object of the server stands for, None if it is no error envelope."""
    code = body.get("code")
    if not isinstance(code, int) or isinstance(code, bool):
        return None
    status_text = body.get("statusText")
    status_text = status_text if isinstance(status_text, str) and status_text != "error" else ""
    message = body.get("message")
    message = message if isinstance(message, str) else ""
    kind = _kind(code, status_text, message, status_code)
    zod_error = body.get("zodError")
    zod_error = zod_error if is_array(zod_error) else None
    # Beside a statusText the message is mostly a key of the server's translations, which says no more.
    if status_text and message and not _I18N_KEY.match(message):
        said = f"{status_text}: {message}"
    else:
        said = status_text or message or "no reason given"
    hint = _HINTS.get(kind)
    if since and kind in (AuthenticationError, CommercialFeatureError):
        hint = f"{since}; {hint}"
    error = kind(
        f"FastGPT refused the call: {said} (code {code}, HTTP {status_code}){_zod_text(zod_error)}",
        status_code=status_code,
        code=code,
        status_text=status_text,
        body=body,
        zod_error=zod_error,
        hint=hint,
        request_id=request_id(headers),
    )
    error.retry_after = retry_after(headers, message, now, limited=kind is RateLimitError)
    return error


def _kind(code: int, status_text: str, message: str, status_code: int) -> type[APIError]:
    if status_text:
        if found := _BY_STATUS_TEXT.get(status_text):
            return found
        for ending, kind in _BY_STATUS_TEXT_END:
            if status_text.endswith(ending):
                return kind
        if status_text.startswith("unAuth"):
            return PermissionDeniedError
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
    """Return the class of an HTTP status, where nothing better is known of an error."""
    if found := _BY_HTTP_STATUS.get(status_code):
        return found
    if 300 <= status_code < 400:
        return APIError
    return BadRequestError if 400 <= status_code < 500 else ServerError


def _zod_text(zod_error: list[Any] | None) -> str:
    """Return the server's refused fields as `path: reason`, for the message."""
    lines: list[str] = []
    for item in zod_error or ():
        if is_object(item):
            path = item.get("path")
            where = ".".join(map(str, path)) if is_array(path) and path else "body"
            lines.append(f"{where}: {item.get('message', 'refused')}")
    return ": " + "; ".join(lines) if lines else ""


def answer_error(
    status_code: int,
    headers: Headers,
    content: bytes,
    now: float,
    *,
    since: str = "",
    redact: Callable[[str], str] = str,
) -> APIError:
    """Return the error of an answer that is no envelope: a proxy's page, plain text, another service's JSON."""
    text = redact(content.decode("utf-8", "replace")).strip()  # before it is cut: half a key is a secret too
    body: Any = text[:_EXCERPT]
    html = is_html(headers, content)
    if not html and text[:1] in ("{", "["):
        with contextlib.suppress(ValueError):  # the excerpt stands for what is no JSON
            body = parse_json(content)
    kind = _kind_of_status(status_code)
    hint = _HINTS.get(kind)
    if kind is NotFoundError and html:
        hint = f"no such path on this server: check base_url{', and its version: ' + since if since else ''}"
    elif 300 <= status_code < 400:
        hint = f"it redirects to {headers.get('location', 'nowhere')[:200]!r}: set base_url to the final address"
    elif status_code < 300:
        hint = "something between client and server answers in its place, or base_url names another service"
    said = "a web page" if html else repr(text[:_EXCERPT]) if text else "an empty body"
    error = kind(
        f"HTTP {status_code} with {said} instead of an answer of FastGPT",
        status_code=status_code,
        body=body,
        hint=hint,
        request_id=request_id(headers),
    )
    error.retry_after = retry_after(headers, text[:_EXCERPT], now, limited=kind is RateLimitError)
    return error


def event_error(data: str, headers: Headers, now: float, *, started: bool) -> FastGPTError:
    """Return the error that an `error` event of a stream stands for.

    A coded one is an envelope. One that has only a message is judged by it as long as the run had not `started`;
    afterwards it is the run that failed.
    """
    try:
        body = parse_json(data)
    except ValueError:
        body = data
    if not is_object(body):
        body = {"message": str(body)}
    error = envelope_error(body, 200, headers, now)
    if error is not None:
        return error
    message = body.get("message") or body.get("error") or "no reason given"
    if started:
        return WorkflowError(f"The run failed: {message}", request_id=request_id(headers))
    error = envelope_error({**body, "code": 500, "message": str(message)}, 200, headers, now)
    assert error is not None  # it has a code now
    error.code, error.body = None, body
    return error
