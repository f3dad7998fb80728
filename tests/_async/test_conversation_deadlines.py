# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""`deadline=` covers all that a turn waits for before it asks: its turn, a run to be stopped, the chat's pause."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fastgpt_client import APITimeoutError, AsyncChatClient
from fastgpt_client._async import chat_state
from tests.support import fault_fixtures
from tests.support.fault_actions import SILENCE, Step
from tests.support.fault_server import FaultServer
from tests.support.fault_wire import Request
from tests.support.faults import COMPLETION, HEL, chunked, histories_json, send, settings

no_certificates = fault_fixtures.no_certificates

LATE = r"^The call took longer than its deadline of 0\.3 s"


def answer(request: Request) -> Step:
    """Answer all but the stop of a run; a stream is silent after its first event."""
    if "stop" in request.target:
        return SILENCE
    if "completions" not in request.target:
        return send(histories_json({"list": [], "total": 0}))
    return chunked(HEL) + SILENCE if b'"stream":true' in request.body else COMPLETION


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    monkeypatch.setattr(chat_state, "_STOP_SECONDS", 60.0)
    with FaultServer([answer]) as server:
        yield server


async def test_the_wait_for_another_turn(server: FaultServer) -> None:
    async with AsyncChatClient(**settings(server.url, deadline=0.3)) as client:
        conversation = client.conversation()
        await conversation._turn_lock.acquire()  # as another task's turn does
        with pytest.raises(APITimeoutError, match=LATE + ": another turn of this conversation") as caught:
            await conversation.ask("Hi")
        assert not caught.value.request_sent
        conversation._turn_lock.release()
        assert (await conversation.ask("Hi")).text == "Hello"
    assert server.hits == 1


async def test_the_stop_of_a_stream_that_this_task_has_open(server: FaultServer) -> None:
    async with AsyncChatClient(**settings(server.url)) as client:
        conversation = client.with_options(deadline=0.3, completions="v2").conversation()
        stream = await conversation.stream("Hi")
        assert await anext(stream)
        with pytest.raises(APITimeoutError, match=LATE):
            await conversation.ask("and now?")
        assert stream.is_closed
        assert (await conversation.ask("Hi")).text == "Hello"
    assert server.requests[1].target == "/api/v2/chat/stop"


async def test_the_stop_of_a_stream_that_was_dropped(server: FaultServer) -> None:
    async with AsyncChatClient(**settings(server.url)) as client:
        conversation = client.with_options(deadline=0.3, completions="v2").conversation()
        conversation._unseen = True
        with pytest.raises(APITimeoutError, match=LATE):
            await conversation.ask("Hi")
        assert (await conversation.ask("Hi")).text == "Hello"
    assert server.requests[0].target == "/api/v2/chat/stop"


async def test_the_look_for_a_pause() -> None:
    with FaultServer([SILENCE]) as silent:
        async with AsyncChatClient(**settings(silent.url, deadline=0.3)) as client:
            with pytest.raises(APITimeoutError, match=r"deadline of 0\.3 s"):
                await client.conversation(chatId="c1").ask("Hi")
    assert (silent.hits, "completions" in silent.requests[0].target) == (1, False)


async def test_a_time_that_is_over_before_anything_was_asked(server: FaultServer) -> None:
    async with AsyncChatClient(**settings(server.url, deadline=1e-9)) as client:
        with pytest.raises(APITimeoutError, match="nothing was asked yet"):
            await client.conversation().ask("Hi")
    assert server.hits == 0
