# Generated from tests/_async/test_views.py by scripts/generate.py: edit the source, not this file.
"""What with_options returns: another set of options over the same connections."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fastgpt_client import ChatClient, RateLimitError, ServerError, ValidationError
from tests.support.call import OTHER_APP, QUESTION
from tests.support.fake_server import APP_ID, BASE_URL, KEY, FakeServer
from tests.support.faults import HEL
from tests.support.replies import completion, envelope, events, page, plain


def test_a_view_sends_over_the_same_http_client_with_the_same_key() -> None:
    server = FakeServer(envelope())
    view = server.chat().with_options(timeout=3)
    view.get_chat_histories()
    assert server.last.headers["authorization"] == "Bearer " + KEY
    assert isinstance(view, ChatClient)


def test_a_timeout_of_a_view_holds_for_its_calls_only() -> None:
    server = FakeServer(envelope())
    client = server.chat()
    client.with_options(timeout=3).get_chat_histories()
    assert server.last.extensions["timeout"] == {"connect": 3.0, "read": 3.0, "write": 3.0, "pool": 3.0}
    client.get_chat_histories()
    assert server.last.extensions["timeout"] == {"connect": 5.0, "read": 600.0, "write": 60.0, "pool": 60.0}


def test_a_timeout_of_none_is_no_limit() -> None:
    server = FakeServer(envelope())
    server.chat().with_options(timeout=None).get_chat_histories()
    assert server.last.extensions["timeout"] == {"connect": None, "read": None, "write": None, "pool": None}


def test_a_timeout_of_httpx_goes_through() -> None:
    server = FakeServer(envelope())
    server.chat(timeout=httpx.Timeout(9, read=1)).get_chat_histories()
    assert server.last.extensions["timeout"] == {"connect": 9, "read": 1, "write": 9, "pool": 9}


def test_a_stream_waits_a_minute_for_its_next_bytes() -> None:
    server = FakeServer(events(HEL))
    stream = server.chat().create_chat_completion(QUESTION, stream=True)
    stream.close()
    assert server.last.extensions["timeout"] == {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 60.0}


def test_no_phase_of_a_call_outlasts_its_deadline() -> None:
    server = FakeServer(envelope())
    server.chat(deadline=30).get_chat_histories()
    timeouts = server.last.extensions["timeout"]
    assert timeouts["connect"] == 5.0
    assert 29.0 < timeouts["read"] <= 30.0


def test_a_stream_that_has_begun_is_not_held_to_the_deadline() -> None:
    server = FakeServer(events(HEL))
    stream = server.chat(deadline=30).create_chat_completion(QUESTION, stream=True)
    stream.close()
    assert server.last.extensions["timeout"] == {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 60.0}


def test_retries_of_a_view_are_its_own() -> None:
    server = FakeServer(plain(429))
    client = server.chat(max_retries=2)
    with pytest.raises(RateLimitError):
        client.with_options(max_retries=0).get_chat_histories()
    assert server.hits == 1
    with pytest.raises(RateLimitError):
        client.get_chat_histories()
    assert server.hits == 4


def test_a_bound_of_a_view_is_its_own() -> None:
    server = FakeServer(envelope({"list": ["x" * 100]}))
    client = server.chat()
    with pytest.raises(ServerError, match=r"max_response_bytes \(50 bytes\)"):
        client.with_options(max_response_bytes=50).get_chat_histories()
    client.get_chat_histories()
    assert server.hits == 2


def test_an_app_of_a_view_is_its_own() -> None:
    server = FakeServer(envelope())
    client = server.chat()
    view = client.with_options(app_id=OTHER_APP)
    view.get_chat_histories()
    assert server.body["appId"] == OTHER_APP
    assert (client.app_id, view.app_id) == (APP_ID, OTHER_APP)


def test_headers_of_a_view_are_added_to_the_client_s() -> None:
    server = FakeServer(envelope())
    client = server.chat(headers={"X-One": "1", "X-Two": "2", "User-Agent": "mine"})
    view = client.with_options(headers={"x-two": "two", "X-Three": "3"}).with_options(headers={"X-Four": "4"})
    view.get_chat_histories()
    sent = server.last.headers
    assert [sent[name] for name in ("x-one", "x-two", "x-three", "x-four", "user-agent")] == [
        "1",
        "two",
        "3",
        "4",
        "mine",
    ]
    client.get_chat_histories()
    assert "x-three" not in server.last.headers
    assert server.last.headers["x-two"] == "2"


def test_the_other_endpoint_of_completions_is_a_view_away() -> None:
    server = FakeServer(completion())
    client = server.chat()
    client.with_options(completions="v2").create_chat_completion(QUESTION)
    client.create_chat_completion(QUESTION)
    assert server.paths == ["/api/v2/chat/completions", "/api/v1/chat/completions"]


def test_what_one_view_learns_of_the_paths_the_others_know() -> None:
    server = FakeServer(page(), envelope())
    client = server.chat()
    client.with_options(timeout=1).get_chat_histories()
    client.get_chat_histories()
    client.with_options(timeout=2).get_chat_histories()
    new = "/api/core/chat/history/getHistories"
    assert server.paths == ["/api/core/chat/getHistories", new, new, new]


def test_options_that_are_left_out_stay() -> None:
    server = FakeServer(plain(429))
    view = server.chat(max_retries=0, timeout=7).with_options(deadline=30).with_options(max_response_bytes=10_000)
    with pytest.raises(RateLimitError):
        view.get_chat_histories()
    assert server.hits == 1
    assert server.last.extensions["timeout"]["read"] == 7.0


def test_closing_a_view_closes_nothing() -> None:
    server = FakeServer(envelope())
    client = server.chat()
    with client.with_options(timeout=1) as view:
        view.close()
    assert not view.is_closed
    client.get_chat_histories()
    view.get_chat_histories()


def test_closing_the_client_closes_its_views() -> None:
    server = FakeServer(envelope())
    client = server.chat()
    view = client.with_options(timeout=1)
    client.close()
    assert view.is_closed
    with pytest.raises(ValidationError, match="this client is closed"):
        view.get_chat_histories()
    assert server.hits == 0


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"timeout": 0}, "timeout"),
        ({"deadline": -1}, "deadline"),
        ({"max_retries": -1}, "max_retries"),
        ({"retry_delay": float("nan")}, "retry_delay"),
        ({"max_response_bytes": 0}, "max_response_bytes"),
        ({"completions": "v3"}, "completions"),
        ({"app_id": ""}, "app_id"),
        ({"headers": {"Authorization": "Bearer x"}}, "headers"),
    ],
)
def test_a_view_refuses_what_a_client_refuses(options: dict[str, Any], named: str) -> None:
    client = FakeServer(envelope()).chat()
    with pytest.raises(ValidationError, match=named):
        client.with_options(**options)


def test_a_repr_shows_the_server_and_whether_it_is_closed() -> None:
    client = FakeServer(envelope()).chat()
    name = ChatClient.__name__
    assert repr(client) == repr(client.with_options(timeout=1)) == "<" + name + " " + BASE_URL + ">"
    client.close()
    assert repr(client) == "<" + name + " " + BASE_URL + " closed>"


def test_a_client_tells_its_base_url() -> None:
    client = FakeServer(envelope()).chat(base_url=BASE_URL + "/sub/api/v1/")
    assert client.base_url == BASE_URL + "/sub"
