"""Connections belong to the process and the event loop that opened them: each call gets its own answer, everywhere."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Callable, Iterator

import anyio
import anyio.to_thread
import httpx
import pytest
import trio

from fastgpt_client import AsyncChatClient, ChatClient, ValidationError
from tests.support.fault_actions import SILENCE, Step, sent
from tests.support.fault_server import FaultServer
from tests.support.fault_wire import Request
from tests.support.faults import CHUNKED_HEAD, DONE, STOP, chunk, completion_json, send, settings, stream, text
from tests.support.until import async_until

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
CALLS = 20


def echo(request: Request) -> Step:
    """The question as the answer."""
    body = request.json()
    question = body["messages"][0]["content"]
    if body.get("stream"):
        return stream(text(question), STOP, DONE)
    return send(completion_json(question))


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer((echo,)) as server:
        yield server


def question(words: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": words}]


def ask_all(client: ChatClient, name: str) -> list[str]:
    """Ask blocking and streamed questions in turn; return those that got another answer, or none."""
    wrong: list[str] = []
    for number in range(CALLS):
        words = f"{name} {number}"
        try:
            answer = client.create_chat_completion(question(words), stream=bool(number % 2))
            got = answer.final().text if number % 2 else answer.text  # type: ignore[union-attr]
        except Exception as exc:
            got = repr(exc)
        if got != words:
            wrong.append(f"{words}: {got}")
    return wrong


async def async_ask_all(client: AsyncChatClient, name: str) -> list[str]:
    wrong: list[str] = []
    for number in range(CALLS):
        words = f"{name} {number}"
        try:
            if number % 2:
                stream = await client.create_chat_completion(question(words), stream=True)
                got = (await stream.final()).text
            else:
                got = (await client.create_chat_completion(question(words), stream=False)).text
        except Exception as exc:
            got = repr(exc)
        if got != words:
            wrong.append(f"{words}: {got}")
    return wrong


def in_child(work: Callable[[], list[str]]) -> Callable[[], list[str]]:
    """Run a function in a forked process; return what waits for its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        result = ["the child failed"]
        try:
            result = work()
        finally:
            os.write(writing, json.dumps(result).encode())
            os._exit(0)
    os.close(writing)

    def wait() -> list[str]:
        with os.fdopen(reading, "rb") as pipe:
            result: list[str] = json.loads(pipe.read())
        os.waitpid(child, 0)
        return result

    return wait


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_after_a_fork_parent_and_children_get_their_own_answers(server: FaultServer) -> None:
    with ChatClient(**settings(server.url)) as client:
        assert ask_all(client, "before") == []
        children = [in_child(lambda number=number: ask_all(client, f"child {number}")) for number in range(3)]  # type: ignore[misc]
        assert ask_all(client, "parent") == []
        assert [wait() for wait in children] == [[], [], []]
        assert ask_all(client, "parent, later") == []


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_that_closes_the_client_leaves_the_connections_of_its_parent_alone(server: FaultServer) -> None:
    with ChatClient(**settings(server.url)) as client:
        assert ask_all(client, "before") == []
        connections = server.connections

        def close() -> list[str]:
            client.close()
            return []

        assert in_child(close)() == []
        assert ask_all(client, "parent") == []
        assert server.connections == connections


def run(kind: str, client: AsyncChatClient, name: str) -> list[str]:
    if kind == "trio":
        return trio.run(async_ask_all, client, name)
    return asyncio.run(async_ask_all(client, name))


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("parent", ["asyncio", "trio"])
@pytest.mark.parametrize("child", ["asyncio", "trio"])
def test_an_async_client_goes_on_in_the_event_loop_of_a_child(server: FaultServer, parent: str, child: str) -> None:
    client = AsyncChatClient(**settings(server.url))
    assert run(parent, client, "before") == []
    wait = in_child(lambda: run(child, client, "child"))
    assert run(parent, client, "parent") == []
    assert wait() == []


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_inside_of_an_event_loop(server: FaultServer) -> None:
    client = AsyncChatClient(**settings(server.url))

    async def main() -> list[str]:
        wrong = await async_ask_all(client, "before")
        wait = in_child(in_thread)
        wrong += await async_ask_all(client, "parent")
        return wrong + await asyncio.to_thread(wait)

    def in_thread() -> list[str]:
        """Ask in a new loop: that of the parent is running here, but nobody runs it any more."""
        wrong: list[str] = []
        thread = threading.Thread(target=lambda: wrong.extend(run("asyncio", client, "child")))
        thread.start()
        thread.join()
        return wrong

    assert asyncio.run(main()) == []


@pytest.mark.parametrize(
    "kinds", [("asyncio", "asyncio"), ("asyncio", "trio"), ("trio", "asyncio"), ("trio", "trio")], ids=" then ".join
)
def test_one_client_in_several_event_loops_one_after_the_other(server: FaultServer, kinds: tuple[str, ...]) -> None:
    client = AsyncChatClient(**settings(server.url))
    for kind in kinds:
        assert run(kind, client, kind) == []
        assert server.wait_until(lambda it: not it.open_connections)  # closed with their loop
    asyncio.run(client.close())


