"""The embedded server calls the server behind a share link as FastGPT does, over HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from fastgpt_client import ChatClient, FastGPTError, ServerError
from fastgpt_client.testing import FakeFastGPT, ShareLink
from fastgpt_client.web import Allow, Deny, ShareFinish, ShareHooks, ShareInit, ShareStart
from tests.support.serving import serving
from tests.support.until import PATIENCE, until

DATA = Path(__file__).resolve().parents[1] / "web" / "data" / "received-4.16.0.jsonl"
RECEIVED = [json.loads(line) for line in DATA.read_bytes().splitlines()]


@dataclass
class Owner:
    """The server behind the link, and what it was asked."""

    url: str = ""
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = field(
        default_factory=list[tuple[str, dict[str, Any], dict[str, str]]]
    )
    answer: Response | None = None

    async def reply(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.asked.append((request.url.path, body, dict(request.headers)))
        return self.answer or JSONResponse({"success": True, "data": {"uid": f"user-{body['token']}"}})

    @property
    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]


@pytest.fixture(scope="module")
def served() -> Iterator[Owner]:
    owner = Owner()
    with serving(Starlette(routes=[Route("/hooks/shareAuth/{name}", owner.reply, methods=["POST"])])) as url:
        owner.url = f"{url}/hooks"
        yield owner


@pytest.fixture
def owner(served: Owner) -> Owner:
    served.asked.clear()
    served.answer = None
    return served


@dataclass
class Visitor:
    """Calls without a key."""

    client: ChatClient
    link: ShareLink
    token: str = "ann"

    @property
    def auth(self) -> Any:
        return {"shareId": self.link.id, "outLinkUid": self.token}

    def ask(self, question: str = "hello", **options: Any) -> str:
        found = self.client.create_chat_completion(
            [{"role": "user", "content": question}], outLinkAuthData=self.auth, chatId="c1", **options
        )
        return found.text if not options.get("stream") else found.final().text

    def chats(self) -> list[str]:
        return [chat["chatId"] for chat in self.client.get_chat_histories(outLinkAuthData=self.auth).data["list"]]


def visitor(server: FakeFastGPT, url: str, token: str = "ann") -> Visitor:
    link = server.share_link(server.app("shared", answer="ok"), hook_url=url)
    return Visitor(ChatClient("none", server.url, max_retries=0), link, token)


@pytest.fixture
def community() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


@pytest.fixture
def commercial() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(commercial=True) as server:
        yield server


def test_init_is_called_as_was_recorded(community: FakeFastGPT, owner: Owner) -> None:
    ann = visitor(community, owner.url, "good")
    with ann.client:
        ann.chats()
    [(path, body, headers)] = owner.asked
    recorded = next(call for call in RECEIVED if call["path"] == "/shareAuth/init")
    assert ("/hooks" + recorded["path"], json.loads(recorded["body"])) == (path, body)
    for name, value in recorded["headers"]:
        if name not in ("Host", "Accept-Encoding"):  # what the embedded server can read
            assert headers[name.lower()] == value


def test_the_community_edition_asks_init_for_all_but_the_completion(community: FakeFastGPT, owner: Owner) -> None:
    ann = visitor(community, owner.url)
    with ann.client:
        assert ann.ask() == "ok"
        assert owner.asked == []
        assert ann.chats() == []  # kept under the token, looked up under the uid
    assert owner.paths == ["/hooks/shareAuth/init"]


@pytest.mark.parametrize("options", [{}, {"stream": True}], ids=["blocking", "stream"])
def test_the_commercial_edition_asks_start_and_tells_finish(
    commercial: FakeFastGPT, owner: Owner, options: dict[str, Any]
) -> None:
    ann = visitor(commercial, owner.url)
    with ann.client:
        assert ann.ask("What is new?", **options) == "ok"
        until(lambda: len(owner.asked) == 2)
        assert ann.chats() == ["c1"]
    start, finish, init = (body for _, body, _ in owner.asked)
    assert [path.rsplit("/", 1)[1] for path in owner.paths] == ["start", "finish", "init"]
    assert start == {"token": "ann", "question": "What is new?"}
    assert init == {"token": "ann"}
    recorded = json.loads(next(call for call in RECEIVED if call["path"] == "/shareAuth/finish")["body"])
    assert list(finish) == list(recorded)
    assert (finish["token"], finish["appName"], finish["chatId"]) == ("ann", "shared", "c1")
    assert [node["moduleType"] for node in finish["responseData"]] == ["workflowStart", "chatNode"]


def test_before_4_14_7_finish_names_no_chat(owner: Owner) -> None:
    with FakeFastGPT.serve(version="4.14.6", commercial=True) as server:
        ann = visitor(server, owner.url)
        with ann.client:
            ann.client.create_chat_completion(
                [{"role": "user", "content": "hello"}], shareId=ann.link.id, outLinkUid="ann", chatId="c1"
            )
            until(lambda: len(owner.asked) == 2)
    assert list(owner.asked[1][1]) == ["token", "appName", "responseData"]


def test_start_may_name_no_uid(commercial: FakeFastGPT, owner: Owner) -> None:
    owner.answer = JSONResponse({"success": True})
    ann = visitor(commercial, owner.url)
    with ann.client:
        assert ann.ask() == "ok"
        until(lambda: len(owner.asked) == 2)
    [chat] = commercial.state.chats.values()
    assert chat.out_link_uid == "ann"


def test_a_run_that_fails_is_not_told(commercial: FakeFastGPT, owner: Owner) -> None:
    ann = visitor(commercial, owner.url)
    with ann.client, commercial.fault("error_event", after=0), pytest.raises(FastGPTError):
        ann.ask()
    assert owner.paths == ["/hooks/shareAuth/start"]


@pytest.mark.parametrize(
    ("answer", "init", "start"),
    [
        (JSONResponse({"success": False, "message": "go away"}), "go away", "go away"),
        (JSONResponse({"success": False, "msg": "go"}), "go", "go"),
        (JSONResponse({"success": False}), "unAuthUser", "unAuthUser"),
        (JSONResponse({"success": True, "data": {"uid": "a/b"}}), "Invalid UID", "Invalid UID"),
        (JSONResponse({"success": True, "data": {"uid": "é" * 128}}), "Invalid UID", "Invalid UID"),
        (JSONResponse({"success": True}, 401), "Internal Server Error", "unAuthUser"),
        (Response("<html>"), "unAuthUser", "unAuthUser"),
        (Response("", 302, {"Location": "/hooks/shareAuth/init"}), "Internal Server Error", "unAuthUser"),
    ],
    ids=["message", "msg", "no-message", "uid", "long-uid", "http-401", "no-json", "redirects"],
)
def test_who_is_refused(commercial: FakeFastGPT, owner: Owner, answer: Response, init: str, start: str) -> None:
    owner.answer = answer
    ann = visitor(commercial, owner.url)
    with ann.client:
        with pytest.raises(FastGPTError, match=init):
            ann.chats()
        with pytest.raises(FastGPTError, match=start):
            ann.ask()
    assert commercial.state.chats == {}


def test_a_server_that_is_not_there_refuses(commercial: FakeFastGPT) -> None:
    ann = visitor(commercial, "http://127.0.0.1:9")
    with ann.client, pytest.raises(ServerError, match="Internal Server Error"):
        ann.chats()


def test_a_finish_that_fails_is_logged_alone(
    commercial: FakeFastGPT, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    ann = visitor(commercial, owner.url)
    with ann.client:
        refusing = JSONResponse({"success": True}, 500)
        stream = ann.client.create_chat_completion(
            [{"role": "user", "content": "hello"}], outLinkAuthData=ann.auth, stream=True
        )
        owner.answer = refusing
        assert stream.final().text == "ok"
        until(lambda: "the share hook finish failed" in caplog.text)


def test_share_hooks_work_behind_it() -> None:
    told: list[ShareFinish] = []

    def init(call: ShareInit) -> Allow | Deny:
        return Allow(f"u-{call.token}") if call.token == "ann" else Deny("who are you?")

    def start(call: ShareStart) -> Allow | Deny:
        return Deny("not that") if "secret" in call.question else init(ShareInit(call.token))

    app = Starlette(routes=[Mount("/hooks", ShareHooks(init=init, start=start, finish=told.append))])
    with serving(app) as url, FakeFastGPT.serve(commercial=True) as server:
        ann = visitor(server, f"{url}/hooks/")
        with ann.client:
            assert ann.ask() == "ok"
            assert ann.chats() == ["c1"]
            with pytest.raises(ServerError, match="not that"):
                ann.ask("a secret")
            ann.token = "ben"
            with pytest.raises(ServerError, match=r"who are you\?"):
                ann.chats()
            until(lambda: told)
    assert (told[0].token, told[0].chat_id, told[0].usage.total.input_tokens > 0) == ("ann", "c1", True)


def test_a_link_has_one_owner(community: FakeFastGPT) -> None:
    with pytest.raises(ValueError, match="pass either authorize or hook_url"):
        community.share_link("simple", hook_url="http://a.test", authorize=lambda token: {})


@pytest.mark.parametrize("commercial", [False, True], ids=["init", "start"])
def test_a_hook_that_never_answers_does_not_keep_the_server(commercial: bool) -> None:
    asked = threading.Event()
    failures: list[FastGPTError] = []

    async def never(_: Request) -> Response:
        asked.set()
        await asyncio.sleep(3600)
        raise AssertionError

    def call(ann: Visitor) -> None:
        try:
            ann.ask() if commercial else ann.chats()
        except FastGPTError as exc:
            failures.append(exc)

    app = Starlette(routes=[Route("/shareAuth/{name}", never, methods=["POST"])])
    with serving(app) as url, FakeFastGPT.serve(commercial=commercial) as server:
        ann = visitor(server, url)
        thread = threading.Thread(target=call, args=[ann])
        thread.start()
        assert asked.wait(PATIENCE)
    # It says so if it does not stop in time.
    thread.join()
    ann.client.close()
    assert len(failures) == 1


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_question_is_given_up_with_its_call(anyio_backend: str) -> None:
    context = FakeFastGPT()._context
    ended = asyncio.Event()

    async def never() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    call = asyncio.create_task(context.ask(never()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await ended.wait()
