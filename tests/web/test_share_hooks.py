"""The server behind a share link: what FastGPT asks it, and what it must never fall for."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from fastgpt_client import ChatClient, ServerError, ValidationError
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.web import Allow, Deny, ShareFinish, ShareHooks, ShareInit, ShareStart
from tests.support.asgi import request, scope_of
from tests.support.serving import serving

DATA = Path(__file__).parent / "data" / "received-4.16.0.jsonl"
RECEIVED = [json.loads(line) for line in DATA.read_bytes().splitlines()]
FINISH = next(call for call in RECEIVED if call["path"] == "/shareAuth/finish")


async def sent(app: Any, path: str, content: bytes | str | dict[str, Any], method: str = "POST") -> httpx.Response:
    """Return the answer of an application to one call, made as FastGPT makes it."""
    body = json.dumps(content) if isinstance(content, dict) else content
    return await request(app, method, f"http://hooks.test{path}", body, {"Content-Type": "application/json"})


def who(call: ShareInit) -> Allow | Deny:
    """Answer as the recorded server did."""
    answers = {"good": Allow("user-good"), "bad": Deny("who are you?"), "nomsg": Deny()}
    return answers[call.token]


@pytest.mark.parametrize("token", ["good", "bad", "nomsg"])
async def test_init_answers_as_was_recorded(token: str) -> None:
    [call] = [call for call in RECEIVED if json.loads(call["body"] or "{}") == {"token": token}]
    answer = await sent(ShareHooks(init=who), call["path"], call["body"])
    assert (answer.status_code, answer.json()) == (200, call["answer"]["json"])


async def test_an_async_hook_is_awaited() -> None:
    async def init(call: ShareInit) -> Allow:
        await anyio.lowlevel.checkpoint()
        return Allow(call.token)

    assert (await sent(ShareHooks(init=init), "/shareAuth/init", {"token": "Ann é"})).json()["data"] == {"uid": "Ann é"}


async def test_a_hook_that_blocks_has_a_thread_of_its_own() -> None:
    here = threading.get_ident()

    class Init:
        def __call__(self, call: ShareInit) -> Any:
            assert threading.get_ident() != here

            async def later() -> Allow:
                assert threading.get_ident() == here
                return Allow("ann")

            return later()

    answer = await sent(ShareHooks(init=Init()), "/shareAuth/init", {"token": "x"})
    assert answer.json()["success"]


async def test_start_is_told_the_question() -> None:
    asked: list[ShareStart] = []

    def start(call: ShareStart) -> Allow | Deny:
        asked.append(call)
        return Deny("not that") if "forbidden" in call.question else Allow("ann")

    hooks = ShareHooks(init=who, start=start)
    answers = [
        (await sent(hooks, "/shareAuth/start", {"token": "good", "question": question})).json()
        for question in ("", "forbidden?")
    ]
    assert asked == [ShareStart("good", ""), ShareStart("good", "forbidden?")]
    assert answers == [{"success": True, "data": {"uid": "ann"}}, {"success": False, "message": "not that"}]


async def test_without_a_start_the_visitor_stays_who_he_is() -> None:
    answer = await sent(ShareHooks(init=who), "/shareAuth/start", {"token": "good", "question": "hello"})
    assert answer.json() == {"success": True, "data": {"uid": "user-good"}}


async def test_finish_tells_what_an_answer_took() -> None:
    finished: list[ShareFinish] = []
    answer = await sent(ShareHooks(init=who, finish=finished.append), FINISH["path"], FINISH["body"])
    assert answer.json() == {"success": True}
    [call] = finished
    assert (call.token, call.app_name, call.chat_id) == ("good", "simple", "fin-v1-False")
    assert call.raw == json.loads(FINISH["body"])
    assert (call.usage.total.points, call.usage.total.input_tokens) == (0.008, 4)
    assert [node.name for node in call.trace] == ["Start", "AI Chat"]
    assert (call.citations, call.has_nodes) == ([], True)


async def test_finish_before_chats_were_told_and_with_nodes_that_are_numbered() -> None:
    finished: list[ShareFinish] = []
    quote = {"id": "q", "q": "x", "sourceName": "s"}
    nodes = {"0": {"moduleName": "Search", "moduleType": "datasetSearchNode", "quoteList": [quote]}}
    body = {"token": "t", "appName": None, "responseData": nodes}
    await sent(ShareHooks(init=who, finish=finished.append), "/shareAuth/finish", body)
    assert (finished[0].app_name, finished[0].chat_id) == ("", None)
    assert [citation.source_name for citation in finished[0].citations] == ["s"]


async def test_a_finish_without_nodes_does_not_say_that_it_cost_nothing() -> None:
    finished: list[ShareFinish] = []
    await sent(ShareHooks(init=who, finish=finished.append), "/shareAuth/finish", {"token": "t"})
    assert not finished[0].has_nodes
    for name in ("usage", "trace", "citations"):
        with pytest.raises(ValidationError, match=f"{name} cannot be determined"):
            getattr(finished[0], name)


async def test_a_finish_that_nobody_takes_is_taken() -> None:
    assert (await sent(ShareHooks(init=who), FINISH["path"], FINISH["body"])).json() == {"success": True}


# --- what goes wrong --------------------------------------------------------------------------------------------------


def fail(call: object) -> Any:
    raise LookupError("secret")


async def sleep(call: object) -> Any:
    await anyio.sleep_forever()


@pytest.mark.parametrize(
    ("hook", "logged"),
    [
        (fail, "failed: LookupError('secret')"),
        (sleep, "failed: TimeoutError()"),
        (lambda call: True, "returned True, not Allow or Deny"),
        (lambda call: Allow("a/b"), "failed: ValidationError("),
    ],
    ids=["raises", "sleeps", "wrong", "bad-uid"],
)
@pytest.mark.parametrize("name", ["init", "start"])
async def test_a_hook_that_fails_denies_and_is_logged(
    name: str, hook: Any, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    hooks = ShareHooks(**{"init": who, name: hook}, timeout=0.2 if hook is sleep else 60)
    answer = await sent(hooks, f"/shareAuth/{name}", {"token": "good", "question": "?"})
    assert (answer.status_code, answer.json()) == (200, {"success": False})
    assert f"the hook for /shareAuth/{name} {logged}" in caplog.text


async def test_a_finish_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    answer = await sent(ShareHooks(init=who, finish=fail), FINISH["path"], FINISH["body"])
    assert (answer.status_code, answer.json()) == (200, {"success": False})
    assert "the hook for /shareAuth/finish failed" in caplog.text


NESTED = "[" * 100_000 + "]" * 100_000
BAD_BODIES = {
    "empty": "",
    "broken": "{",
    "no-object": "[1]",
    "no-token": "{}",
    "token-null": '{"token":null}',
    "token-number": '{"token":5,"question":"x"}',
    "token-empty": '{"token":"","question":"x"}',
    "no-utf-8": b'{"token":"\xff"}',
    "deep": f'{{"token":{NESTED}}}',
    "long-number": '{"token":' + "9" * 5000 + "}",
    "large": json.dumps({"token": "x" * 40_000_000}),
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
@pytest.mark.parametrize("name", ["init", "start", "finish"])
async def test_bad_input_is_refused_before_any_hook(
    name: str, body: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    hooks = ShareHooks(init=fail, start=fail, finish=fail)
    answer = await sent(hooks, f"/shareAuth/{name}", body)
    assert (answer.status_code, answer.json()) == (200, {"success": False})
    assert f"/shareAuth/{name} received a bad request" in caplog.text
    assert "LookupError" not in caplog.text


async def test_a_start_without_a_question_is_refused() -> None:
    answer = await sent(ShareHooks(init=who, start=fail), "/shareAuth/start", {"token": "good"})
    assert answer.json() == {"success": False}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/shareAuth/init", 405), ("POST", "/shareAuth/init/", 404), ("POST", "/shareAuth/../x", 404)],
)
async def test_nothing_else_is_there(method: str, path: str, status: int) -> None:
    assert (await sent(ShareHooks(init=fail), path, "{}", method)).status_code == status


@pytest.mark.parametrize("messages", [[{"type": "http.disconnect"}], []], ids=["leaves", "dawdles"])
async def test_a_body_that_never_ends_is_not_waited_for(messages: list[Any]) -> None:
    waiting = iter([{"type": "http.request", "body": b'{"token":', "more_body": True}, *messages])
    said: list[Any] = []

    async def receive() -> Any:
        message = next(waiting, None)
        return message if message is not None else await anyio.sleep_forever()

    async def send(message: Any) -> None:
        said.append(message)

    await ShareHooks(init=fail, timeout=0.2)(scope_of("POST", "/shareAuth/init"), receive, send)
    assert json.loads(said[1]["body"]) == {"success": False}


# --- who may be let in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uid", ["a", "customer-4711", "é" * 127, "x" * 255, "a b:c"])
def test_ids_that_fastgpt_takes(uid: str) -> None:
    assert Allow(uid).uid == uid


@pytest.mark.parametrize(
    ("uid", "message"),
    [
        ("", "uid must be a non-empty str, not ''"),
        (None, "not None"),
        (5, "not 5"),
        ("x" * 256, "uid has 256 bytes; FastGPT accepts at most 255"),
        ("é" * 128, "uid has 256 bytes"),
        ("a|b", "must not contain"),
        ("a/b", "must not contain"),
        ("a\\b", "must not contain"),
        ("\ud800", "uid contains a lone surrogate"),
    ],
)
def test_ids_that_fastgpt_refuses(uid: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Allow(uid)


# --- with a server ----------------------------------------------------------------------------------------------------


def test_a_fastgpt_asks_it_who_its_visitors_are() -> None:
    app = Starlette(routes=[Mount("/hooks", ShareHooks(init=who))])
    with FakeFastGPT.serve() as fastgpt, serving(app) as url:

        def asked(token: str) -> Mapping[str, Any]:
            answer = httpx.post(f"{url}/hooks/shareAuth/init", json={"token": token}, trust_env=False)
            found: Mapping[str, Any] = answer.raise_for_status().json()
            return found

        link = fastgpt.share_link(fastgpt.app(answer="ok"), authorize=asked)
        with ChatClient(base_url=fastgpt.url, api_key="none") as client:
            good, bad = ({"shareId": link.id, "outLinkUid": token} for token in ("good", "bad"))
            assert client.get_chat_histories(outLinkAuthData=good).data["list"] == []
            with pytest.raises(ServerError, match=r"who are you\?"):
                client.get_chat_histories(outLinkAuthData=bad)
