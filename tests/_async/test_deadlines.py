# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""`deadline=` on the client's own connections ends a call wherever it stands, and a stream until its first event."""

from __future__ import annotations

import httpx
import pytest

from fastgpt_client import APITimeoutError, AsyncChatClient, StreamInterruptedError
from tests.support.fault_actions import SILENCE, Pause, Step, endless, read, sent
from tests.support.fault_server import DeafPort, FaultServer
from tests.support.faults import CALL, CHUNKED_HEAD, HEL, LAST_CHUNK, LO, STOP, chunk, chunked, head, settings

LENGTH = head(200, (("Content-Type", "application/json"), ("Content-Length", "1000000")))
STALLS: dict[str, Step] = {
    "no head": SILENCE,
    "half a head": sent(b"HTTP/1.1 200 OK\r\nContent-") + SILENCE,
    "a head that goes on": sent(b"HTTP/1.1 200 OK\r\nX: ") + endless(b"x", every=0.01),
    "half a body": sent(LENGTH + b'{"code"') + SILENCE,
    "a body that goes on": sent(LENGTH) + endless(b" ", every=0.01),
}
STREAM_STALLS: dict[str, Step] = {
    "no event": sent(CHUNKED_HEAD) + SILENCE,
    "heartbeats": sent(CHUNKED_HEAD) + endless(chunk(b": heartbeat\n\n"), every=0.01),
}


@pytest.mark.parametrize(
    ("step", "transport"),
    # A transport that is not the package's own has to be bounded from outside.
    [*((step, "own") for step in STALLS.values()), (STALLS["half a body"], "httpx")],
    ids=[*STALLS, "through httpx's transport"],
)
async def test_a_call_ends_in_time(step: Step, transport: str) -> None:
    with FaultServer([step]) as server:
        async with AsyncChatClient(**settings(server.url, deadline=0.2, transport=transport)) as client:
            with pytest.raises(APITimeoutError, match=r"^The call took longer than its deadline of 0\.2 s") as caught:
                await client.create_chat_completion(**CALL)
        assert server.wait_until(lambda it: it.open_connections == 0)
    assert caught.value.request_sent
    assert (caught.value.attempts, server.hits <= 1) == (1, True)  # a busy machine may not come to send it


@pytest.mark.parametrize(
    ("step", "transport"),
    [*((step, "own") for step in STREAM_STALLS.values()), (STREAM_STALLS["heartbeats"], "httpx")],
    ids=[*STREAM_STALLS, "through httpx's transport"],
)
async def test_a_stream_ends_in_time_unless_an_event_comes(step: Step, transport: str) -> None:
    with FaultServer([step]) as server:
        async with AsyncChatClient(**settings(server.url, deadline=0.2, transport=transport)) as client:
            with pytest.raises(APITimeoutError, match=r"deadline"):
                await (await client.create_chat_completion(**CALL, stream=True)).final()
        assert server.wait_until(lambda it: it.open_connections == 0)


async def test_a_silence_that_is_too_long_is_told_before_the_deadline() -> None:
    with FaultServer([STREAM_STALLS["no event"]]) as server:
        async with AsyncChatClient(**settings(server.url, deadline=60.0, timeout=0.1)) as client:
            with pytest.raises(StreamInterruptedError, match="Timed out"):
                await (await client.create_chat_completion(**CALL, stream=True)).final()


async def test_what_follows_the_first_event_has_its_own_time() -> None:
    rest = sent(chunk(LO) + chunk(STOP) + LAST_CHUNK)
    with FaultServer([(*chunked(HEL), Pause(1.2), *rest)]) as server:
        async with AsyncChatClient(**settings(server.url, deadline=1.0)) as client:
            answer = await (await client.create_chat_completion(**CALL, stream=True)).final()
    assert answer.text == "Hello"


async def test_a_server_that_does_not_take_the_question_is_left_in_time() -> None:
    with FaultServer([()], on_connect=read(1) + SILENCE) as server:
        async with AsyncChatClient(**settings(server.url, deadline=0.2)) as client:
            question = [{"role": "user", "content": "x" * 30_000_000}]
            with pytest.raises(APITimeoutError, match="deadline"):
                await client.create_chat_completion(question)


async def test_a_connection_that_never_opens_is_given_up_in_time() -> None:
    with DeafPort() as port:
        async with AsyncChatClient(**settings(port.url, deadline=0.2)) as client:
            with pytest.raises(APITimeoutError, match="deadline") as caught:
                await client.get_chat_histories()
    assert not caught.value.request_sent


async def test_a_hook_of_the_own_connections_is_bounded_too() -> None:
    with FaultServer([SILENCE]) as server:
        async with AsyncChatClient(**settings(server.url, deadline=0.2)) as client:
            seen: list[httpx.Request] = []

            async def note(request: httpx.Request) -> None:
                seen.append(request)

            client.http_client.event_hooks = {"request": [note]}
            with pytest.raises(APITimeoutError, match="deadline"):
                await client.get_chat_histories()
    assert len(seen) == 1
