# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Each row of the fault tables, over real sockets: what the caller sees, and how often the server is asked."""

from __future__ import annotations

import json

import pytest

from fastgpt_client import AsyncChatClient
from fastgpt_client.events import Answer
from tests.support import fault_fixtures
from tests.support.fault_tables import bodies, connections, cuts, envelopes, statuses, streams, waits
from tests.support.faults import CALL, Played, rows

no_certificates = fault_fixtures.no_certificates

TABLES = [
    connections.ROWS,
    statuses.ROWS,
    envelopes.ROWS,
    waits.ROWS,
    bodies.ROWS,
    bodies.TOO_LARGE,
    cuts.ROWS,
    streams.ROWS,
    streams.TOO_LARGE,
]


@pytest.mark.parametrize("row", rows("completion", TABLES))
async def test_blocking_completion(row: Played) -> None:
    with row.judged() as run:
        async with AsyncChatClient(**run.client) as client:
            completion = await client.create_chat_completion(**CALL, stream=False)
            run.value = completion.text


@pytest.mark.parametrize("row", rows("histories", TABLES))
async def test_idempotent_call(row: Played) -> None:
    with row.judged() as run:
        async with AsyncChatClient(**run.client) as client:
            response = await client.get_chat_histories()
            run.value = response.data


@pytest.mark.parametrize("row", rows("deltas", TABLES))
async def test_text_of_a_stream(row: Played) -> None:
    with row.judged() as run:
        async with AsyncChatClient(**run.client) as client:
            stream = await client.create_chat_completion(**CALL, stream=True)
            async with stream:
                async for delta in stream.text_deltas():
                    run.text += delta


@pytest.mark.parametrize("row", rows("events", TABLES))
async def test_events_of_a_stream(row: Played) -> None:
    with row.judged() as run:
        async with AsyncChatClient(**run.client) as client:
            stream = await client.create_chat_completion(**CALL, stream=True)
            async with stream:
                async for event in stream:
                    run.text += event.text if isinstance(event, Answer) else ""


@pytest.mark.parametrize("row", rows("lines", TABLES))
async def test_raw_lines_of_a_stream(row: Played) -> None:
    with row.judged() as run:
        async with AsyncChatClient(**run.client) as client:
            response = await client.create_chat_completion(**CALL, stream=True)
            async for line in response.aiter_lines():
                run.text += text_of_line(line)


@pytest.mark.parametrize("row", rows("final", TABLES))
async def test_final_answer_of_a_stream(row: Played) -> None:
    with row.judged() as run:
        async with AsyncChatClient(**run.client) as client:
            stream = await client.create_chat_completion(**CALL, stream=True)
            completion = await stream.final()
            run.value = completion.text


def text_of_line(line: str) -> str:
    """The text in a raw line, as somebody finds it who parses by hand."""
    if not line.startswith("data: {"):
        return ""
    choices = json.loads(line.removeprefix("data: ")).get("choices") or ()
    return "".join((choice["delta"] or {}).get("content") or "" for choice in choices if choice)
