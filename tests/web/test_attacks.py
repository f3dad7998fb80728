"""What is sent to hooks, libraries and the page with bad intent: it is refused, and nothing else is harmed."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from fastgpt_client import AsyncChatClient
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.web import Allow, ChatPage, DirectoryLibrary, FileLibraryApp, ShareHooks, ShareInit
from tests.support.serving import serving
from tests.support.until import PATIENCE

TOKEN = "a-bearer-of-ones-own"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
MARK = "nobody is to read this"
GOOD = {"/hooks/shareAuth/init": {"token": "ann"}, "/files/v1/file/list": {}, "/chat/answer": {"message": "hello"}}
QUICK = ["/quick/hooks/shareAuth/init", "/quick/hooks/shareAuth/finish", "/quick/files/v1/file/list"]
PLACES = [*GOOD, "/hooks/shareAuth/start", "/hooks/shareAuth/finish"]


@dataclass
class Served:
    """What is attacked, and what it let through."""

    url: str = ""
    asked: list[Any] = field(default_factory=list[Any])

    def init(self, call: ShareInit) -> Allow:
        self.asked.append(call)
        return Allow("visitor")

    def send(self, path: str, content: bytes, **headers: str) -> httpx.Response:
        given = {"Content-Type": "application/json", **BEARER, **headers}
        return httpx.post(self.url + path, content=content, headers=given, timeout=PATIENCE, trust_env=False)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, headers=BEARER, timeout=PATIENCE, trust_env=False)

    def raw(self, data: bytes, *, stay: bool = True) -> bytes:
        """Send bytes as they are, and return all that comes until the connection ends."""
        url = httpx.URL(self.url)
        with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as connection:
            connection.sendall(data)
            answer = b""
            try:
                while stay and (piece := connection.recv(65536)):
                    answer += piece
            except ConnectionResetError:  # it does not read all of what it refuses
                pass
        return answer

    def is_well(self) -> None:
        """See that everybody else is still answered."""
        for path, body in GOOD.items():
            answer = self.send(path, json.dumps(body).encode())
            assert answer.status_code == 200
            assert "[DONE]" in answer.text if "chat" in path else answer.json()["success"] is True


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("library")
    folder = root / "shown"
    (folder / "deep").mkdir(parents=True)
    (folder / "moons.html").write_text("<p>Charon</p>")
    for hidden in (root / "secret.txt", folder / ".hidden.txt"):
        hidden.write_text(MARK)
    os.symlink(root / "secret.txt", folder / "link.txt")
    served = Served()
    with FakeFastGPT.serve() as fastgpt:
        app = fastgpt.app(answer="ok")
        client = AsyncChatClient(app.key, fastgpt.url, app_id=app.id, completions="v2", trust_env=False)
        library = DirectoryLibrary(folder)
        routes = [
            Mount("/hooks", ShareHooks(init=served.init)),
            Mount("/files", FileLibraryApp(library, authorization=TOKEN)),
            Mount("/chat", ChatPage(client)),
            Mount("/quick/hooks", ShareHooks(init=served.init, timeout=0.05)),
            Mount("/quick/files", FileLibraryApp(library, authorization=TOKEN, timeout=0.05)),
        ]

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with client:
                yield

        with serving(Starlette(routes=routes, lifespan=lifespan)) as served.url:
            yield served


@pytest.fixture
def served(everything: Served) -> Iterator[Served]:
    everything.asked.clear()
    yield everything
    everything.is_well()


def refused(served: Served, path: str, answer: httpx.Response) -> None:
    """See that an answer is a refusal, in the words of the application that was asked."""
    assert answer.status_code == 200 if "hooks" in path else 400 <= answer.status_code < 500, answer.text
    assert served.asked == []
    assert "Traceback" not in answer.text
    if "chat" not in path:
        assert answer.json()["success"] is False


BODIES = {
    "lists": b"[" * 100_000,
    "objects": b'{"a":' * 100_000,
    "closed": b"[" * 100_000 + b"]" * 100_000,
    "token": b'{"token": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "edge": b"[" * 995 + b"]" * 995,
    "empty": b"",
    "broken": b"{",
    "no-utf-8": b'{"token": "\xff\xfe"}',
    "digits": b'{"token": ' + b"1" * 10_000 + b"}",
    "zeros": b"\x00" * 1000,
    "list": b"[]",
    "text": b'"ann"',
    "null": b"null",
    "form": b"token=ann",
}


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("body", BODIES)
def test_a_body_of_bad_intent_is_refused(served: Served, path: str, body: str) -> None:
    answer = served.send(path, BODIES[body])
    if path == "/files/v1/file/list" and body in ("list", "text", "null"):  # what names no folder is the root
        assert [item["id"] for item in answer.json()["data"]] == ["deep", "moons.html"]
    else:
        refused(served, path, answer)


@pytest.mark.parametrize("megabytes", [1, pytest.param(512, id="512-full")])
@pytest.mark.parametrize("path", PLACES)
def test_a_huge_body_is_not_kept(served: Served, path: str, megabytes: int) -> None:
    if path.endswith("finish") and megabytes == 1:
        megabytes = 33  # nodes with all their quotes may be large
    url = httpx.URL(served.url)
    size = megabytes << 20
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {url.host}\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    )
    answer = b""
    with socket.create_connection((url.host, url.port or 0), timeout=PATIENCE) as connection:
        piece = b" " * (1 << 20)
        try:
            connection.sendall(head.encode())
            for _ in range(megabytes):
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):  # it has answered, and reads no more
            pass
        try:
            while more := connection.recv(65536):
                answer += more
        except ConnectionResetError:
            pass
    assert b"HTTP/1.1 5" not in answer
    assert b'"success":true' not in answer
    assert served.asked == []


@pytest.mark.parametrize("path", QUICK)
@pytest.mark.parametrize("begin", [b"", b'{"token": "a'])
def test_a_body_that_never_ends_is_not_waited_for(served: Served, path: str, begin: bytes) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    )
    answer = served.raw(head.encode() + begin)
    assert answer.startswith(b"HTTP/1.1 200" if "hooks" in path else b"HTTP/1.1 408")
    assert b'"success":false' in answer
    assert served.asked == []


@pytest.mark.parametrize("path", PLACES)
def test_who_leaves_in_mid_body_is_forgotten(served: Served, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    for sent in (head.encode(), head.encode() + b'{"token": "a'):
        assert served.raw(sent, stay=False) == b""


BODY = b"Content-Length: 2\r\n\r\n{}"
HEADERS = {
    "two-lengths": b"Transfer-Encoding: chunked\r\n" + BODY[:-2] + b"0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
    "negative": b"Content-Length: -1\r\n\r\n",
    "chunk": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "nul": b"X-A: a\x00b\r\n" + BODY,
    "bare-cr": b"X-A: a\rX-B: b\r\n" + BODY,
    "name": b"X A: b\r\n" + BODY,
    "long": b"X-A: " + b"a" * 1_000_000 + b"\r\n" + BODY,
    "many": b"".join(b"X-%d: a\r\n" % number for number in range(20_000)) + BODY,
    "bearer": b"Authorization: Bearer \xff\xfe\r\n" + BODY,
    "two-bearers": b"Authorization: Bearer x\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n" + BODY,
}


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("headers", HEADERS)
def test_headers_of_bad_intent(served: Served, path: str, headers: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n".encode()
    answer = served.raw(head + HEADERS[headers])
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert not answer.startswith(b"HTTP/1.1 5")
    assert b'"success":true' not in answer
    assert served.asked == []


IDS = [
    *("../secret.txt", "deep/../../secret.txt", "..\\secret.txt", "/etc/passwd", "C:\\secret.txt", "./../secret.txt"),
    *(".hidden.txt", "link.txt", "deep/..", ".", "..", "moons.html/../../secret.txt", "moons.html\x00.txt", "\x00"),
    *("x" * 5000, "a/" * 3000, "a\r\nSet-Cookie: a=b", "%2e%2e/secret.txt", "..%c0%afsecret.txt", "~/secret.txt"),
]


@pytest.mark.parametrize("call", ["content", "read", "detail"])
@pytest.mark.parametrize("id", IDS, ids=range(len(IDS)))
def test_no_id_leads_out_of_a_folder(served: Served, call: str, id: str) -> None:
    answer = served.get(f"/files/v1/file/{call}?id={quote(id, safe='')}")
    assert answer.json()["success"] is False
    assert MARK not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("id", IDS, ids=range(len(IDS)))
def test_no_list_leads_out_of_a_folder(served: Served, id: str) -> None:
    answer = served.send("/files/v1/file/list", json.dumps({"parentId": id}).encode())
    assert "secret" not in str(answer.json().get("data"))
    assert answer.status_code < 500


PATHS = [
    *("/files/v1/file/../../secret.txt", "/files/v1/file/raw/../../secret.txt", "/files/%2e%2e/secret.txt"),
    *("/files/v1/file/raw/x/secret.txt", "/files/v1/file/raw//secret.txt", "/files/v1/file/raw/%00/a", "//etc/passwd"),
    *("/chat/%2e%2e/%2e%2e/secret.txt", "/chat/static/../chat.py", "/chat/../secret.txt", "/chat/chat.js%00.html"),
    "/hooks/shareAuth/../init",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_anywhere(served: Served, path: str) -> None:
    answer = served.raw(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 4")
    assert MARK.encode() not in answer


def test_an_address_takes_no_header_from_a_name(served: Served) -> None:
    url = served.get("/files/v1/file/content?id=moons.html").json()["data"]["previewUrl"]
    signed, _, _ = url.rpartition("/")
    for name in ("a%0d%0aSet-Cookie:%20a=b", 'a";filename="b', "..%5c..%5ca.html", "é.html"):
        answer = httpx.get(f"{signed}/{name}", trust_env=False)
        assert "set-cookie" not in answer.headers
        assert answer.status_code in (200, 404)
        assert answer.text in ("<p>Charon</p>", "Not Found")
        assert answer.headers.get("content-disposition", "").isascii()
    assert httpx.get(f"{signed[:-2]}/moons.html", trust_env=False).status_code == 403


@pytest.mark.parametrize("path", PLACES)
def test_no_other_site_reads_an_answer(served: Served, path: str) -> None:
    evil = {"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
    preflight = httpx.options(served.url + path, headers=evil, trust_env=False)
    answers = [preflight, served.send(path, b"{}", **evil)]
    assert preflight.status_code == 405
    assert [name for answer in answers for name in answer.headers if name.startswith("access-control")] == []
