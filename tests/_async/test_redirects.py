# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Redirects are followed within the server's own origin, and nowhere else."""

from __future__ import annotations

import pytest

from fastgpt_client import APIError
from tests.support.call import QUESTION
from tests.support.fake_server import BASE_URL, KEY, FakeServer, Reply
from tests.support.faults import DONE, HEL, STOP
from tests.support.replies import completion, envelope, events


def redirect(status: int, location: str | None) -> Reply:
    return Reply((), status, {} if location is None else {"Location": location})


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("location", ["/moved", BASE_URL + "/moved", "//fastgpt.test/moved", "../../../../moved"])
async def test_a_redirect_within_the_origin_repeats_the_request(status: int, location: str) -> None:
    first = redirect(status, location)
    server = FakeServer(first, completion())
    await server.async_chat().create_chat_completion(QUESTION, extra_query={"a": "1"})
    before, after = server.requests
    assert (after.method, str(after.url), after.content) == ("POST", BASE_URL + "/moved", before.content)
    assert after.headers == before.headers
    assert after.extensions["timeout"] == before.extensions["timeout"]
    assert first.all_closed


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_read_is_redirected_by_all_of_them(status: int) -> None:
    server = FakeServer(redirect(status, "/moved"), envelope({"title": "t"}))
    response = await server.async_chat().get_chat_init(chatId="c1")
    assert response.data == {"title": "t"}
    assert server.paths == ["/api/core/chat/init", "/moved"]


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305])
async def test_a_redirect_that_would_change_the_method_is_not_followed(status: int) -> None:
    server = FakeServer(redirect(status, "/moved"), completion())
    with pytest.raises(APIError, match="set base_url to the final address") as caught:
        await server.async_chat().create_chat_completion(QUESTION)
    assert caught.value.status_code == status
    assert server.hits == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://other.test/api",
        "https://fastgpt.test/api",
        "http://fastgpt.test:8080/api",
        "http://sub.fastgpt.test/api",
        "http://user:pass@fastgpt.test/api",
        "//other.test/api",
        "ftp://fastgpt.test/api",
    ],
)
async def test_no_request_goes_to_another_origin(location: str) -> None:
    server = FakeServer(redirect(308, location), completion())
    with pytest.raises(APIError, match=r"it redirects to .* set base_url to the final address") as caught:
        await server.async_chat().create_chat_completion(QUESTION)
    assert server.hits == 1
    assert location[:50] in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("location", [None, "", "http://[", "http://fastgpt.test:99999/"])
async def test_a_redirect_to_nowhere_is_told_as_it_is(location: str | None) -> None:
    server = FakeServer(redirect(308, location), completion())
    with pytest.raises(APIError, match="it redirects to") as caught:
        await server.async_chat().create_chat_completion(QUESTION)
    assert caught.value.status_code == 308
    assert server.hits == 1


async def test_a_circle_is_left_after_five_redirects() -> None:
    server = FakeServer(redirect(307, "/round"))
    with pytest.raises(APIError, match="HTTP 307"):
        await server.async_chat().create_chat_completion(QUESTION)
    assert server.hits == 6


async def test_a_stream_is_redirected_too() -> None:
    server = FakeServer(redirect(307, "/moved"), events(HEL, STOP, DONE))
    stream = await server.async_chat().create_chat_completion(QUESTION, stream=True)
    answer = await stream.final()
    assert answer.text == "Hel"
    assert server.paths[1] == "/moved"