def test_six_threads_with_an_event_loop_each(server: FaultServer) -> None:
    client = AsyncChatClient(**settings(server.url))
    wrong: list[str] = []
    threads = [
        threading.Thread(
            target=lambda number=number: wrong.extend(asyncio.run(async_ask_all(client, f"thread {number}")))
        )
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


async def test_closing_a_client_ends_the_connections_of_other_loops(server: FaultServer) -> None:
    client = AsyncChatClient(**settings(server.url))
    assert await async_ask_all(client, "here") == []
    opened, closed = threading.Event(), threading.Event()

    async def there() -> None:
        assert await async_ask_all(client, "there") == []
        opened.set()
        await asyncio.to_thread(closed.wait)

    thread = threading.Thread(target=lambda: asyncio.run(there()))
    thread.start()
    opened.wait()
    assert server.open_connections == 2
    await client.close()
    assert server.wait_until(lambda it: not it.open_connections)
    closed.set()
    thread.join()


def test_the_connections_of_httpxs_transport_end_with_their_own_loop(server: FaultServer) -> None:
    client = AsyncChatClient(**settings(server.url), transport="httpx")
    with asyncio.Runner() as runner:
        assert runner.run(async_ask_all(client, "there")) == []
        trio.run(client.close)  # another loop's connections cannot be closed from here
        assert server.open_connections == 1
    assert server.wait_until(lambda it: not it.open_connections)


@pytest.mark.parametrize("there", ["asyncio", "trio"])
async def test_a_stream_that_was_begun_in_another_loop_is_refused_and_its_connection_given_up(
    server: FaultServer, there: str
) -> None:
    async with AsyncChatClient(**settings(server.url)) as client:
        stream = await client.create_chat_completion(question("here"), stream=True)

        async def read() -> str:
            with pytest.raises(ValidationError, match="opened in another event loop or process") as refused:
                await anext(stream)
            return str(refused.value)

        await anyio.to_thread.run_sync(lambda: trio.run(read) if there == "trio" else asyncio.run(read()))
        await async_until(lambda: not server.open_connections)
        assert await async_ask_all(client, "later") == []


async def test_a_stream_that_is_closed_in_another_loop_gives_its_connection_up(server: FaultServer) -> None:
    with FaultServer([sent(CHUNKED_HEAD + chunk(text("begun"))) + SILENCE, echo]) as slow:
        async with AsyncChatClient(**settings(slow.url)) as client:
            stream = await client.create_chat_completion(question("here"), stream=True)
            assert await anext(stream.text_deltas()) == "begun"
            await anyio.to_thread.run_sync(lambda: asyncio.run(stream.close()))
            await async_until(lambda: not slow.open_connections)
            assert await async_ask_all(client, "later") == []


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_stream_of_the_parent_is_refused_in_a_child(server: FaultServer) -> None:
    with ChatClient(**settings(server.url)) as client:
        stream = client.create_chat_completion(question("parent"), stream=True)

        def read() -> list[str]:
            try:
                return [stream.final().text]
            except ValidationError as exc:
                stream.close()
                return [str(exc)]

        assert in_child(read)() == ["this stream was opened in another event loop or process: read it there"]
        assert stream.final().text == "parent"


@pytest.mark.parametrize("there", ["asyncio", "trio"])
def test_a_client_that_was_passed_in_is_refused_in_another_loop(server: FaultServer, there: str) -> None:
    http = httpx.AsyncClient()
    client = AsyncChatClient(**settings(server.url, http_client=http))

    async def ask() -> None:
        with pytest.raises(ValidationError, match="http_client was first used in another event loop or process"):
            await client.create_chat_completion(question("there"))

    with asyncio.Runner() as runner:
        assert runner.run(async_ask_all(client, "here")) == []
        if there == "trio":
            trio.run(ask)
        else:
            asyncio.run(ask())
        runner.run(http.aclose())


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_client_that_was_passed_in_is_refused_in_a_child(server: FaultServer) -> None:
    with httpx.Client() as http:
        client = ChatClient(**settings(server.url, http_client=http))
        assert ask_all(client, "before") == []
        wait = in_child(lambda: ask_all(client, "child"))
        assert ask_all(client, "parent") == []
        told = wait()
    assert len(told) == CALLS
    assert all("http_client was first used in another event loop or process" in told for told in told)


async def test_a_client_of_mocks_may_be_used_anywhere() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=completion_json("mocked"))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = AsyncChatClient(**settings("http://mock.test", http_client=http))

        async def ask() -> str:
            return (await client.create_chat_completion(question("?"), stream=False)).text

        assert await ask() == "mocked"
        assert await anyio.to_thread.run_sync(lambda: trio.run(ask)) == "mocked"
