"""An answer passed on to a browser: what it gets, and what its leaving means for the run."""

from __future__ import annotations

import gc
import json
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from fastgpt_client import Answer, AsyncChatClient, AsyncChatStream, ValidationError
from fastgpt_client.testing import App, Delay, FakeFastGPT, Form, Reasoning, Search
from fastgpt_client.web import RELAY_HEADERS, EventRelay, relay
from tests.embedded.comparison import events
from tests.support.serving import serving
from tests.support.until import async_until, until

FOREVER = 3600.0
ENDLESS = ["one ", Delay(FOREVER), "never"]
HEARTBEAT = b": thinking\n\n"
HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture(scope="module")
def fastgpt() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


def client_of(fastgpt: FakeFastGPT, app: App, **options: Any) -> AsyncChatClient:
    return AsyncChatClient(app.key, fastgpt.url, app_id=app.id, **options)


async def whole(relayed: EventRelay) -> list[tuple[str, Any]]:
    """Return the events of a relayed answer: names and data."""
    text = b"".join([data async for data in relayed]).decode()
    return [(event["event"], event["data"]) for event in events(text)]


def text_of(found: list[tuple[str, Any]]) -> str:
    return "".join(data["choices"][0]["delta"].get("content") or "" for name, data in found if data != "[DONE]")


async def test_text_comes_in_pieces_and_ends_with_done(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answer=[Reasoning("hm"), 'a "quoted" ', "\u2028 \U0001f600"])
    async with client_of(fastgpt, app) as client:
        found = await whole(relay(client.create_chat_completion(HELLO, stream=True)))
    assert {name for name, _ in found} == {"answer"}
    assert text_of(found) == 'a "quoted" \u2028 \U0001f600'
    assert "hm" in [data["choices"][0]["delta"].get("reasoning_content") for _, data in found[:-1]]
    assert found[-2][1]["choices"][0]["finish_reason"] == "stop"
    assert found[-1] == ("answer", "[DONE]")


async def test_nodes_are_told_if_they_are_chosen(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answer=[Search([{"q": "x", "sourceName": "s"}]), "found"])
    async with client_of(fastgpt, app) as client:
        call = partial(client.create_chat_completion, HELLO, stream=True, detail=True)
        plain, chosen = (
            await whole(relay(call())),
            await whole(relay(call(), events=["flowNodeStatus", "flowResponses"])),
        )
    assert {name for name, _ in plain} == {"answer"}
    assert [name for name, _ in chosen if name != "flowNodeStatus"] == ["flowResponses", "answer"]
    assert any(node.get("quoteList") for node in chosen[-2][1])


async def test_a_form_tells_what_is_asked_and_nothing_of_the_run(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answer=Form("Who?", [{"key": "name", "label": "Name"}], "thanks"))
    async with client_of(fastgpt, app) as client:
        [(_, data)] = [
            found for found in await whole(relay(client.conversation().stream("hi"))) if found[0] == "interactive"
        ]
    assert set(data["interactive"]) == {"type", "params"}
    assert data["interactive"]["params"]["inputForm"][0]["key"] == "name"


async def test_silence_is_filled_with_comments(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answer=[Delay(0.2), "at last"])
    async with client_of(fastgpt, app) as client:
        parts = [data async for data in relay(client.create_chat_completion(HELLO, stream=True), heartbeat=0.01)]
    assert parts[0] == HEARTBEAT
    assert parts.count(HEARTBEAT) > 1
    rest = b"".join(data for data in parts if data != HEARTBEAT).decode()
    assert text_of([(event["event"], event["data"]) for event in events(rest)]) == "at last"


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ({"kind": "error_before_run", "message": "sk-secret at http://inside"}, "ServerError", "Something went wrong."),
        ({"kind": "error_event", "message": "sk-secret at http://inside"}, "WorkflowError", "The answer failed."),
        ({"kind": "cut_in_event"}, "StreamInterruptedError", "The answer was cut off."),
        ({"kind": "rate_limit", "message": "sk-secret"}, "RateLimitError", "Too many questions at once."),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
