"""The examples of web services, each on a socket and called as its callers do."""

from __future__ import annotations

import json
import os
import runpy
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from django.core import signing

from fastgpt_client import ChatClient, DatasetClient, ServerError
from fastgpt_client.testing import Delay, FakeFastGPT
from fastgpt_client.types import OutLinkAuth
from tests.embedded.test_running import PACKAGE_FOLDER
from tests.support.processes import end_group
from tests.support.serving import serving
from tests.support.until import PATIENCE, until

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "web"
SECRET = "a secret of thirty-two bytes, or more"


@pytest.fixture
def fastgpt(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_API_KEY", server.app_key("simple"))
        monkeypatch.setenv("FASTGPT_APP_ID", server.apps["simple"].id)
        monkeypatch.setenv("CHAT_SECRET", SECRET)
        yield server


@contextmanager
def example(name: str, **constants: object) -> Iterator[httpx.Client]:
    """Serve an example, some of whose constants are changed, and give a client for it."""
    made = runpy.run_path(str(EXAMPLES / f"{name}.py"))
    if constants:
        made["lifespan"].__wrapped__.__globals__.update(constants)
    app = made["app"]
    with serving(app) as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield http


def test_each_example_is_tried() -> None:
    tried = {"django_asgi", "library", "relay_fastapi", "relay_starlette", "share_hooks"}
    assert {path.stem for path in EXAMPLES.glob("*.py")} == tried


def test_fastapi_relays_an_answer_and_keeps_chats_apart(fastgpt: FakeFastGPT) -> None:
    with example("relay_fastapi") as http:
        first = http.post("/answer", json={"message": "hello"}, headers={"X-User": "ann"})
        assert first.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert first.text.endswith("data: [DONE]\n\n")
        more = {"message": "again", "chat": first.headers["x-chat"]}
        statuses = [http.post("/answer", json=more, headers={"X-User": user}).status_code for user in ("ann", "ben")]
        refused = http.post("/answer", json={"message": "x" * 10_001}).status_code
    assert (statuses, refused) == ([200, 403], 422)
    assert len(fastgpt.state.chats) == 1


def test_starlette_relays_an_answer_and_serves_the_page(fastgpt: FakeFastGPT) -> None:
    with example("relay_starlette") as http:
        assert http.post("/once", content="hello").text.endswith("data: [DONE]\n\n")
        assert "<title>Ask us</title>" in http.get("/chat/").text
        assert http.post("/chat/answer", json={"message": "hello"}).text.endswith("data: [DONE]\n\n")


RELAYS = [("relay_fastapi", "/answer"), ("relay_starlette", "/once"), ("relay_starlette", "/chat/answer")]


def question_for(path: str, text: str = "hello") -> dict[str, Any]:
    """Return what httpx is to send to ask something."""
    return {"content": text} if path == "/once" else {"json": {"message": text}}


@pytest.mark.parametrize(("name", "path"), RELAYS)
def test_a_relay_takes_no_more_than_it_should(fastgpt: FakeFastGPT, name: str, path: str) -> None:
    with example(name) as http:
        statuses = [http.post(path, **question_for(path, "x" * size)).status_code for size in (300_000, 40_001, 0)]
        nothing = http.post(path, content="{", headers={"Content-Type": "application/json"})
    assert statuses == {"/answer": [413, 422, 422], "/once": [413, 413, 400], "/chat/answer": [413, 413, 400]}[path]
    assert nothing.status_code == {"/answer": 422, "/once": 200, "/chat/answer": 400}[path]
    assert len(fastgpt.state.chats) == (path == "/once")


@pytest.mark.parametrize(("name", "path"), RELAYS[:2])
def test_a_question_that_never_comes_is_not_waited_for(fastgpt: FakeFastGPT, name: str, path: str) -> None:
    with example(name, BODY_SECONDS=0.05) as http:
        url = httpx.URL(http.base_url)
        with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as connection:
            head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
            connection.sendall(head.encode())
            assert connection.recv(1024).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(("name", "path"), RELAYS[:2])
def test_an_answer_takes_no_longer_than_it_may(fastgpt: FakeFastGPT, name: str, path: str) -> None:
    fastgpt.apps["simple"].answers[:] = [["one ", Delay(3600), "never"]]
    with example(name, ANSWER_SECONDS=0.3) as http:
        assert "event: error" in http.post(path, **question_for(path)).text
        until(lambda: not fastgpt.state.running)


@pytest.mark.parametrize(("name", "path"), RELAYS)
def test_no_page_of_another_site_reads_an_answer(fastgpt: FakeFastGPT, name: str, path: str) -> None:
    evil = {"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
    with example(name) as http:
        answers = [http.options(path, headers=evil), http.post(path, headers=evil, **question_for(path))]
    assert [answer.status_code for answer in answers] == [405, 200]
    assert [name for answer in answers for name in answer.headers if name.startswith("access-control")] == []


@pytest.fixture
def django(fastgpt: FakeFastGPT, tmp_path: Path) -> Iterator[httpx.Client]:
    """The Django project, in a process of its own: its settings are a process's."""
    (tmp_path / "guide.md").write_text("# Guide")
    script = (
        "import sys, uvicorn; sys.path.insert(0, sys.argv[1]);"
        "import django_asgi, socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True);"
        "uvicorn.Server(uvicorn.Config(django_asgi.application, log_config=None)).run([s])"
    )
    settings = {"LIBRARY_TOKEN": "a-long-token", "LIBRARY_FOLDER": str(tmp_path), "PYTHONPATH": PACKAGE_FOLDER}
    with subprocess.Popen(
        [sys.executable, "-c", script, str(EXAMPLES)],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            url = f"http://127.0.0.1:{int(process.stdout.readline())}"
            with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE) as http:
                yield http
        finally:
            end_group(process)


def test_django_has_all_of_it_beside_its_own_pages(fastgpt: FakeFastGPT, django: httpx.Client) -> None:
    first = django.post("/answer", json={"message": "hello"})
    assert first.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert first.text.endswith("data: [DONE]\n\n")
    more = {"message": "again", "chat": first.headers["x-chat"]}
    assert django.post("/answer", json=more).text.endswith("data: [DONE]\n\n")
    assert len(fastgpt.state.chats) == 1
    refused = [
        django.post("/answer", content=json.dumps(more), headers={"Content-Type": "text/plain"}).status_code,
        django.post("/answer", content="{", headers={"Content-Type": "application/json"}).status_code,
        django.post("/answer", json={"message": "x" * 70_000}).status_code,
        httpx.post(f"{django.base_url}/answer", json=more, trust_env=False).status_code,
    ]
    assert refused == [415, 400, 400, 403]
    assert [name for name in first.headers if name.startswith("access-control")] == []
    assert "<title>Chat</title>" in django.get("/chat/").text
    bearer = {"Authorization": "Bearer a-long-token"}
    assert django.post("/files/v1/file/list", json={}, headers=bearer).json()["data"][0]["id"] == "guide.md"
    assert django.get("/nothing").status_code == 404
    signer = signing.TimestampSigner(key=SECRET, salt="django.core.signing", fallback_keys=[])
    for token, allowed in ((signer.sign_object("ann"), True), ("ann", False)):
        answer = django.post("/hooks/shareAuth/init", json={"token": token}).json()
        assert answer["success"] is allowed


def test_a_browser_that_leaves_django_ends_its_run(fastgpt: FakeFastGPT, django: httpx.Client) -> None:
    fastgpt.apps["simple"].answers[:] = [["one ", Delay(3600), "never"]]
    with django.stream("POST", "/answer", json={"message": "hello"}) as answer:
        parts = answer.iter_raw()
        while b"one " not in next(parts):
            pass
    until(lambda: not fastgpt.state.running)
    [chat] = fastgpt.state.chats.values()
    assert "never" not in str(chat.records)


@pytest.mark.parametrize(
    ("claims", "secret", "allowed"),
    [
        ({"sub": "ann", "exp": 60}, SECRET, True),
        ({"sub": "ann", "exp": -60}, SECRET, False),
        ({"sub": "ann"}, SECRET, False),
        ({"sub": "a/b", "exp": 60}, SECRET, False),
        ({"sub": "ann", "exp": 60}, SECRET.upper(), False),
    ],
    ids=["good", "expired", "for-ever", "no-uid", "forged"],
)
def test_visitors_come_with_a_jwt(
    claims: dict[str, Any], secret: str, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JWT_SECRET", SECRET)
    if "exp" in claims:
        claims = {**claims, "exp": int(time.time()) + claims["exp"]}
    token = jwt.encode(claims, secret, "HS256")
    with example("share_hooks") as http:
        answer = http.post("/hooks/shareAuth/init", json={"token": token})
    assert (answer.status_code, answer.json()["success"]) == (200, allowed)


def test_a_fastgpt_lets_in_whom_the_jwt_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JWT_SECRET", SECRET)
    monkeypatch.setenv("USAGE_DB", str(tmp_path / "usage.db"))
    claims = {"sub": "ann", "exp": int(time.time()) + 3600}
    with FakeFastGPT.serve(commercial=True) as fastgpt, example("share_hooks") as http:
        link = fastgpt.share_link("simple", hook_url=f"{http.base_url}/hooks")
        ann, forged = (
            OutLinkAuth(shareId=link.id, outLinkUid=jwt.encode(claims, key, "HS256")) for key in (SECRET, "x" * 32)
        )
        with ChatClient("none", fastgpt.url, max_retries=0) as client:
            client.create_chat_completion([{"role": "user", "content": "hello"}], outLinkAuthData=ann, chatId="c")
            assert len(client.get_chat_histories(outLinkAuthData=ann).data["list"]) == 1
            with pytest.raises(ServerError, match="sign in again"):
                client.get_chat_histories(outLinkAuthData=forged)
        until((tmp_path / "usage.db").exists)
    [chat] = fastgpt.state.chats.values()
    assert chat.out_link_uid == "ann"


def test_what_an_answer_took_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USAGE_DB", str(tmp_path / "usage.db"))
    nodes = [{"moduleName": "AI", "moduleType": "chatNode", "totalPoints": 2}]
    with example("share_hooks") as http:
        for body in ({"responseData": nodes}, {}):
            call = {"token": "t", "appName": "help", "chatId": "c", **body}
            assert http.post("/hooks/shareAuth/finish", json=call).json() == {"success": True}
    with closing(sqlite3.connect(tmp_path / "usage.db")) as database:
        kept = database.execute("SELECT * FROM used").fetchall()
    assert kept == [("c", "help", 2.0)]


def test_a_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "guide.html").write_text("<h1>Guide</h1>")
    monkeypatch.setenv("LIBRARY_FOLDER", str(tmp_path))
    monkeypatch.setenv("LIBRARY_TOKEN", "a-long-token")
    with example("library") as http:
        bearer = {"Authorization": "Bearer a-long-token"}
        [item] = http.post("/files/v1/file/list", json={}, headers=bearer).json()["data"]
        found = http.get("/files/v1/file/content", params={"id": item["id"]}, headers=bearer).json()["data"]
        assert httpx.get(found["previewUrl"], trust_env=False).text == "<h1>Guide</h1>"


def test_a_fastgpt_learns_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "guide.html").write_text("<h1>Guide to the moons</h1>")
    monkeypatch.setenv("LIBRARY_FOLDER", str(tmp_path))
    monkeypatch.setenv("LIBRARY_TOKEN", "a-long-token")
    with (
        example("library") as http,
        FakeFastGPT.serve() as fastgpt,
        DatasetClient(fastgpt.key(), fastgpt.url) as client,
    ):
        api = {"apiServer": {"baseUrl": f"{http.base_url}/files", "authorization": "a-long-token"}}
        dataset = client.create_dataset(name="guide", type="apiDataset", apiDatasetServer=api).data
        client.create_api_collections(datasetId=dataset, apiFiles=client.list_api_files(datasetId=dataset).data)
        assert client.search(datasetId=dataset, text="moons")[0].source == "guide.html"
