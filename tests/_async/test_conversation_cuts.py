# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""A connection that is dropped anywhere in a turn: the server has the turn once, the caller its text or an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fastgpt_client import AsyncChatClient, FastGPTError
from fastgpt_client.testing import App, FakeFastGPT
from tests.support import embedded_chats, fault_fixtures
from tests.support.cut_proxy import Cut, CutProxy
from tests.support.embedded_chats import at_rest, saved, settings, turns

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

QUESTION = "Where?"
ANSWER = "Oslo, in summer."
V2 = {"completions": "v2"}
# How many bytes the longest answer has, and every how manieth of them is tried here; tests/concurrency tries each.
LONGEST = 2100
STEP = 61
# In four shares, of which the quick lane takes the first.
SHARES = [range(first, LONGEST, 4 * STEP) for first in range(0, 4 * STEP, STEP)]
ONE_SHARE = pytest.mark.parametrize("sizes", SHARES, ids=[f"share-{number}" for number in range(1, 5)])


@pytest.fixture(scope="module")
def proxy(server: FakeFastGPT) -> Iterator[CutProxy]:
    with CutProxy(server.url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def app(server: FakeFastGPT) -> App:
    return server.app(answer=ANSWER)


def through(proxy: CutProxy, server: FakeFastGPT, app: App, **options: Any) -> dict[str, Any]:
    return {**settings(server, app, **options), "base_url": proxy.url}


@ONE_SHARE
@pytest.mark.parametrize("detail", [False, True], ids=["plain", "detail"])
@pytest.mark.parametrize("reset", [False, True], ids=["ended", "reset"])
async def test_a_stream_of_v2_that_is_dropped_within_its_answer(
    server: FakeFastGPT, proxy: CutProxy, app: App, reset: bool, detail: bool, sizes: range
) -> None:
    async with AsyncChatClient(**through(proxy, server, app, **V2)) as client:
        for size in sizes:
            proxy.plan(Cut(answer=size, reset=reset))
            conversation = client.conversation(detail=detail)
            stream = await conversation.stream(QUESTION)
            answer = await stream.final()
            assert answer.text == ANSWER
            assert at_rest(server, app)
            assert saved(server, app, conversation.chat_id) == turns((QUESTION, ANSWER))
            assert proxy.all_done


@ONE_SHARE
async def test_a_stream_of_v1_that_is_dropped_within_its_answer(
    server: FakeFastGPT, proxy: CutProxy, app: App, sizes: range
) -> None:
    # This endpoint ends the run when its caller goes: what it saved then may be less than the whole.
    async with AsyncChatClient(**through(proxy, server, app)) as client:
        for size in sizes:
            proxy.plan(Cut(answer=size))
            conversation = client.conversation()
            text = ""
            try:
                stream = await conversation.stream(QUESTION)
                async for delta in stream.text_deltas():
                    text += delta
                whole = True
            except FastGPTError:
                whole = False
            assert at_rest(server, app)
            ((_, question), (_, answer)) = saved(server, app, conversation.chat_id)
            assert question == QUESTION
            assert answer.startswith(text)
            assert ANSWER.startswith(answer)
            if whole:
                assert text == answer == ANSWER


@ONE_SHARE
@pytest.mark.parametrize("options", [{}, V2], ids=["v1", "v2"])
async def test_a_blocking_answer_that_is_dropped(
    server: FakeFastGPT, proxy: CutProxy, app: App, options: dict[str, Any], sizes: range
) -> None:
    async with AsyncChatClient(**through(proxy, server, app, **options)) as client:
        for size in sizes:
            proxy.plan(Cut(answer=size + 1))
            conversation = client.conversation()
            answer = await conversation.ask(QUESTION)
            assert answer.text == ANSWER
            assert at_rest(server, app)
            assert saved(server, app, conversation.chat_id) == turns((QUESTION, ANSWER))


@pytest.mark.parametrize("reset", [False, True], ids=["ended", "reset"])
@pytest.mark.parametrize("size", [0, 1, 40, 200, 300, 420])
async def test_a_request_that_is_dropped_on_its_way(
    server: FakeFastGPT, proxy: CutProxy, app: App, size: int, reset: bool
) -> None:
    async with AsyncChatClient(**through(proxy, server, app)) as client:
        conversation = client.conversation()
        proxy.plan(Cut(request=size, reset=reset), Cut(request=size, reset=reset))
        answer = await conversation.ask(QUESTION)
        assert answer.text == ANSWER
        proxy.plan(Cut(request=size, reset=reset))
        stream = await conversation.stream(QUESTION)
        answer = await stream.final()
        assert answer.text == ANSWER
    assert saved(server, app, conversation.chat_id) == turns((QUESTION, ANSWER), (QUESTION, ANSWER))
    assert proxy.all_done
