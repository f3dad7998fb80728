"""What a client is configured with: bad input is refused by the name of its argument, before anything is sent."""

from __future__ import annotations

import math
from typing import Any

import anyio
import httpx
import pytest

from fastgpt_client import AsyncChatClient, ChatClient, ValidationError
from fastgpt_client._http.config import NOT_GIVEN, Options, check_api_key, check_app_id, check_headers
from tests.support.fake_server import BASE_URL, KEY

CLIENTS = pytest.mark.parametrize("client", [ChatClient, AsyncChatClient], ids=lambda client: client.__name__)
NO_NUMBERS: list[Any] = [math.nan, math.inf, -math.inf, True, False, "3", b"3", [3], (1, 2), frozenset()]


@CLIENTS
@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "api_key is empty"),
        (" ", "whitespace"),
        (" key", "whitespace"),
        ("key ", "whitespace"),
        ("two words", "whitespace"),
        ("key\n", "line breaks"),
        ("key\r\nX-Evil: 1", "line breaks"),
        ("key\t", "whitespace"),
        ("key\x00", "whitespace"),
        ("schlüssel", "non-ASCII"),
        ("key\u200b", "non-ASCII"),
        (b"key", "api_key must be a str, not bytes: decode it first"),
        (5, "api_key must be a str, not int"),
        ("Bearer key", "begins with 'Bearer'"),
        ("bearer key", "begins with 'Bearer'"),
    ],
)
def test_a_key_that_cannot_be_sent_is_refused(client: Any, key: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        client(key, BASE_URL)


@pytest.mark.parametrize("key", ["fastgpt-abc", "k", "sk-1.2_3-65f000000000000000000001", "a/b+c=="])
def test_a_key_of_any_other_form_is_taken(key: str) -> None:
    assert check_api_key(key) == key


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_key_says_where_to_put_it(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is not None:
        monkeypatch.setenv("FASTGPT_API_KEY", value)
    with pytest.raises(ValidationError, match="pass api_key= or set FASTGPT_API_KEY"):
        check_api_key(None)


@pytest.mark.parametrize("value", ["", "key\n", " "])
def test_a_key_that_is_not_required_may_be_missing_but_not_wrong(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert check_api_key(None, required=False) == ""
    with pytest.raises(ValidationError, match="api_key is"):
        check_api_key(value, required=False)
    monkeypatch.setenv("FASTGPT_API_KEY", value)
    with pytest.raises(ValidationError, match="api_key is"):
        check_api_key(None, required=False)


def test_a_key_of_the_environment_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "key\n")
    with pytest.raises(ValidationError, match="line breaks"):
        check_api_key(None)


@pytest.mark.parametrize("app_id", ["", " ", 5, b"app", ["app"]])
def test_a_default_app_is_a_text(app_id: Any) -> None:
    with pytest.raises(ValidationError, match="app_id must be a non-empty str"):
        check_app_id(app_id)


def test_a_default_app_comes_from_the_argument_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_app_id(None) is None
    monkeypatch.setenv("FASTGPT_APP_ID", " env ")
    assert check_app_id(None) == "env"
    assert check_app_id("mine") == "mine"


@CLIENTS
@pytest.mark.parametrize("name", ["deadline", "retry_delay", "timeout"])
@pytest.mark.parametrize("value", NO_NUMBERS, ids=str)
def test_a_time_is_a_finite_number(client: Any, name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=f"^{name} must be a finite number of seconds, not"):
        client(KEY, BASE_URL, **{name: value})


@CLIENTS
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("deadline", 0, "greater than 0, not 0"),
        ("deadline", -1.5, "greater than 0, not -1.5|at least 0, not -1.5"),
        ("timeout", 0, "greater than 0, not 0"),
        ("timeout", -1, "greater than 0, not -1|at least 0, not -1"),
        ("retry_delay", -0.1, "at least 0, not -0.1"),
        ("max_retries", -1, "whole number of at least 0, not -1"),
        ("max_retries", 1.0, "whole number"),
        ("max_retries", True, "whole number"),
        ("max_retries", "3", "whole number"),
        ("max_retries", None, "whole number"),
        ("max_response_bytes", 0, "whole number of at least 1, not 0"),
        ("max_response_bytes", -5, "whole number"),
        ("max_response_bytes", 1e6, "whole number"),
        ("max_response_bytes", None, "whole number"),
        ("completions", "v3", "'v1' or 'v2', not 'v3'"),
        ("completions", 2, "'v1' or 'v2', not 2"),
        ("retry_delay", None, "finite number"),
        ("on_call", 3, "a regular function"),
        ("on_call", anyio.sleep, "not an async one"),
    ],
)
def test_a_value_out_of_range_is_refused(client: Any, name: str, value: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=f"^{name} must be .*({said})"):
        client(KEY, BASE_URL, **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deadline", None),
        ("deadline", 1e-9),
        ("retry_delay", 0),
        ("max_retries", 0),
        ("max_response_bytes", 1),
        ("completions", "v2"),
        ("completions", None),
        ("on_call", print),
        ("on_call", None),
    ],
)
def test_a_value_at_the_edge_is_taken(name: str, value: Any) -> None:
    Options().changed(**{name: value})


