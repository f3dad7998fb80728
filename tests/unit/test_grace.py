"""After the mark of the end: what may still come is waited for, for a moment."""

from __future__ import annotations

import pytest

import fastgpt_client._async.reader
import fastgpt_client._sync.reader
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Silence
from tests.support.faults import DONE, HEL, STOP, event
from tests.support.replies import events

NODES = [{"nodeId": "n1"}]
LATE = event(NODES, "flowResponses")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough for a busy machine to read what is there already.
    monkeypatch.setattr(fastgpt_client._async.reader, "_GRACE_SECONDS", 1.0)
    monkeypatch.setattr(fastgpt_client._sync.reader, "_GRACE_SECONDS", 1.0)


@pytest.mark.parametrize("end", [STOP, DONE])
async def test_async_silence_after_the_end_is_no_error(end: bytes) -> None:
    reply = events(HEL, end, Silence())
    stream = await FakeServer(reply).async_chat().create_chat_completion(QUESTION, stream=True)
    assert (await stream.final()).text == "Hel"
    assert reply.all_closed


@pytest.mark.parametrize("end", [STOP, DONE])
def test_silence_after_the_end_is_no_error(end: bytes) -> None:
    reply = events(HEL, end, Silence())
    stream = FakeServer(reply).chat().create_chat_completion(QUESTION, stream=True)
    assert stream.final().text == "Hel"
    assert reply.all_closed


async def test_async_what_came_before_the_silence_counts() -> None:
    stream = (
        await FakeServer(events(HEL, DONE, LATE, Silence())).async_chat().create_chat_completion(QUESTION, stream=True)
    )
    assert (await stream.final()).node_responses == NODES


def test_what_came_before_the_silence_counts() -> None:
    stream = FakeServer(events(HEL, DONE, LATE, Silence())).chat().create_chat_completion(QUESTION, stream=True)
    assert stream.final().node_responses == NODES
