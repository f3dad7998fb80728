# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""What of an http_client= is used, and that no cookie of anybody is kept or sent."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import pytest

from fastgpt_client import AsyncChatClient, ValidationError
from tests.support.call import QUESTION
from tests.support.fake_server import APP_ID, BASE_URL, KEY, FakeServer, Reply
from tests.support.fault_server import FaultServer
from tests.support.faults import DONE, HEL, STOP, histories_json, send
from tests.support.replies import completion, dump, envelope, events, message, refusal
from tests.support.until import PATIENCE

COOKIE = {"Set-Cookie": "fastgpt_token=somebody; Path=/"}


def preloaded(request: httpx.Request) -> httpx.Response:
    """Answer as most who test with httpx do: with a body that is there at once."""
    json = message("Hello") if "completions" in request.url.path else {"code": 200, "data": {"list": [], "total": 0}}
    return httpx.Response(200, json=json)


async def test_headers_of_a_borrowed_client_are_sent() -> None:
    server = FakeServer(envelope())
    async with httpx.AsyncClient(transport=server.transport, headers={"X-Tenant": "t1", "User-Agent": "u"}) as http:
        await AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, max_retries=0).get_chat_histories()
    assert server.last.headers["x-tenant"] == "t1"


async def test_what_names_the_caller_is_never_taken_from_a_borrowed_client() -> None:
    server = FakeServer(envelope())
    theirs = {
        "Authorization": "Bearer theirs",
        "Cookie": "fastgpt_token=t",
        "Accept": "text/html",
        "Accept-Encoding": "br",
    }
    async with httpx.AsyncClient(transport=server.transport, headers=theirs, cookies={"a": "b"}) as http:
        await AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, max_retries=0).get_chat_histories()
    sent = server.last.headers
    assert sent.get_list("authorization") == ["Bearer " + KEY]
    assert "cookie" not in sent
    assert (sent["accept"], sent["accept-encoding"]) == ("application/json", "gzip, deflate")


class Mine(Exception):
    """An error of the caller's own, raised in what they gave us to send with."""


async def test_an_error_of_the_caller_s_own_is_passed_on_as_it_is() -> None:
    server = FakeServer(Mine("mine"))
    with pytest.raises(Mine, match="mine"):
        await server.async_chat().get_chat_histories()
    assert server.hits == 1


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
async def test_so_is_one_in_the_middle_of_a_body(headers: dict[str, str]) -> None:
    reply = Reply((gzip.compress(b"{")[:5] if headers else b"{", Mine("mine")), headers=headers)
    with pytest.raises(Mine, match="mine"):
        await FakeServer(reply).async_chat().get_chat_histories()
    assert reply.all_closed


@pytest.mark.parametrize(
    ("where", "mine"),
    [
        ("transport", OSError("mine")),
        ("transport", TimeoutError("mine")),
        *((where, OSError("mine")) for where in ("request", "response")),
        *((where, TimeoutError("mine")) for where in ("request", "response")),
        *((where, httpx.ConnectError("mine")) for where in ("request", "response")),
        ("response", httpx.StreamConsumed()),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
async def test_it_is_neither_repeated_nor_called_a_failure_of_the_connection(where: str, mine: Exception) -> None:
    server = FakeServer(envelope() if where != "transport" else mine)

    async def fail(_: object) -> None:
        raise mine

    hooks = {} if where == "transport" else {where: [fail]}
    options: dict[str, Any] = {} if where == "request" else {"deadline": PATIENCE}
    async with httpx.AsyncClient(transport=server.transport, event_hooks=hooks) as http:
        client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, retry_delay=0, **options)
        with pytest.raises(type(mine)) as caught:
            await client.get_chat_histories()
    assert caught.value is mine
    assert server.hits == (where != "request")


async def test_a_refused_key_is_what_the_caller_s_hook_makes_of_it() -> None:
    server = FakeServer(refusal(514, "unAuthApiKey"))

    async def check(response: httpx.Response) -> None:
        response.raise_for_status()

    async with httpx.AsyncClient(transport=server.transport, event_hooks={"response": [check]}) as http:
        with pytest.raises(httpx.HTTPStatusError):
            await AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http).get_chat_histories()
    assert server.hits == 1


