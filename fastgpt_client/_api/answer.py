"""One pass over an answer: its JSON if it is what was asked for, else the error that it is."""

from __future__ import annotations

from typing import Any

from fastgpt_client._http.httpx import HTTPResponse
from fastgpt_client._http.logging import log_nothing_without_app
from fastgpt_client._http.redaction import Secret
from fastgpt_client._http.request import APIRequest
from fastgpt_client._json import as_object, first_object, is_object, parse_json

from .envelope import is_html, response_error
from .hints import CallFacts

__all__ = ["is_unknown_path", "parse_response"]


def is_unknown_path(http: HTTPResponse, content: bytes) -> bool:
    """Return whether the server does not know the path that was called."""
    return http.status_code == 404 and is_html(http.headers, content)


def parse_response(request: APIRequest, http: HTTPResponse, content: bytes, secret: Secret, now: float) -> Any:
    """Return the JSON of a good answer, None if bytes were asked for; raise the error that any other answer is.

    If the answer repeats the API key, the key is redacted.
    """
    if request.operation.raw and 200 <= http.status_code < 300 and _is_raw(request, http, content):
        return None
    try:
        body = parse_json(content)
    except ValueError:
        body = None
    if secret.occurs_in(content):
        body = secret.redact_json(body)
    if request.operation.completion:
        if not request.stream and first_object(body, "choices") is not None:
            return body
    elif request.operation.document:
        if "openapi" in as_object(body):
            return body
    elif as_object(body).get("code") == 200:
        if request.appless and not _holds_anything(as_object(body).get("data")):
            log_nothing_without_app(request.operation.paths[0])
        return body
    operation = request.operation
    call = CallFacts(operation.since, request.visitor, request.appless, operation.personal_key)
    raise response_error(http.status_code, http.headers, content, body, now, call=call, redact=secret.redact_json)


def _holds_anything(data: Any) -> bool:
    """Return whether there is something in an answer's data, or is not meant to be; a page has it in its list."""
    return data is None or bool(data.get("list", data) if is_object(data) else data)


def _is_raw(request: APIRequest, http: HTTPResponse, content: bytes) -> bool:
    """Return whether bytes are what was asked for: an object store answers with nothing or XML, speech never."""
    if request.presigned is not None:
        return not content.startswith(b"{")
    return bool(content) and not content.startswith(b"{") and not is_html(http.headers, content)