async def test_a_failure_is_the_last_event_and_tells_no_secret(
    fastgpt: FakeFastGPT, fault: dict[str, Any], kind: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = fastgpt.app(answer=["one ", "two ", "three ", "four"])
    fastgpt.fault(app=app, **fault)
    async with client_of(fastgpt, app, max_retries=0) as client:
        found = await whole(relay(client.create_chat_completion(HELLO, stream=True)))
    name, data = found[-1]
    assert (name, data["type"]) == ("error", kind)
    assert data["message"].startswith(words)
    assert "secret" not in json.dumps(found)
    assert "a relayed answer failed: " in caplog.text


async def test_the_words_of_a_failure_may_be_ones_own(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app()
    fastgpt.fault("rate_limit", app=app, headers={"Retry-After": "7"})
    async with client_of(fastgpt, app, max_retries=0) as client:
        relayed = relay(client.create_chat_completion(HELLO, stream=True), describe=lambda error: "请稍候")
        [(_, data)] = await whole(relayed)
    assert (data["message"], data["code"], data["retryAfter"]) == ("请稍候", 429, 7.0)
    assert data["requestId"]


async def test_what_is_no_failure_of_ours_is_told_and_raised(fastgpt: FakeFastGPT) -> None:
    async def broken() -> AsyncChatStream:
        raise LookupError("secret")

    relayed = relay(broken())
    assert json.loads((await anext(relayed)).split(b"data: ")[1]) == {
        "type": "Error",
        "message": "Something went wrong.",
    }
    with pytest.raises(LookupError):
        await anext(relayed)
    with pytest.raises(StopAsyncIteration):
        await anext(relayed)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"events": ["anwser"]}, "events: unknown event 'anwser'; choose from answer, "),
        ({"events": "nodes"}, "events: unknown event 'nodes'"),
        ({"heartbeat": 0}, "heartbeat must be a positive number of seconds, not 0"),
        ({"max_seconds": "1"}, "max_seconds must be a positive number of seconds, not '1'"),
    ],
    ids=["unknown", "text", "heartbeat", "max-seconds"],
)
def test_what_cannot_be_meant_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        relay(object(), **arguments)  # type: ignore[arg-type]


# --- leaving ----------------------------------------------------------------------------------------------------------


def nothing_runs(fastgpt: FakeFastGPT, app: App) -> bool:
    """Return whether no run of an app is going on at the server."""
    return not any(runs for (app_id, _), runs in fastgpt.state.running.items() if app_id == app.id)


def saved_text(fastgpt: FakeFastGPT, app: App) -> str:
    [chat] = fastgpt.state.chats_of(app.id)
    return "".join(item["text"]["content"] for item in chat.records[-1].value if "text" in item)


def question(client: AsyncChatClient, kind: str) -> tuple[Awaitable[AsyncChatStream], dict[str, Any]]:
    """Return a call that opens a stream, and what a relay of it is to be told."""
    if kind == "conversation":
        return client.conversation().stream("hello"), {}
    chat_id = "of-a-completion"
    call = client.create_chat_completion(HELLO, stream=True, detail=True, chatId=chat_id)
    return call, {"on_left": partial(client.stop_chat, chatId=chat_id)}


LEFT = pytest.mark.parametrize(
    ("api", "kind"), [("v1", "conversation"), ("v2", "conversation"), ("v2", "completion")], ids=lambda value: value
)


@LEFT
@pytest.mark.parametrize("way", ["closed", "cancelled", "dropped", "unbegun"])
async def test_an_answer_that_is_left_ends_at_the_server(fastgpt: FakeFastGPT, api: Any, kind: str, way: str) -> None:
    app = fastgpt.app(answer=ENDLESS)
    async with client_of(fastgpt, app, completions=api) as client:
        call, more = question(client, kind)
        if way == "unbegun":
            call = await call  # type: ignore[assignment] # the stream itself
        relayed = relay(call, **more)
        if way != "unbegun":
            while b"one " not in await anext(relayed):
                pass
        match way:
            case "cancelled":
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(anext, relayed)
                    await anyio.lowlevel.checkpoint()
                    tasks.cancel_scope.cancel()
            case "dropped":
                del relayed
                gc.collect()
            case _:
                await relayed.aclose()
                await relayed.aclose()
                assert [data async for data in relayed] == []
        await async_until(lambda: nothing_runs(fastgpt, app))
    assert saved_text(fastgpt, app) == "one "


@LEFT
async def test_an_answer_that_takes_too_long_is_left(fastgpt: FakeFastGPT, api: Any, kind: str) -> None:
    app = fastgpt.app(answer=ENDLESS)
    async with client_of(fastgpt, app, completions=api) as client:
        call, more = question(client, kind)
        found = await whole(relay(call, max_seconds=0.2, **more))
        await async_until(lambda: nothing_runs(fastgpt, app))
    assert found[-1] == ("error", {"type": "APITimeoutError", "message": "The answer took too long."})


class Call:
    def __await__(self) -> Any:
        raise AssertionError("not begun")


