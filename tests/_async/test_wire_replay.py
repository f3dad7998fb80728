# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Every recorded answer of real servers, replayed over real sockets in one piece, as recorded, and byte by byte."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from fastgpt_client import (
    AsyncAppClient,
    AsyncChatClient,
    AsyncDatasetClient,
    FastGPTError,
    PushResult,
    StreamInterruptedError,
    WorkflowError,
)
from fastgpt_client.events import Event
from tests.support.expectations import (
    Row,
    answer_facts,
    check_error,
    check_events,
    check_json,
    check_request,
    check_response,
    completion_facts,
    error_facts,
    push_facts,
    rows,
    stream_facts,
)
from tests.support.replay_server import MODES, Mode, ReplayServer

KEY = "fastgpt-REDACTED"


@pytest.fixture(scope="module")
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as server:
        yield server


# One client for all rows: making one costs as much as ten replays.
@pytest.fixture(scope="module")
async def chat(server: ReplayServer) -> AsyncIterator[AsyncChatClient]:
    async with AsyncChatClient(KEY, server.url, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
async def app(server: ReplayServer) -> AsyncIterator[AsyncAppClient]:
    async with AsyncAppClient(KEY, server.url, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
async def dataset(server: ReplayServer) -> AsyncIterator[AsyncDatasetClient]:
    async with AsyncDatasetClient(KEY, server.url, max_retries=0) as client:
        yield client


async def facts_of_call(client: AsyncAppClient | AsyncChatClient | AsyncDatasetClient, row: Row) -> dict[str, Any]:
    """Make the row's call, and say what came of it."""
    try:
        response = await getattr(client, row.call)(**row.arguments)
    except FastGPTError as error:
        check_error(error, row)
        return error_facts(error)
    if isinstance(response, PushResult):
        return push_facts(response)
    check_response(response, row.recording)
    check_json(response, row.recording)
    return answer_facts(response)


async def facts_of_stream(client: AsyncChatClient, row: Row) -> dict[str, Any]:
    """Open the row's stream, read it event by event, and say what came of it."""
    try:
        stream = await client.create_chat_completion(**row.kwargs)
    except FastGPTError as error:
        check_error(error, row)
        return error_facts(error)
    events: list[Event] = []  # taken one by one: an error must not take those before it along
    try:
        async for event in stream:
            events += [event]
        completion = await stream.final()
    except FastGPTError as error:
        check_error(error, row)
        check_events(events, row.recording)
        return stream_facts(events, error)
    check_response(completion, row.recording)
    check_events(events, row.recording)
    return stream_facts(events, completion)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("row", rows("envelope"), ids=str)
async def test_answer_in_an_envelope(
    server: ReplayServer,
    chat: AsyncChatClient,
    app: AsyncAppClient,
    dataset: AsyncDatasetClient,
    row: Row,
    mode: Mode,
) -> None:
    client = next(client for client in (app, chat, dataset) if hasattr(client, row.call))
    server.serve(row.recording, mode)
    assert await facts_of_call(client, row) == row.facts
    check_request(server.requests[-1], row)  # an update of a row reads it first


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("row", rows("blocking"), ids=str)
async def test_blocking_completion(server: ReplayServer, chat: AsyncChatClient, row: Row, mode: Mode) -> None:
    client = chat.with_options(completions=row.completions)
    server.serve(row.recording, mode)
    assert await facts_of_call(client, row) == row.facts
    check_request(server.requests[0], row)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("row", rows("stream"), ids=str)
async def test_events_of_a_stream(server: ReplayServer, chat: AsyncChatClient, row: Row, mode: Mode) -> None:
    client = chat.with_options(completions=row.completions)
    server.serve(row.recording, mode)
    assert await facts_of_stream(client, row) == row.facts
    check_request(server.requests[0], row)


@pytest.mark.parametrize("mode", ["chunks", "bytes"])
@pytest.mark.parametrize("row", rows("stream", opened=True), ids=str)
async def test_text_of_a_stream(server: ReplayServer, chat: AsyncChatClient, row: Row, mode: Mode) -> None:
    server.serve(row.recording, mode)
    deltas: list[str] = []
    stream = await chat.create_chat_completion(**row.kwargs)
    with row.raising(StreamInterruptedError, WorkflowError):
        async for delta in stream.text_deltas():
            deltas += [delta]
    assert (len(deltas), "".join(deltas)) == (row.expect["deltas"], row.expect["completion"].get("text", ""))
    assert completion_facts(stream.partial) == row.expect["completion"]


@pytest.mark.parametrize("mode", ["chunks", "bytes"])
@pytest.mark.parametrize("row", rows("stream", opened=True), ids=str)
async def test_lines_of_a_stream(server: ReplayServer, chat: AsyncChatClient, row: Row, mode: Mode) -> None:
    server.serve(row.recording, mode)
    lines: list[str] = []
    stream = await chat.create_chat_completion(**row.kwargs)
    with row.raising(StreamInterruptedError):
        async for line in stream.aiter_lines():
            lines += [line]
    assert "\n".join([*lines, ""]) == row.recording.text


@pytest.mark.parametrize("row", rows("stream", opened=True), ids=str)
async def test_final_answer_of_a_stream(server: ReplayServer, chat: AsyncChatClient, row: Row) -> None:
    server.serve(row.recording, "chunks")
    stream = await chat.create_chat_completion(**row.kwargs)
    with row.raising(StreamInterruptedError, WorkflowError):
        completion = await stream.final()
        assert completion_facts(completion) == row.expect["completion"]