def test_timeouts_are_by_kind_of_call_unless_given() -> None:
    options = Options()
    assert options.timeout_for(stream=False) == httpx.Timeout(connect=5, write=60, pool=60, read=600)
    assert options.timeout_for(stream=True) == httpx.Timeout(connect=5, write=60, pool=60, read=60)


@pytest.mark.parametrize(
    ("given", "timeout"),
    [(3, httpx.Timeout(3.0)), (None, httpx.Timeout(None)), (httpx.Timeout(1, read=2), httpx.Timeout(1, read=2))],
)
def test_a_timeout_that_is_given_holds_for_every_call(given: Any, timeout: httpx.Timeout) -> None:
    for stream in (True, False):
        assert Options().changed(timeout=given).timeout_for(stream=stream) == timeout


def test_changing_leaves_the_rest_and_the_original_as_they_are() -> None:
    options = Options().changed(max_retries=7, deadline=9)
    changed = options.changed(retry_delay=2, timeout=1)
    assert (changed.retry.max_retries, changed.retry.retry_delay, changed.deadline) == (7, 2.0, 9.0)
    assert (options.retry.retry_delay, options.timeout) == (1.0, None)
    assert options.changed() == options


def test_the_defaults_are_those_of_the_documentation() -> None:
    options = Options()
    assert (options.deadline, options.max_response_bytes, options.completions) == (None, 64 * 1024 * 1024, None)


def test_what_is_not_given_says_so() -> None:
    assert repr(NOT_GIVEN) == "NOT_GIVEN"


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Authorization": "Bearer x"}, "'Authorization' is set by the client"),
        ({"authorization": "x"}, "'authorization' is set by the client"),
        ({"Cookie": "a=b"}, "'Cookie' is set by the client"),
        ({"Content-Length": "5"}, "'Content-Length' is set by the client"),
        ({"Accept-Encoding": "br"}, "'Accept-Encoding' is set by the client"),
        ({"": "x"}, "'' is not a valid header name"),
        ({"X Y": "x"}, "'X Y' is not a valid header name"),
        ({"X:": "x"}, "'X:' is not a valid header name"),
        ({"X\r\nEvil": "x"}, "is not a valid header name"),
        ({"Ä": "x"}, "is not a valid header name"),
        ({5: "x"}, "5 is not a valid header name"),
        ({b"X": "x"}, "is not a valid header name"),
        ({"X-A": "a\r\nEvil: 1"}, "the value of 'X-A'"),
        ({"X-A": "a\n"}, "the value of 'X-A'"),
        ({"X-A": 5}, "the value of 'X-A'"),
        ({"X-A": None}, "the value of 'X-A'"),
        ({"X-A": b"a"}, "the value of 'X-A'"),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(headers: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=f"^headers: .*{said}"):
        check_headers(headers)


@pytest.mark.parametrize("headers", [["X-A"], "X-A: 1", 5])
def test_headers_that_are_no_mapping_are_refused(headers: Any) -> None:
    with pytest.raises(ValidationError, match="headers"):
        check_headers(headers)


def test_the_value_of_a_header_is_not_told() -> None:
    with pytest.raises(ValidationError) as caught:
        check_headers({"X-Secret": "s3cret\n"})
    assert "s3cret" not in str(caught.value)


def test_good_headers_are_taken() -> None:
    checked = check_headers({"X-A": "a b", "x-b": "", "X_C": "ä", "User-Agent": "mine"})
    assert dict(checked) == {"x-a": "a b", "x-b": "", "x_c": "ä", "user-agent": "mine"}
    assert not check_headers(None)
    assert not check_headers({})
