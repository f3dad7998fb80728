"""One pass over an answer: parsed once, and either its JSON or the whole error that it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client._api import answer, endpoints, envelope
from fastgpt_client._api.answer import parse_response
from fastgpt_client._api.params import api_request
from fastgpt_client._http.httpx import HTTPResponse
from fastgpt_client._http.redaction import Secret
from fastgpt_client.exceptions import APIError

KEY = "fastgpt-planted0key0of0the0tests"
ESCAPED = KEY.replace("-", "\\u002d")
HISTORIES = api_request(endpoints.HISTORIES, body={})
REFUSED = json.dumps(
    {"code": 514, "statusText": f"unAuth{KEY}", "message": f"{KEY} is bad", "zodError": [KEY]}
).encode()


def parse(content: bytes, status: int = 500, headers: dict[str, str] | None = None) -> Any:
    return parse_response(HISTORIES, HTTPResponse(status, headers=headers), content, Secret(KEY), 0.0)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was parsed as JSON, in order."""
    found: list[bytes] = []

    def counted(text: bytes) -> Any:
        found.append(text)
        return json.loads(text)

    monkeypatch.setattr(answer, "parse_json", counted)
    monkeypatch.setattr(envelope, "parse_json", counted)
    return found


def test_a_good_answer_is_parsed_once(parsed: list[bytes]) -> None:
    assert parse(b'{"code": 200, "data": []}') == {"code": 200, "data": []}
    assert len(parsed) == 1


@pytest.mark.parametrize("content", [REFUSED, b'{"a": 1}', b"[1]", b"text", b""])
def test_an_error_is_parsed_once(content: bytes, parsed: list[bytes]) -> None:
    with pytest.raises(APIError):
        parse(content)
    assert parsed == [content]


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (REFUSED, {}),
        (REFUSED.replace(KEY.encode(), ESCAPED.encode()), {}),
        (json.dumps({"detail": KEY}).encode(), {}),
        (json.dumps({"detail": KEY}).encode().replace(KEY.encode(), ESCAPED.encode()), {}),
        (f"your key {KEY} is bad".encode(), {}),
        (b"x" * 290 + KEY.encode(), {}),
        (b"", {"location": f"https://login.test/?key={KEY}"}),
    ],
)
@pytest.mark.parametrize("status", [302, 500])
def test_no_error_shows_the_key(content: bytes, headers: dict[str, str], status: int) -> None:
    with pytest.raises(APIError) as caught:
        parse(content, status, headers)
    error = caught.value
    shown = json.dumps([str(error), error.args, error.status_text, error.body, error.zod_error, error.hint])
    assert KEY[:20] not in shown.replace(ESCAPED[:25], KEY[:20])


def test_a_good_answer_does_not_show_the_key() -> None:
    assert parse(json.dumps({"code": 200, "data": KEY}).encode()) == {"code": 200, "data": "***"}
