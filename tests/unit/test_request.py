"""What a client hands to httpx: requests that carry what they must and no more, and that leave nothing behind."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable

import httpx
import pytest

from fastgpt_client import ChatClient, __version__
from fastgpt_client._http.request import RequestBody
from tests.support.call import QUESTION
from tests.support.fake_server import APP_ID, BASE_URL, KEY, FakeServer
from tests.support.replies import completion, envelope


def test_a_request_carries_exactly_these_headers() -> None:
    server = FakeServer(completion())
    server.chat(headers={"X-Mine": "1"}).create_chat_completion(QUESTION)
    assert set(server.last.headers) == {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-mine",
    }
    assert server.last.headers["content-length"] == str(len(server.last.content))


def test_a_request_without_a_body_has_no_content_type() -> None:
    server = FakeServer(envelope())
    server.chat().get_chat_init(chatId="c1")
    assert "content-type" not in server.last.headers
    assert server.last.content == b""


def test_the_agent_names_the_library_and_its_version() -> None:
    server = FakeServer(envelope())
    server.chat().get_chat_init(chatId="c1")
    assert server.last.headers["user-agent"] == f"fastgpt-client/{__version__}"


@pytest.mark.parametrize(("deadline", "bounds"), [(None, (5.0, 7.0)), (6.0, (5.0, 6.0)), (2.0, (2.0, 2.0))])
def test_no_phase_outlasts_the_deadline(deadline: float | None, bounds: tuple[float, float]) -> None:
    server = FakeServer(envelope())
    timeout = httpx.Timeout(7.0, connect=5.0, pool=None)
    server.chat(deadline=deadline, timeout=timeout).get_chat_init(chatId="c1")
    timeouts = server.last.extensions["timeout"]
    assert [0 < timeouts[phase] <= bound for phase, bound in zip(("connect", "read"), bounds, strict=True)] == [
        True
    ] * 2
    assert timeouts["pool"] is None if deadline is None else 0 < timeouts["pool"] <= deadline


def test_where_requests_share_a_connection_no_read_of_one_ends_that_of_the_others() -> None:
    """httpcore ends an HTTP/2 connection, with all that is read over it, if a read takes too long."""
    reads = []

    def answer(request: httpx.Request) -> httpx.Response:
        reads.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json={"code": 200, "data": 1}, extensions={"http_version": b"HTTP/2"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = ChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, timeout=600, deadline=100)
        for _ in range(2):
            client.get_chat_init(chatId="c1")
    assert reads[0] <= 100
    assert reads[1] == 600


@pytest.mark.parametrize("base_url", [BASE_URL + "/sub", BASE_URL + "/sub/api/v1/"])
def test_a_sub_path_stays(base_url: str) -> None:
    server = FakeServer(envelope())
    server.chat(base_url=base_url).get_chat_init(chatId="c1")
    assert server.last.url.path == "/sub/api/core/chat/init"


def test_a_header_of_a_view_does_not_reach_the_client() -> None:
    server = FakeServer(envelope())
    client = server.chat()
    view = client.with_options(headers={"X-Mine": "1"})
    view.get_chat_init(chatId="c1")
    client.get_chat_init(chatId="c1")
    assert ["x-mine" in request.headers for request in server.requests] == [True, False]


def test_a_subclass_stays_itself_in_a_view() -> None:
    class Mine(ChatClient):
        pass

    with Mine(KEY, BASE_URL) as client:
        assert type(client.with_options(timeout=1)) is Mine
        assert repr(client) == f"<Mine {BASE_URL}>"


def test_a_body_can_be_sent_again() -> None:
    body: Iterable[bytes] = RequestBody(b"content")
    assert [list(body), list(body)] == [[b"content"], [b"content"]]


async def test_a_body_can_be_sent_again_in_async_code() -> None:
    body: AsyncIterable[bytes] = RequestBody(b"content")
    assert [[chunk async for chunk in body] for _ in range(2)] == [[b"content"], [b"content"]]


async def test_a_body_that_is_left_early_leaves_nothing_behind() -> None:
    iterator = RequestBody(b"content").__aiter__()
    assert iterator.__aiter__() is iterator
    assert await iterator.__anext__() == b"content"
    assert not hasattr(iterator, "aclose")


def test_a_borrowed_client_s_own_defaults_are_not_changed() -> None:
    server = FakeServer(envelope())
    with httpx.Client(transport=server.transport, headers={"X-Theirs": "1"}) as http:
        before = dict(http.headers)
        ChatClient(KEY, BASE_URL, app_id="a", http_client=http).get_chat_init(chatId="c1")
        assert dict(http.headers) == before
        assert "authorization" not in http.headers
