# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Redirects: the key and the question go to the origin of the base URL and to nobody else."""

from __future__ import annotations

import pytest

from fastgpt_client import AsyncChatClient
from fastgpt_client.exceptions import APIError, FastGPTError
from tests.support import fault_fixtures
from tests.support.fault_actions import Step
from tests.support.fault_server import FaultServer
from tests.support.faults import (
    CALL,
    COMPLETION,
    HISTORIES,
    STREAM,
    TEXT,
    bare,
    completion_json,
    histories_json,
    send,
    settings,
)

no_certificates = fault_fixtures.no_certificates

STATUSES = [301, 302, 303, 307, 308]
PATH = "/elsewhere"


def redirect(status: int, location: str | None) -> Step:
    return bare(status, () if location is None else [("Location", location)])


@pytest.mark.parametrize("status", STATUSES)
async def test_a_completion_is_not_sent_to_another_origin(status: int) -> None:
    with FaultServer([COMPLETION]) as other, FaultServer([redirect(status, other.url + PATH)]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            with pytest.raises(APIError) as caught:
                await client.create_chat_completion(**CALL, stream=False)
        assert caught.value.status_code == status
        assert (server.hits, other.connections) == (1, 0)


@pytest.mark.parametrize("status", STATUSES)
async def test_a_stream_is_not_asked_of_another_origin(status: int) -> None:
    with FaultServer([STREAM]) as other, FaultServer([redirect(status, other.url + PATH)]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            with pytest.raises(APIError):
                await client.create_chat_completion(**CALL, stream=True)
        assert (server.hits, other.connections) == (1, 0)


@pytest.mark.parametrize("status", STATUSES)
async def test_an_idempotent_call_is_not_sent_to_another_origin(status: int) -> None:
    with FaultServer([send(histories_json())]) as other, FaultServer([redirect(status, other.url)]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            with pytest.raises(APIError):
                await client.get_chat_histories()
        assert (server.hits, other.connections) == (1, 0)


@pytest.mark.parametrize("form", ["//{}/x", "http://user@{}/x", "http:\\\\{}/x", "/\\{}/x"])
async def test_odd_spellings_of_another_origin_are_seen_through(form: str) -> None:
    with FaultServer([COMPLETION]) as other:
        location = form.format(other.url.removeprefix("http://"))
        with FaultServer([redirect(307, location)]) as server:
            async with AsyncChatClient(**settings(server.url)) as client:
                with pytest.raises(FastGPTError):
                    await client.create_chat_completion(**CALL, stream=False)
        assert other.connections == 0


@pytest.mark.parametrize("location", [None, "", "http://[", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "\xff\xfe"])
async def test_a_redirect_to_nowhere_is_an_error_of_the_server(location: str | None) -> None:
    with FaultServer([redirect(307, location)]) as server:
        async with AsyncChatClient(**settings(server.url, max_retries=0)) as client:
            with pytest.raises(APIError):
                await client.create_chat_completion(**CALL, stream=False)


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_on_the_same_origin_is_followed(status: int) -> None:
    with FaultServer([redirect(status, PATH), COMPLETION]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            completion = await client.create_chat_completion(**CALL, stream=False)
        first, second = server.requests
        assert completion.text == TEXT
        assert (second.method, second.path, second.body) == ("POST", PATH, first.body)
        assert second.headers["authorization"] == first.headers["authorization"]


@pytest.mark.parametrize("status", [307, 308])
async def test_a_stream_is_followed_on_the_same_origin(status: int) -> None:
    with FaultServer([redirect(status, PATH), STREAM]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            stream = await client.create_chat_completion(**CALL, stream=True)
            completion = await stream.final()
        assert completion.text == TEXT
        assert [request.path for request in server.requests][1:] == [PATH]


@pytest.mark.parametrize("status", [307, 308])
async def test_an_idempotent_call_is_followed_on_the_same_origin(status: int) -> None:
    with FaultServer([redirect(status, PATH), send(histories_json())]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            response = await client.get_chat_histories()
        assert response.data == HISTORIES
        assert server.hits == 2


async def test_a_circle_of_redirects_ends() -> None:
    with FaultServer([redirect(307, PATH)]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            with pytest.raises(APIError):
                await client.create_chat_completion(**CALL, stream=False)
        assert server.hits <= 25


async def test_the_second_hop_may_not_leave_the_origin_either() -> None:
    with FaultServer([send(completion_json())]) as other:
        with FaultServer([redirect(307, PATH), redirect(307, other.url)]) as server:
            async with AsyncChatClient(**settings(server.url)) as client:
                with pytest.raises(APIError):
                    await client.create_chat_completion(**CALL, stream=False)
            assert server.hits == 2
        assert other.connections == 0
