"""Parse a response once: return its JSON if it is the expected kind, otherwise raise its error."""

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
    """Return the JSON of a successful response, None for bytes; raise the error for any other response.

    If the response echoes the API key, the key is redacted.
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
    """Return whether a response's data is not empty, or null by design; for a page, its list counts."""
    return data is None or bool(data.get("list", data) if is_object(data) else data)


def _is_raw(request: APIRequest, http: HTTPResponse, content: bytes) -> bool:
    """Return whether the content is the requested bytes. Object stores return nothing or XML, speech never does."""
    if request.presigned is not None:
        return not content.startswith(b"{")
    return bool(content) and not content.startswith(b"{") and not is_html(http.headers, content)
