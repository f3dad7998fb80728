"""The page that chats, without a browser: what it takes, what it refuses, and whose chats it opens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest

from fastgpt_client import AsyncChatClient, ValidationError
from fastgpt_client.testing import Agent, App, AskUser, Delay, FakeFastGPT, Form, Search, Select
from fastgpt_client.web import ChatIds, ChatPage
from tests.embedded.comparison import events
from tests.support.asgi import request, scope_of
from tests.support.until import async_until

URL = "http://page.test"
SECRET = "a secret of a page"
FORM = [{"key": "name", "label": "Name", "required": True}]


@pytest.fixture(scope="module")
def fastgpt() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


@asynccontextmanager
async def page_of(fastgpt: FakeFastGPT, app: App, **options: Any) -> AsyncIterator[ChatPage]:
    async with AsyncChatClient(app.key, fastgpt.url, app_id=app.id, completions="v2") as client:
        yield ChatPage(client, **options)


async def posted(page: ChatPage, body: Any, kind: str = "application/json", **headers: str) -> httpx.Response:
    content = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return await request(page, "POST", f"{URL}/answer", content, {"Content-Type": kind, **headers})


def text_of(answer: httpx.Response) -> str:
    found = [event["data"] for event in events(answer.text) if event["event"] == "answer"]
    return "".join(data["choices"][0]["delta"].get("content") or "" for data in found if data != "[DONE]")


def names_of(answer: httpx.Response) -> list[str]:
    return [event["event"] for event in events(answer.text)]


async def test_the_page_and_what_it_loads_are_there(fastgpt: FakeFastGPT) -> None:
    async with page_of(fastgpt, fastgpt.app(), title='<b>"Help" & $more</b>', max_chars=7) as page:
        html = await request(page, "GET", f"{URL}/")
        kinds = {
            name: (await request(page, "GET", f"{URL}/{name}")).headers["content-type"]
            for name in ("chat.js", "fastgpt.js", "fastgpt.d.ts", "chat.css")
        }
    assert "<title>&lt;b&gt;&quot;Help&quot; &amp; $more&lt;/b&gt;</title>" in html.text
    assert 'maxlength="7"' in html.text
    assert "script-src 'self'" in html.headers["content-security-policy"]
    assert "access-control-allow-origin" not in html.headers
    assert {kind.partition(";")[0] for kind in kinds.values()} == {"text/javascript", "text/css", "text/plain"}


async def test_a_chat_goes_on_by_its_signed_id(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answers=["first", "second"])
    async with page_of(fastgpt, app, chat_ids=ChatIds(SECRET)) as page:
        first = await posted(page, {"message": "hi", "chat": None})
        second = await posted(page, {"message": "again", "chat": first.headers["x-chat"]})
    assert (text_of(first), text_of(second)) == ("first", "second")
    assert second.headers["x-chat"] == first.headers["x-chat"]
    [chat] = fastgpt.state.chats_of(app.id)
    assert ChatIds(SECRET).open(first.headers["x-chat"]) == chat.chat_id
    assert chat.chat_id not in first.headers["x-chat"]


async def test_sources_are_told_by_their_names_alone(fastgpt: FakeFastGPT) -> None:
    quote = {"q": "a secret price", "sourceName": "prices.md"}
    async with page_of(fastgpt, fastgpt.app(answer=[Search([quote, quote]), "20"])) as page:
        answer = await posted(page, {"message": "hi"})
    [found] = [event["data"] for event in events(answer.text) if event["event"] == "citations"]
    assert [sorted(source) for source in found] == [["id", "sourceName"]] * len(found)
    assert {source["sourceName"] for source in found} == {"prices.md"}
    assert "secret" not in answer.text


@pytest.mark.parametrize("other", ["ben", ""])
async def test_a_visitor_opens_his_own_chats_alone(fastgpt: FakeFastGPT, other: str) -> None:
    def visitor(request: Any) -> str:
        return str(request.headers.get("x-user", ""))

    app = fastgpt.app()
    async with page_of(fastgpt, app, visitor=visitor) as page:
        chat = (await posted(page, {"message": "hi"}, **{"X-User": "ann"})).headers["x-chat"]
        assert (await posted(page, {"message": "hi", "chat": chat}, **{"X-User": "ann"})).status_code == 200
        before = len(fastgpt.requests)
        answer = await posted(page, {"message": "hi", "chat": chat}, **{"X-User": other})
    assert (answer.status_code, answer.json()) == (403, {"message": "This chat no longer exists."})
    assert len(fastgpt.requests) == before


@pytest.mark.parametrize("chat", ["", "x", "a.b", 5, [], {}, True, "é", "\ud800"], ids=ascii)
async def test_a_chat_that_was_not_signed_here_is_not_opened(fastgpt: FakeFastGPT, chat: Any) -> None:
    async with page_of(fastgpt, fastgpt.app()) as page:
        assert (await posted(page, {"message": "hi", "chat": chat})).status_code == 403


NESTED = '{"message":' + "[" * 10_000 + "]" * 10_000 + "}"
REFUSED: dict[str, tuple[Any, int]] = {
    "empty": ("", 400),
    "broken": ("{", 400),
    "no-utf-8": (b'{"message":"\xff"}', 400),
    "deep": (NESTED, 400),
    "no-object": ([], 400),
    "no-message": ({}, 400),
    "null": ({"message": None}, 400),
    "number": ({"message": 5}, 400),
    "blank": ({"message": " \n"}, 400),
    "long": ({"message": "x" * 101}, 413),
    "large": ({"message": "x" * 300_000}, 413),
}


@pytest.mark.parametrize(("body", "status"), REFUSED.values(), ids=REFUSED)
async def test_bad_input_is_refused_and_nothing_is_asked(fastgpt: FakeFastGPT, body: Any, status: int) -> None:
    before = len(fastgpt.requests)
    async with page_of(fastgpt, fastgpt.app(), max_chars=100) as page:
        answer = await posted(page, body)
    assert (answer.status_code, list(answer.json())) == (status, ["message"])
    assert len(fastgpt.requests) == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_what_a_form_of_another_site_can_send_is_refused(fastgpt: FakeFastGPT, kind: str) -> None:
    async with page_of(fastgpt, fastgpt.app()) as page:
        answer = await posted(page, {"message": "hi"}, kind)
    assert answer.status_code == 415
    assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/answer"), ("OPTIONS", "/answer"), ("GET", "/../x"), ("GET", "/chat.html")]
)
async def test_nothing_else_is_there(fastgpt: FakeFastGPT, method: str, path: str) -> None:
    async with page_of(fastgpt, fastgpt.app()) as page:
        assert (await request(page, method, URL + path)).status_code in (404, 405)


async def test_only_so_many_answers_go_on_at_once(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answers=[["one ", Delay(3600)], "two"])
    async with page_of(fastgpt, app, max_answers=1) as page, anyio.create_task_group() as tasks:
        begun = anyio.Event()
        messages = iter([{"type": "http.request", "body": b'{"message":"hi"}'}])

        async def receive() -> Any:
            message = next(messages, None)
            return message if message is not None else await anyio.sleep_forever()

        async def send(message: Any) -> None:
            if b"one " in message.get("body", b""):
                begun.set()

        scope = scope_of("POST", f"{URL}/answer", {"Content-Type": "application/json"})
        tasks.start_soon(page, scope, receive, send)
        await begun.wait()
        assert (await posted(page, {"message": "hi"})).status_code == 429
        tasks.cancel_scope.cancel()
    async with page_of(fastgpt, app, max_answers=1) as page:
        for _ in range(2):
            assert text_of(await posted(page, {"message": "hi"})) == "two"


async def test_a_failure_is_told_in_the_pages_words(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app()
    fastgpt.fault("error_before_run", app=app, message="sk-secret")
    async with page_of(fastgpt, app, describe=lambda error: "抱歉") as page:
        answer = await posted(page, {"message": "hi"})
    [error] = [event["data"] for event in events(answer.text) if event["event"] == "error"]
    assert error["message"] == "抱歉"


async def test_an_answer_takes_no_longer_than_it_may(fastgpt: FakeFastGPT) -> None:
    app = fastgpt.app(answer=["one ", Delay(3600)])
    async with page_of(fastgpt, app, max_seconds=0.3, events="answer") as page:
        answer = await posted(page, {"message": "hi"})
        await async_until(lambda: not fastgpt.state.running)
    assert names_of(answer)[-1] == "error"


# --- what the run asks ------------------------------------------------------------------------------------------------

PAUSES: dict[str, tuple[Any, Any, Any, str]] = {
    "choice": (Select("Which?", {"A": "chose A", "B": "chose B"}), "B", "C", "chose B"),
    "form": (Form("Who?", FORM, lambda values: f"is {values['name']}"), {"name": "Ann"}, {"nobody": 1}, "is Ann"),
    "questions": (Agent([AskUser([{"question": "Colour?"}]), "noted"]), ["red"], ["red", "blue"], "noted"),
}


@pytest.mark.parametrize(("asks", "reply", "wrong", "said"), PAUSES.values(), ids=PAUSES)
async def test_a_reply_is_checked_and_goes_to_the_run(
    fastgpt: FakeFastGPT, asks: Any, reply: Any, wrong: Any, said: str
) -> None:
    async with page_of(fastgpt, fastgpt.app(answer=asks, type="advanced")) as page:
        first = await posted(page, {"message": "go"})
        assert "interactive" in names_of(first)
        chat = first.headers["x-chat"]
        refused = await posted(page, {"reply": wrong, "chat": chat})
        assert [event["data"]["type"] for event in events(refused.text)] == ["ValidationError"]
        assert said in text_of(await posted(page, {"reply": reply, "chat": chat}))
        over = await posted(page, {"reply": reply, "chat": chat})
    assert [event["data"]["type"] for event in events(over.text)] == ["ValidationError"]


async def test_any_pause_takes_plain_words(fastgpt: FakeFastGPT) -> None:
    asks = Agent([AskUser([{"question": "Colour?"}]), "noted"])
    async with page_of(fastgpt, fastgpt.app(answer=asks)) as page:
        chat = (await posted(page, {"message": "go"})).headers["x-chat"]
        assert "noted" in text_of(await posted(page, {"reply": "whatever", "chat": chat}))


def test_events_are_checked_when_the_page_is_made(fastgpt: FakeFastGPT) -> None:
    with pytest.raises(ValidationError, match="unknown event 'nosuch'"):
        ChatPage(AsyncChatClient("key", fastgpt.url), events=["nosuch"])
