"""Answers that are no envelope, and error events: which error each of them is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client._api.envelope import event_error, is_html, response_error
from fastgpt_client._api.hints import CallFacts
from fastgpt_client._http.httpx import Headers
from fastgpt_client._json import parse_json
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

NOW = 1_800_000_000.0
HTML = {"Content-Type": "text/html"}


def error_of(
    status_code: int, content: bytes = b"", headers: dict[str, str] | None = None, since: str = ""
) -> APIError:
    try:
        body = parse_json(content)
    except ValueError:
        body = None
    return response_error(status_code, Headers(headers), content, body, NOW, call=CallFacts(since))


def event_of(data: Any, *, started: bool, **headers: str) -> FastGPTError:
    text = data if isinstance(data, str) else json.dumps(data)
    return event_error(text, Headers(headers), NOW, started=started)


@pytest.mark.parametrize(
    ("status_code", "kind"),
    [
        (200, ServerError),
        (204, ServerError),
        (299, ServerError),
        (300, APIError),
        (302, APIError),
        (399, APIError),
        (400, BadRequestError),
        (401, AuthenticationError),
        (402, QuotaExceededError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (405, BadRequestError),
        (408, ServerError),
        (409, ConflictError),
        (413, BadRequestError),
        (418, BadRequestError),
        (422, BadRequestError),
        (425, ServerError),
        (429, RateLimitError),
        (431, BadRequestError),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        (599, ServerError),
    ],
)
def test_the_http_status_says_the_class(status_code: int, kind: type[APIError]) -> None:
    error = error_of(status_code, b"upstream trouble")
    assert type(error) is kind
    assert (error.status_code, error.code, error.status_text, error.body) == (status_code, None, "", "upstream trouble")
    # Words of something between, which may have passed the call on before. 425 says that it did not.
    assert error.outcome_unknown is (kind is ServerError and status_code != 425)
    assert error.message == f"HTTP {status_code} with 'upstream trouble' instead of a FastGPT response"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty body"),
        (b" \n ", "an empty body"),
        (b"<html>", "a web page"),
        (b"\n  <!DOCTYPE html>", "a web page"),
        (b"text", "'text'"),
        (b"\xff\xfe", "'\ufffd\ufffd'"),
        (b"x" * 1000, repr("x" * 300)),
    ],
)
def test_the_message_says_what_came(content: bytes, said: str) -> None:
    assert error_of(502, content).message == f"HTTP 502 with {said} instead of a FastGPT response"


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b'{"detail": "x"}', {"detail": "x"}),
        (b" [1] ", [1]),
        (b"{broken", "{broken"),
        (b"[" * 100_000, "[" * 300),
        (b"text", "text"),
        (b"y" * 1000, "y" * 300),
        (b"<p>" + b"z" * 1000, "<p>" + "z" * 297),
    ],
)
def test_the_body_is_json_or_an_excerpt(content: bytes, body: Any) -> None:
    assert error_of(500, content).body == body


def test_json_of_a_web_page_is_not_parsed() -> None:
    assert error_of(500, b'{"a": 1}', HTML).body == '{"a": 1}'


@pytest.mark.parametrize(
    ("headers", "content", "html"),
    [
        ({"Content-Type": "text/html; charset=utf-8"}, b"", True),
        ({"Content-Type": "application/xhtml+xml"}, b"", True),
        ({}, b"  <html>", True),
        ({"Content-Type": "application/json"}, b"{}", False),
        ({}, b"text", False),
        ({}, b"", False),
    ],
)
def test_a_web_page_is_told_by_its_type_or_its_first_letter(
    headers: dict[str, str], content: bytes, html: bool
) -> None:
    assert is_html(Headers(headers), content) is html


@pytest.mark.parametrize(
    ("status_code", "content", "headers", "hint"),
    [
        (404, b"<html>", {}, "no such path on this server: check base_url"),
        (404, b"text", {}, None),
        (502, b"<html>", {}, None),
        (302, b"", {"Location": "https://login.test/"}, "it redirects to 'https://login.test/': set base_url"),
        (302, b"", {}, "it redirects to 'nowhere'"),
        (302, b"", {"Location": "x" * 500}, "it redirects to '" + "x" * 200 + "':"),
        (200, b"hello", {}, "something between client and server responded in its place"),
        (400, b"", {}, None),
        (401, b"", {}, "FASTGPT_API_KEY"),
        (500, b"", {}, None),
    ],
)
def test_a_hint_says_what_to_do(status_code: int, content: bytes, headers: dict[str, str], hint: str | None) -> None:
    error = error_of(status_code, content, headers)
    assert (error.hint is None) is (hint is None)
    assert hint is None or hint in str(error)


def test_an_unknown_path_says_which_server_knows_it() -> None:
    assert str(error_of(404, b"<html>", since="FastGPT 5 and later")).endswith("and its version: FastGPT 5 and later)")


def test_what_a_proxy_says_of_waiting_is_kept() -> None:
    assert error_of(503, b"x", {"Retry-After": "7"}).retry_after == 7.0
    assert error_of(429, b"try again in 3 seconds").retry_after == 3.0
    assert error_of(503, b"try again in 3 seconds").retry_after is None


def test_the_request_id_is_kept() -> None:
    assert error_of(500, b"x", {"x-request-id": "r1"}).request_id == "r1"


@pytest.mark.parametrize("started", [False, True])
def test_a_coded_event_is_an_envelope(started: bool) -> None:
    error = event_of(
        {"code": 502001, "statusText": "unAuthApp", "message": "m"}, started=started, **{"x-request-id": "r"}
    )
    assert isinstance(error, PermissionDeniedError)
    assert (error.status_code, error.code, error.request_id) == (200, 502001, "r")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"message": "500 model is down"}, "500 model is down"),
        ({"error": "down"}, "down"),
        ({"message": {"a": 1}}, "{'a': 1}"),
        ({"message": ""}, "no reason given"),
        ({}, "no reason given"),
        ("plain text", "plain text"),
        ('"quoted"', "quoted"),
        ("[1, 2]", "[1, 2]"),
        ("{broken", "{broken"),
        ("[" * 100_000, "[["),
    ],
)
def test_an_uncoded_event_in_a_run_is_the_run_s_failure(data: Any, said: str) -> None:
    error = event_of(data, started=True, **{"x-request-id": "r"})
    assert type(error) is WorkflowError
    assert error.message.startswith("The run failed: " + said)
    assert error.request_id == "r"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("messages is empty", BadRequestError),
        ("Chat dataId already exists: d1", ConflictError),
        ("未配置商业版链接", CommercialFeatureError),
        ("something else", ServerError),
    ],
)
def test_an_uncoded_event_before_the_run_is_judged_by_its_text(message: str, kind: type[APIError]) -> None:
    error = event_of({"message": message}, started=False)
    assert isinstance(error, APIError)
    assert type(error) is kind
    assert (error.code, error.body, error.status_code) == (None, {"message": message}, 200)
    assert message in str(error)


@pytest.mark.parametrize("data", [{}, {"message": None}, {"error": "down"}, "text", {"message": ["list"]}])
def test_any_event_before_the_run_is_an_error_of_the_server(data: Any) -> None:
    error = event_of(data, started=False)
    assert type(error) is ServerError
    assert error.code is None


@pytest.mark.parametrize(
    ("data", "said"),
    [({}, "no reason given"), ({"error": "down"}, "down"), ("text", "text"), ({"message": ["list"]}, "['list']")],
)
def test_an_event_before_the_run_says_what_the_server_said(data: Any, said: str) -> None:
    assert str(event_of(data, started=False)).startswith(f"FastGPT rejected the call: {said} (code 500, HTTP 200)")
