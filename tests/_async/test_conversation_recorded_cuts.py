# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Recorded streams that are cut anywhere: a conversation tells all that the server saved, and asks once."""

from __future__ import annotations

import pytest

from fastgpt_client import StreamInterruptedError
from tests.support import embedded_chats
from tests.support.fake_server import FakeServer
from tests.support.recorded_cuts import CutRun
from tests.support.recorded_runs import RUNS, Run
from tests.support.recordings import VERSIONS

short_waits = embedded_chats.short_waits

OLD, NEW = VERSIONS
STREAMS = [run for run in RUNS if run.form == "stream"]
V1 = [run for run in STREAMS if (run.version, run.api) == (OLD, "v1")]
V2 = [run for run in STREAMS if (run.version, run.api) == (NEW, "v2")]


@pytest.mark.parametrize("run", V2, ids=str)
async def test_a_stream_that_is_cut_at_the_borders_of_its_events(run: Run) -> None:
    cut = CutRun(run)
    client = FakeServer(cut).async_chat(completions=run.api)
    for count, size in enumerate(cut.borders, 1):
        cut.size = size
        stream = await client.conversation().stream("go")
        texts: list[str] = []
        async for text in stream.text_deltas():
            texts += [text]
        answer = await stream.final()
        assert cut.tells(answer), size
        assert "".join(texts) == answer.text
        assert len(cut.asked) == count


@pytest.mark.parametrize("run", V1, ids=str)
async def test_a_stream_that_ends_with_its_caller_is_an_error_with_what_came(run: Run) -> None:
    cut = CutRun(run)
    server = FakeServer(cut)
    client = server.async_chat(completions="v1")
    for size in cut.borders:
        cut.size = size
        stream = await client.conversation().stream("go")
        if cut.has_ended:
            answer = await stream.final()
            assert cut.tells(answer)
        else:
            with pytest.raises(StreamInterruptedError) as caught:
                await stream.final()
            assert caught.value.outcome_unknown
            assert caught.value.partial is not None
            assert cut.text.startswith(caught.value.partial.text)
    assert {*server.paths} == {"/api/v1/chat/completions"}