async def test_a_call_that_was_not_begun_is_not_begun_any_more(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app()
    before = len(fastgpt.requests)
    async with client_of(fastgpt, app) as client:
        await relay(client.conversation().stream("hello")).aclose()
        await relay(Call()).aclose()
    assert len(fastgpt.requests) == before


async def test_that_a_run_could_not_be_ended_is_logged(fastgpt: FakeFastGPT, caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise OSError("no way")

    app = fastgpt.app(answer=ENDLESS)
    async with client_of(fastgpt, app) as client:
        relayed = relay(client.create_chat_completion(HELLO, stream=True), on_left=fail)
        await anext(relayed)
        await relayed.aclose()
    assert "could not be ended: no way" in caplog.text


async def test_a_client_that_is_closed_meanwhile_ends_its_answers(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answer=ENDLESS)
    async with client_of(fastgpt, app, completions="v1") as client:
        relayed = relay(client.create_chat_completion(HELLO, stream=True))
        while b"one " not in await anext(relayed):
            pass
    assert (await whole(relayed))[-1][0] == "error"
    await async_until(lambda: nothing_runs(fastgpt, app))


async def test_no_more_is_read_than_a_slow_browser_takes(fastgpt: FakeFastGPT) -> None:
    taken = 0

    class Endless:
        def __aiter__(self) -> AsyncIterator[Any]:
            return self

        async def __anext__(self) -> Any:
            nonlocal taken
            taken += 1
            return Answer(text="x" * 1000)

        async def close(self) -> None:
            pass

    relayed = relay(Endless())  # type: ignore[arg-type]
    await anext(relayed)
    await anyio.wait_all_tasks_blocked()
    first = taken
    await anyio.wait_all_tasks_blocked()
    assert taken == first < 200
    await anext(relayed)
    await anyio.wait_all_tasks_blocked()
    assert first < taken < 2 * 200
    await relayed.aclose()


class Staying:
    """A browser that has sent its request, and stays."""

    def __init__(self) -> None:
        self._sent = False

    async def __call__(self) -> Any:
        if self._sent:
            await anyio.sleep_forever()
        self._sent = True
        return {"type": "http.request", "body": b"hello"}


# --- in frameworks ----------------------------------------------------------------------------------------------------


def application(fastgpt: FakeFastGPT, app: App, api: Any, *, plain: bool, heartbeat: float = 15.0) -> Starlette:
    client = client_of(fastgpt, app, completions=api)

    async def chat(request: Request) -> Any:
        relayed = relay(client.conversation().stream((await request.body()).decode()), heartbeat=heartbeat)
        return relayed if plain else StreamingResponse(relayed, headers=RELAY_HEADERS)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    return Starlette(routes=[Route("/", chat, methods=["POST"])], lifespan=lifespan)


PLAIN = pytest.mark.parametrize("plain", [False, True], ids=["streaming-response", "asgi"])


@PLAIN
def test_a_browser_gets_an_answer(fastgpt: FakeFastGPT, plain: bool) -> None:
    with serving(application(fastgpt, fastgpt.app(answer=["one ", "two"]), "v1", plain=plain)) as url:
        answer = httpx.post(url, content="hello", trust_env=False)
    assert {name: answer.headers[name] for name in RELAY_HEADERS} == dict(RELAY_HEADERS)
    assert [name for name in ("content-length", "content-encoding") if name in answer.headers] == []
    assert text_of([(event["event"], event["data"]) for event in events(answer.text)]) == "one two"


@PLAIN
@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize("reads", [True, False], ids=["reading", "stuck"])
def test_a_browser_that_leaves_ends_the_run(fastgpt: FakeFastGPT, plain: bool, api: str, reads: bool) -> None:
    # What is stuck has filled all buffers between the run and a browser that does not read.
    app = fastgpt.app(answer=ENDLESS if reads else ["one ", *["x" * 1_000_000] * 200])
    with serving(application(fastgpt, app, api, plain=plain)) as url:
        with httpx.stream("POST", url, content="hello", trust_env=False) as answer:
            parts = answer.iter_raw()  # kept: without it the connection would end
            assert any(b"one " in part for part in parts)
            assert not nothing_runs(fastgpt, app)
        until(lambda: nothing_runs(fastgpt, app))


async def test_a_server_that_tells_of_the_leaving_by_an_error(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answer=ENDLESS)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)
        if message.get("body"):
            raise OSError("gone")

    async with client_of(fastgpt, app) as client:
        await relay(client.conversation().stream("hello"))({}, Staying(), send)
        await async_until(lambda: nothing_runs(fastgpt, app))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


async def test_what_is_no_failure_of_ours_comes_out_of_the_application_as_it_is() -> None:
    async def broken() -> AsyncChatStream:
        raise LookupError

    async def send(message: Any) -> None:
        pass

    with pytest.raises(LookupError):
        await relay(broken())({}, Staying(), send)
