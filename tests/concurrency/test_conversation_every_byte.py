"""A turn that is dropped after each byte of its answer: the server has it once, and the caller all of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from fastgpt_client import ChatClient
from fastgpt_client.testing import App, FakeFastGPT
from tests.support import embedded_chats, fault_fixtures
from tests.support.cut_proxy import Cut, CutProxy
from tests.support.embedded_chats import at_rest, saved, settings, turns
from tests.support.fake_server import FakeServer
from tests.support.recorded_cuts import CutRun
from tests.support.recorded_runs import Run

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

ANSWER = "In Oslo."
WORKERS = 4
# How many bytes lie between one cut and the next.
FULL = pytest.param(1, id="full", marks=pytest.mark.timeout(900))
STEPS = pytest.mark.parametrize("step", [pytest.param(61, id="small"), FULL])


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    return server.app(answer=ANSWER)


@pytest.fixture
def length(server: FakeFastGPT, app: App) -> Iterator[int]:
    """How many bytes the answer's body has; its head has a few hundred more."""
    with ChatClient(**settings(server, app, completions="v2")) as client:
        yield sum(len(line) + 1 for line in client.conversation(detail=False).stream("Where?").iter_lines())


@STEPS
def test_a_stream_that_is_dropped_after_each_byte(server: FakeFastGPT, app: App, length: int, step: int) -> None:
    sizes = range(0, length + 400, step)  # the head has about as many

    def work(sizes: range) -> list[tuple[str, str]]:
        """Return a chat for each cut, and what its caller read."""
        found: list[tuple[str, str]] = []
        with CutProxy(server.url) as proxy:
            options = {**settings(server, app, completions="v2"), "base_url": proxy.url}
            with ChatClient(**options) as client:
                for size in sizes:
                    proxy.plan(Cut(answer=size, reset=size % 2 == 1))
                    conversation = client.conversation(detail=False)
                    texts = [*conversation.stream("Where?").text_deltas()]
                    found.append((conversation.chat_id, "".join(texts)))
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        chats = [chat for part in pool.map(work, [sizes[start::WORKERS] for start in range(WORKERS)]) for chat in part]
    assert at_rest(server, app)
    assert len(chats) == len(sizes)
    assert {text for _, text in chats} == {ANSWER}
    assert [saved(server, app, chat_id) for chat_id, _ in chats] == [turns(("Where?", ANSWER))] * len(chats)


@STEPS
def test_a_recorded_stream_that_is_cut_after_each_byte(step: int) -> None:
    cut = CutRun(Run("4.16.0", "v2", "userselect/2-answer", "stream"))
    client = FakeServer(cut).chat(completions="v2")
    sizes = range(0, len(cut.body) + 1, step)
    for cut.size in sizes:
        assert cut.tells(client.conversation().stream("go").final()), cut.size
    assert len(cut.asked) == len(sizes)
