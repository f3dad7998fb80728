"""Many conversations at once, some of their turns disturbed: no turn is lost or doubled, no connection leaks."""

from __future__ import annotations

import asyncio
import gc
import itertools
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import anyio
import httpx
import pytest
import trio

from fastgpt_client import AsyncChatClient, ChatClient
from fastgpt_client._async.conversation import AsyncConversation
from fastgpt_client._sync.conversation import Conversation
from fastgpt_client.testing import App, FakeFastGPT, ReceivedRequest
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import asked, at_rest, saved, settings, turns
from tests.support.until import PATIENCE

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

ASYNCIO = pytest.mark.parametrize("anyio_backend", ["asyncio"])
TRIO = pytest.mark.parametrize("anyio_backend", ["trio"])
CONNECTIONS = 25
LIMITS = httpx.Limits(max_connections=CONNECTIONS)
FAULTS: dict[str, dict[str, Any]] = {
    "cut_before_headers": {},
    "cut_in_json": {},
    "cut_in_event": {"after": 3, "reset": True},
    "cut_before_done": {},
    "bad_gateway": {},
    "rate_limit": {"headers": {"Retry-After": "0"}},
    "generating": {},
}


class Size(NamedTuple):
    """How many conversations of how many turns, and the share of the turns that is disturbed."""

    conversations: int
    turns: int
    disturbed: float


SMALL, FULL, LARGEST = Size(6, 10, 0.4), Size(12, 10, 0.1), Size(50, 20, 0.1)


def sizes(full: Size) -> pytest.MarkDecorator:
    # The runner's own limit is for tests that are soon over.
    large = pytest.param(full, id="full", marks=pytest.mark.timeout(900))
    return pytest.mark.parametrize("size", [pytest.param(SMALL, id="small"), large])


class Trouble:
    """Disturbs some of the questions, each the first time it is asked."""

    def __init__(self, server: FakeFastGPT, app: App, size: Size, seed: int) -> None:
        self.kinds: dict[str, str] = {}
        self._share = size.disturbed
        self._chance = random.Random(seed)
        self._next = itertools.cycle(FAULTS)
        self._met: set[str] = set()
        for kind, how in FAULTS.items():
            server.fault(kind, app=app, times=None, when=self._meets(kind), **how)  # type: ignore[arg-type]

    def plan(self, questions: list[str]) -> None:
        for question in questions:
            if self._chance.random() < self._share:
                self.kinds[question] = next(self._next)

    def _meets(self, kind: str) -> Any:
        def meets(request: ReceivedRequest) -> bool:
            question = request.json["messages"][0]["content"]
            if self.kinds.get(question) != kind or question in self._met:
                return False
            self._met.add(question)
            return True

        return meets

    @property
    def all_met(self) -> bool:
        return self._met == {*self.kinds}


@pytest.fixture
def app(server: FakeFastGPT) -> Iterator[App]:
    yield server.app()
    server.reset()
    gc.collect()


def questions(conversation: int, count: int) -> list[str]:
    return [f"question {turn} of chat {conversation}" for turn in range(count)]


def answers(asked: list[str]) -> list[tuple[str, str]]:
    return turns(*((question, f"You said: {question}") for question in asked))


async def hold(conversation: AsyncConversation, asked: list[str]) -> list[tuple[str, str]]:
    """Ask one after the other, every second one as a stream; return what was said."""
    said: list[tuple[str, str]] = []
    for number, question in enumerate(asked):
        if number % 2:
            async with await conversation.stream(question) as stream:
                text = "".join([delta async for delta in stream.text_deltas()])
        else:
            text = (await conversation.ask(question)).text
        said += turns((question, text))
    return said


def hold_sync(conversation: Conversation, asked: list[str]) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    for number, question in enumerate(asked):
        if number % 2:
            with conversation.stream(question) as stream:
                text = "".join(stream.text_deltas())
        else:
            text = conversation.ask(question).text
        said += turns((question, text))
    return said


def judge(server: FakeFastGPT, app: App, trouble: Trouble, chats: dict[str, list[str]], said: list[Any]) -> None:
    """Refuse a lost turn, a doubled turn, and one that was answered otherwise than it was saved."""
    assert at_rest(server, app)
    assert trouble.all_met
    expected = [answers(questions) for questions in chats.values()]
    assert [saved(server, app, chat_id) for chat_id in chats] == expected
    assert said == expected


async def none_leaked(client: AsyncChatClient, app: App) -> None:
    """Use all connections at once: one that was lost would keep somebody waiting."""
    question = [{"role": "user", "content": "x"}]
    streams = [await client.create_chat_completion(question, stream=True) for _ in range(CONNECTIONS)]
    for stream in streams:
        await stream.close()


@sizes(LARGEST)
@ASYNCIO
async def test_conversations_gathered(server: FakeFastGPT, app: App, size: Size) -> None:
    trouble = Trouble(server, app, size, seed=4)
    async with httpx.AsyncClient(limits=LIMITS) as http:
        client = AsyncChatClient(**settings(server, app, completions="v2", http_client=http))
        conversations = [client.conversation() for _ in range(size.conversations)]
        chats = {item.chat_id: questions(number, size.turns) for number, item in enumerate(conversations)}
        for asked_there in chats.values():
            trouble.plan(asked_there)
        said = await asyncio.gather(*[hold(item, chats[item.chat_id]) for item in conversations])
        judge(server, app, trouble, chats, said)
        await none_leaked(client, app)
    count = size.conversations * size.turns
    assert 0.5 < len(trouble.kinds) / (count * size.disturbed) < 1.5
    assert {*trouble.kinds.values()} == {*FAULTS}
    sent = sum(len(asked(server, chat_id)) for chat_id in chats)
    assert sent < count + 3 * len(trouble.kinds)


@sizes(FULL)
@TRIO
async def test_conversations_in_a_nursery(server: FakeFastGPT, app: App, size: Size) -> None:
    trouble = Trouble(server, app, size, seed=5)
    async with httpx.AsyncClient(limits=LIMITS) as http:
        client = AsyncChatClient(**settings(server, app, completions="v2", http_client=http))
        conversations = [client.conversation() for _ in range(size.conversations)]
        chats = {item.chat_id: questions(number, size.turns) for number, item in enumerate(conversations)}
        said: list[Any] = [None] * len(conversations)

        async def store(number: int) -> None:
            item = conversations[number]
            said[number] = await hold(item, chats[item.chat_id])

        for asked_there in chats.values():
            trouble.plan(asked_there)
        async with trio.open_nursery() as nursery:
            for number in range(len(conversations)):
                nursery.start_soon(store, number)
        judge(server, app, trouble, chats, said)
        with anyio.fail_after(PATIENCE):
            await none_leaked(client, app)


@sizes(FULL)
def test_conversations_in_threads(server: FakeFastGPT, app: App, size: Size) -> None:
    trouble = Trouble(server, app, size, seed=6)
    with httpx.Client(limits=LIMITS) as http, ThreadPoolExecutor(size.conversations) as pool:
        client = ChatClient(**settings(server, app, completions="v2", http_client=http))
        conversations = [client.conversation() for _ in range(size.conversations)]
        chats = {item.chat_id: questions(number, size.turns) for number, item in enumerate(conversations)}
        for asked_there in chats.values():
            trouble.plan(asked_there)
        said = [*pool.map(lambda item: hold_sync(item, chats[item.chat_id]), conversations)]
        judge(server, app, trouble, chats, said)
        question = [{"role": "user", "content": "x"}]
        streams = [client.create_chat_completion(question, stream=True) for _ in range(CONNECTIONS)]
        for stream in streams:
            stream.close()