@pytest.mark.parametrize("stream", [True, False])
async def test_a_hook_that_takes_the_body_away_is_told(stream: bool) -> None:
    reply = events(HEL, STOP, DONE) if stream else completion()

    async def read(response: httpx.Response) -> None:
        async for _ in response.aiter_raw():
            pass

    async with httpx.AsyncClient(transport=FakeServer(reply).transport, event_hooks={"response": [read]}) as http:
        client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http)
        with pytest.raises(ValidationError, match=r"call response\.read\(\)"):
            await client.create_chat_completion(QUESTION, stream=stream)
    assert reply.all_closed


async def test_base_url_and_query_of_a_borrowed_client_play_no_part() -> None:
    server = FakeServer(envelope())
    async with httpx.AsyncClient(transport=server.transport, base_url="http://other.test/x", params={"q": "1"}) as http:
        await AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, max_retries=0).get_chat_histories()
    assert str(server.last.url) == BASE_URL + "/api/core/chat/getHistories"


async def test_a_cookie_that_a_borrowed_client_got_is_not_sent_back() -> None:
    server = FakeServer(envelope(**COOKIE))
    async with httpx.AsyncClient(transport=server.transport) as http:
        client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, max_retries=0)
        await client.get_chat_histories()
        await client.get_chat_histories()
    assert "cookie" not in server.last.headers


async def test_a_cookie_of_the_server_is_not_sent_back() -> None:
    answer = send(histories_json(), headers=[("Set-Cookie", "fastgpt_token=somebody; Path=/")])
    with FaultServer([answer]) as server:
        async with AsyncChatClient(KEY, server.url, app_id=APP_ID) as client:
            await client.get_chat_histories()
            await client.get_chat_histories()
        assert ["cookie" in request.headers for request in server.requests] == [False, False]


@pytest.mark.parametrize("hook", ["request", "response"])
async def test_event_hooks_of_a_borrowed_client_are_called(hook: str) -> None:
    server = FakeServer(envelope())
    seen = []

    async def note(what: object) -> None:
        seen.append(what)

    async with httpx.AsyncClient(transport=server.transport, event_hooks={hook: [note]}) as http:
        await AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, max_retries=0).get_chat_histories()
    assert len(seen) == 1


async def test_a_transport_may_answer_with_a_body_that_is_read_already() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(preloaded)) as http:
        client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, max_retries=0)
        histories = await client.get_chat_histories()
        answer = await client.create_chat_completion(QUESTION)
    assert histories.data == {"list": [], "total": 0}
    assert answer.text == "Hello"


async def test_a_body_that_is_read_already_is_not_unpacked_twice() -> None:
    body = gzip.compress(dump({"code": 200, "data": 1}), mtime=0)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"Content-Encoding": "gzip"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        response = await AsyncChatClient(
            KEY, BASE_URL, app_id=APP_ID, http_client=http, max_retries=0
        ).get_chat_histories()
    assert response.data == 1


async def test_what_a_client_sends_with_can_be_used_and_holds_no_key() -> None:
    answer = send(histories_json())
    with FaultServer([answer]) as server:
        async with AsyncChatClient(KEY, server.url, app_id=APP_ID) as client:
            response = await client.http_client.get(f"{server.url}/api/other")
            assert response.status_code == 200
            assert client.with_options(max_retries=0).http_client is client.http_client
            await client.get_chat_histories()
        assert ["authorization" in request.headers for request in server.requests] == [False, True]
        assert client.http_client.is_closed


async def test_a_borrowed_http_client_is_handed_out_again() -> None:
    async with httpx.AsyncClient(transport=FakeServer(envelope()).transport) as http:
        assert AsyncChatClient(KEY, BASE_URL, http_client=http).http_client is http
