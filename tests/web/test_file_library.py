"""A library of files: what FastGPT asks of it, and what nobody gets."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from fastgpt_client import ValidationError
from fastgpt_client.web import DirectoryLibrary, FileContent, FileItem, FileLibraryApp, PagesLibrary, _folder
from fastgpt_client.web._signing import Signer
from tests.support.asgi import request
from tests.support.serving import serving

TOKEN = "a-bearer-of-ones-own"
DAY = datetime(2026, 1, 1, tzinfo=UTC)
DATA = Path(__file__).parent / "data" / "received-4.16.0.jsonl"
RECEIVED = [json.loads(line) for line in DATA.read_bytes().splitlines()]


class Caller:
    """Calls a library as FastGPT does."""

    def __init__(self, library: Any, **options: Any) -> None:
        app = FileLibraryApp(library, **{"authorization": TOKEN, **options})
        self._app = Starlette(routes=[Mount("/files", app)])

    async def send(
        self, method: str, path: str, content: str | bytes = b"", bearer: Any = f"Bearer {TOKEN}"
    ) -> httpx.Response:
        headers = {"Content-Type": "application/json", **({} if bearer is None else {"Authorization": bearer})}
        return await request(self._app, method, f"http://library.test/files/v1/file/{path}", content, headers)

    async def get(self, path: str, id: str | None = None) -> Any:
        """Return the JSON of an answer."""
        query = "" if id is None else f"?id={quote(id, safe='')}"
        return (await self.send("GET", path + query)).json()

    async def data(self, path: str, id: str) -> Any:
        return (await self.get(path, id))["data"]

    async def listed(self, **body: str) -> list[str]:
        """Return the ids of what is listed."""
        answer = (await self.send("POST", "list", json.dumps(body))).json()
        return [item["id"] for item in answer["data"]]

    async def fetched(self, url: str) -> httpx.Response:
        """Return what somebody without the bearer gets."""
        return await request(self._app, "GET", url)


class Moons:
    """The library that was recorded: one file, and a folder."""

    def list(self, parent_id: str | None, search: str) -> list[FileItem]:
        if parent_id == "d1":
            return [FileItem("f2", "inner.md", DAY, parent_id="d1")]
        return [FileItem("f1", "moons.md", DAY), FileItem("d1", "folder", DAY, type="folder")]

    async def content(self, id: str) -> FileContent:
        if id != "f1":
            raise FileNotFoundError(id)
        return FileContent("# Moons\n\nCharon is the moon of Pluto.", title="moons.md")

    async def read(self, id: str) -> str:
        return f"https://example.com/{id}"

    def detail(self, id: str) -> FileItem:
        return FileItem(id, "moons.md", DAY, has_child=False)


FILE_CALLS = [call for call in RECEIVED if "/v1/file/" in call["path"]]


@pytest.mark.parametrize("call", FILE_CALLS, ids=lambda call: call["path"] + call["body"])
async def test_it_answers_as_was_recorded(call: dict[str, Any]) -> None:
    path = call["path"].removeprefix("/v1/file/")
    answer = (await Caller(Moons()).send(call["method"], path, call["body"])).json()
    assert answer == without_extras(call["answer"]["json"])


def without_extras(answer: Any) -> Any:
    """Return an answer without what the recorded library added of its own."""
    if isinstance(answer, list):
        return [without_extras(item) for item in answer]
    if isinstance(answer, dict):
        return {key: without_extras(item) for key, item in answer.items() if key not in ("rawId", "previewUrl")}
    return answer


async def test_read_and_detail() -> None:
    fastgpt = Caller(Moons())
    assert await fastgpt.data("read", "f1") == {"url": "https://example.com/f1"}
    assert await fastgpt.data("detail", "f1") == {
        "id": "f1",
        "parentId": None,
        "name": "moons.md",
        "type": "file",
        "updateTime": "2026-01-01T00:00:00.000Z",
        "createTime": "2026-01-01T00:00:00.000Z",
        "hasChild": False,
    }


async def test_what_is_not_there_is_an_error_that_the_user_reads() -> None:
    answer = await Caller(Moons()).send("GET", "content?id=nosuch")
    assert (answer.status_code, answer.json()) == (
        200,
        {"code": 404, "success": False, "message": "File not found", "data": None},
    )


@pytest.mark.parametrize("path", ["content", "content?id=", "read", "detail?x=1"])
async def test_an_id_has_to_be_there(path: str) -> None:
    answer = await Caller(Moons()).send("GET", path)
    assert (answer.status_code, answer.json()["message"]) == (400, "id is missing")


BEARERS = [
    *(None, "", "Bearer", "Bearer ", "Bearer undefined", TOKEN, f"bearer {TOKEN}", f"Bearer {TOKEN} "),
    *(f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", b"Bearer \xff"),
]


@pytest.mark.parametrize("header", BEARERS)
@pytest.mark.parametrize("path", ["list", "content", "read", "detail"])
async def test_nobody_else_is_answered(path: str, header: Any) -> None:
    answer = await Caller(None).send("POST" if path == "list" else "GET", f"{path}?id=f1", bearer=header)
    assert (answer.status_code, answer.json()["success"]) == (401, False)


async def test_the_bearer_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(given: bytes, known: bytes) -> bool:
        compared.append((given, known))
        return True

    monkeypatch.setattr("hmac.compare_digest", compare)
    answer = await Caller(Moons()).send("POST", "list", "{}", bearer="anything")
    assert (answer.status_code, compared) == (200, [(b"anything", f"Bearer {TOKEN}".encode())])


class Broken(Moons):
    def list(self, parent_id: str | None, search: str) -> list[FileItem]:
        raise LookupError("secret")

    async def content(self, id: str) -> FileContent:
        return FileContent()  # without open(), nothing can be offered

    async def read(self, id: str) -> str:
        await anyio.sleep_forever()
        return ""


@pytest.mark.parametrize(
    ("path", "logged"),
    [("list", "LookupError"), ("content?id=x", "Broken has no open()"), ("read?id=x", "TimeoutError")],
)
async def test_a_library_that_fails_is_logged(path: str, logged: str, caplog: pytest.LogCaptureFixture) -> None:
    fastgpt = Caller(Broken(), timeout=0.5 if "read" in path else 60)
    answer = await fastgpt.send("POST" if path == "list" else "GET", path, "{}")
    assert answer.json() == {"code": 500, "success": False, "message": "the library failed", "data": None}
    assert "the library failed at /files/v1/file/" in caplog.text
    assert logged in caplog.text


NESTED = "[" * 10_000 + "]" * 10_000


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 400), ("{", 400), (b"\xff", 400), (NESTED, 400), ("9" * 5000, 400), ("x" * 70_000, 413)],
    ids=["empty", "broken", "no-utf-8", "deep", "long-number", "large"],
)
async def test_a_list_of_bad_input_is_refused(body: str | bytes, status: int) -> None:
    answer = await Caller(Broken()).send("POST", "list", body)
    assert (answer.status_code, answer.json()["success"]) == (status, False)


NO_FOLDER = ["[]", "null", "5", '{"parentId":null}', '{"parentId":5,"searchKey":[]}', '{"parentId":""}']


@pytest.mark.parametrize("body", NO_FOLDER)
async def test_what_names_no_folder_is_the_root(body: str) -> None:
    answer = await Caller(Moons()).send("POST", "list", body)
    assert [item["id"] for item in answer.json()["data"]] == ["f1", "d1"]


@pytest.mark.parametrize("arguments", [("", "n"), ("SYSTEM_ROOT", "n"), ("i", ""), (5, "n")])
def test_an_item_has_an_id_and_a_name(arguments: Any) -> None:
    with pytest.raises(ValidationError, match=r"(id|name) must be a non-empty str other than SYSTEM_ROOT"):
        FileItem(*arguments, DAY)


async def test_times_are_told_in_utc() -> None:
    class Local(Moons):
        def detail(self, id: str) -> FileItem:
            here = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
            return FileItem(id, "n", here, created=here - timedelta(days=1))

    item = await Caller(Local()).data("detail", "x")
    assert (item["updateTime"], item["createTime"]) == ("2026-01-01T00:00:00.000Z", "2025-12-31T00:00:00.000Z")


@pytest.mark.parametrize("authorization", ["", "short"])
def test_a_library_without_a_secret_is_refused(authorization: str) -> None:
    with pytest.raises(ValidationError, match="authorization must have at least 8 characters"):
        FileLibraryApp(Moons(), authorization=authorization)


# --- a folder ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["by-steps", "by-path"])
def folder(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be served, beside what must not be; opened in both ways."""
    monkeypatch.setattr(_folder, "_BY_STEPS", request.param == "by-steps")
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text("secret")
    root = tmp_path / "served"
    (root / "sub" / "deeper").mkdir(parents=True)
    (root / "a.md").write_bytes(b"\xef\xbb\xbf# A")
    (root / "empty.txt").write_text("")
    (root / "latin.txt").write_bytes(b"caf\xe9")
    (root / "b.pdf").write_bytes(b"%PDF-1.4")
    (root / "run.exe").write_bytes(b"MZ")
    (root / "sub" / "c é #1.md").write_text("C")
    (root / "sub" / "deeper" / "d.md").write_text("D")
    (root / ".hidden.md").write_text("secret")
    (root / ".git").mkdir()
    (root / ".git" / "config.md").write_text("secret")
    (root / "link.md").symlink_to("../secret.md")
    (root / "inner.md").symlink_to("a.md")
    (root / "linked").symlink_to("../outside")
    os.mkfifo(root / "pipe.md")
    (root / "bad\udcff.md").write_text("secret")
    return root


async def test_a_folder_is_listed_without_what_is_hidden_or_leads_out(folder: Path) -> None:
    fastgpt = Caller(DirectoryLibrary(folder))
    assert await fastgpt.listed() == ["a.md", "b.pdf", "empty.txt", "latin.txt", "sub"]
    assert await fastgpt.listed(parentId="sub") == ["sub/c é #1.md", "sub/deeper"]
    assert await fastgpt.listed(searchKey="MD") == ["a.md", "sub/c é #1.md", "sub/deeper/d.md"]
    assert await fastgpt.listed(searchKey="md", parentId="sub/deeper") == ["sub/deeper/d.md"]
    item = await fastgpt.data("detail", "sub/c é #1.md")
    place = await fastgpt.data("detail", "sub")
    assert (item["name"], item["parentId"], item["type"], item["hasChild"]) == ("c é #1.md", "sub", "file", False)
    assert (place["name"], place["parentId"], place["type"], place["hasChild"]) == ("sub", None, "folder", True)


async def test_texts_are_given_and_other_files_are_offered(folder: Path) -> None:
    fastgpt = Caller(DirectoryLibrary(folder), public_url="https://files.example/x/")
    found = {
        id: await fastgpt.data("content", id) for id in ("a.md", "sub/c é #1.md", "b.pdf", "empty.txt", "latin.txt")
    }
    assert found["a.md"] == {"content": "# A"}
    assert found["sub/c é #1.md"] == {"content": "C"}
    for name in ("b.pdf", "empty.txt", "latin.txt"):
        address = found[name]["previewUrl"]
        assert address.startswith("https://files.example/x/v1/file/raw/")
        assert address.endswith(f"/{name}")


OUTSIDE = [
    *("../secret.md", "..", "sub/../../secret.md", "sub/../a.md", "..\\secret.md", "%2e%2e/secret.md"),
    *("/etc/passwd", "//etc/passwd.md", "./a.md", "sub//c.md", "a.md/", "a.md/x.md", "sub\\deeper\\d.md", "C:/x.md"),
    *("link.md", "inner.md", "linked/secret.md", "linked", ".hidden.md", ".git/config.md", "pipe.md", "run.exe"),
    *("nosuch.md", "A" * 300 + ".md", "a.md:stream", "a.md.", "CON|x.md", "bad\udcff.md", "a.md\0"),
]


@pytest.mark.parametrize("id", OUTSIDE, ids=ascii)
async def test_no_way_leads_out(folder: Path, id: str) -> None:
    library = DirectoryLibrary(folder)
    for call in (library.content, library.read, library.detail, library.open):
        with pytest.raises(FileNotFoundError):
            call(id)
    with pytest.raises(FileNotFoundError):
        library.list(id, "")


async def test_a_folder_is_no_file(folder: Path) -> None:
    (folder / "odd.md").mkdir()
    library = DirectoryLibrary(folder)
    with pytest.raises(FileNotFoundError):
        library.open("odd.md")
    with pytest.raises(FileNotFoundError):
        library.content("odd.md")


def test_only_a_folder_is_served(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in ("file", "nosuch"):
        with pytest.raises(ValidationError, match="path: cannot open the folder "):
            DirectoryLibrary(tmp_path / path)


def test_suffixes_may_be_ones_own(folder: Path) -> None:
    assert [item.id for item in DirectoryLibrary(folder, suffixes=[".exe"]).list(None, "")] == ["run.exe", "sub"]


def test_a_large_text_is_offered_as_a_file(folder: Path) -> None:
    (folder / "large.md").write_bytes(b"x" * (8 * 1024 * 1024 + 1))
    assert DirectoryLibrary(folder).content("large.md") == FileContent()


def test_a_search_has_an_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.web._directory_library._MOST_FOUND", 2)
    assert len(DirectoryLibrary(folder).list(None, "md")) == 2


def test_what_goes_while_it_is_listed_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    class Going:
        def __init__(self, place: Any) -> None:
            self._inner = scandir(place)

        def __enter__(self) -> Iterator[Any]:
            for entry in [*self._inner]:
                if entry.name == "a.md":
                    (folder / "a.md").unlink()
                yield entry

        def __exit__(self, *_: object) -> None:
            self._inner.close()

    monkeypatch.setattr(os, "scandir", Going)
    names = [item.name for item in DirectoryLibrary(folder).list(None, "")]
    assert "b.pdf" in names
    assert "a.md" not in names


# --- files by their addresses -----------------------------------------------------------------------------------------


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is for the application."""
    times = [1_000_000.0]
    monkeypatch.setattr("fastgpt_client.web._file_library.time.time", lambda: times[0])
    return times


async def test_a_file_is_read_by_its_address_for_a_while(folder: Path, now: list[float]) -> None:
    fastgpt = Caller(DirectoryLibrary(folder), address_seconds=100)
    address = (await fastgpt.data("read", "sub/c é #1.md"))["url"]
    assert address == (await fastgpt.data("read", "sub/c é #1.md"))["url"]
    answer = await fastgpt.fetched(address)
    assert (answer.status_code, answer.content) == (200, b"C")
    assert answer.headers["content-type"] == "text/markdown"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''c%20%C3%A9%20%231.md"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    now[0] += 100
    assert (await fastgpt.fetched(address)).status_code == 200
    assert (await fastgpt.data("read", "sub/c é #1.md"))["url"] != address
    now[0] += 101
    assert (await fastgpt.fetched(address)).status_code == 403


async def test_a_file_that_was_changed_has_another_address(folder: Path, now: list[float]) -> None:
    fastgpt = Caller(DirectoryLibrary(folder))
    before = (await fastgpt.data("read", "b.pdf"))["url"]
    os.utime(folder / "b.pdf", (1, 1))
    assert (await fastgpt.data("read", "b.pdf"))["url"] != before


async def test_an_address_is_good_for_its_file_alone(folder: Path) -> None:
    fastgpt = Caller(DirectoryLibrary(folder), secret="s" * 16)
    address = (await fastgpt.data("read", "a.md"))["url"]
    start, _, rest = address.partition("/raw/")
    signed, _, name = rest.partition("/")
    other = (await fastgpt.data("read", "b.pdf"))["url"].partition("/raw/")[2].partition("/")[0]
    payload, mac = signed.split(".")
    forged = Signer("t" * 16, "file").sign("9999999999", "a.md", "0")
    for wrong in (f"{other.split('.')[0]}.{mac}", payload, f"{payload}.", f"{signed}x", "x", forged):
        assert (await fastgpt.fetched(f"{start}/raw/{wrong}/{name}")).status_code == 403
    (folder / "a.md").unlink()
    assert (await fastgpt.fetched(address)).status_code == 404
    (folder / "a.md").symlink_to(folder.parent / "secret.md")
    assert (await fastgpt.fetched(address)).status_code == 404


async def test_a_file_is_closed_whatever_becomes_of_its_answer(folder: Path) -> None:
    opened: list[BinaryIO] = []

    class Library(DirectoryLibrary):
        def open(self, id: str) -> BinaryIO:
            opened.append(super().open(id))
            return opened[-1]

    (folder / "b.pdf").write_bytes(b"x" * 1_000_000)
    app = FileLibraryApp(Library(folder), authorization=TOKEN, secret="s" * 16)
    signed = Signer("s" * 16, "file").sign("9999999999", "b.pdf", "0")

    async def receive() -> Any:
        await anyio.sleep_forever()

    async def send(message: Any) -> None:
        if message.get("body"):
            raise OSError("gone")

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/v1/file/raw/{signed}/b.pdf",
        "headers": [],
        "query_string": b"",
    }
    with pytest.raises((OSError, BaseExceptionGroup)):
        await app(scope, receive, send)
    assert [file.closed for file in opened] == [True]


# --- pages ------------------------------------------------------------------------------------------------------------


async def page(request: Any) -> Response:
    return Response(f"<h1>{request.url.path}</h1>", media_type="text/html")


async def elsewhere(request: Any) -> Response:
    return RedirectResponse(request.query_params["to"])


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    routes = [Route("/to", elsewhere), Route("/large", lambda _: Response(b"x" * 100)), Route("/{rest:path}", page)]
    with serving(Starlette(routes=routes)) as url:
        yield url


async def test_pages_are_loaded_when_they_are_read(site: str) -> None:
    pages = [f"{site}/guide/start", f"{site}/notes.md", f"{site}/to?to=/guide/new"]
    fastgpt = Caller(PagesLibrary(pages))
    items = (await fastgpt.send("POST", "list", json.dumps({}))).json()["data"]
    assert [item["id"] for item in items] == pages
    assert [item["name"] for item in items] == [
        "127.0.0.1-guide-start.html",
        "127.0.0.1-notes.md",
        "127.0.0.1-to.html",
    ]
    assert await fastgpt.listed(searchKey="NOTES") == [pages[1]]
    assert (await fastgpt.send("POST", "list", json.dumps({"parentId": "x"}))).json()["code"] == 404
    assert (await fastgpt.data("read", pages[0]))["url"] == pages[0]
    found = (await fastgpt.data("content", pages[2]))["previewUrl"]
    answer = await fastgpt.fetched(found)
    assert (answer.text, answer.headers["content-type"]) == ("<h1>/guide/new</h1>", "text/html")
    assert (await fastgpt.get("content", "http://169.254.169.254/"))["code"] == 404


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/to?to=http://169.254.169.254/", "redirects to another host"),
        ("/to?to=http://localhost:1/", "redirects to another host"),
        ("/to?to=file:///etc/passwd", "redirects to another host"),
        ("/to?to=/to%3Fto%3D/to", "500 Internal Server Error"),
        ("/large", "the page has more than 50 bytes"),
    ],
)
async def test_a_page_that_leads_elsewhere_is_not_loaded(
    site: str, path: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = site + path
    fastgpt = Caller(PagesLibrary([url], max_bytes=50))
    address = (await fastgpt.data("content", url))["previewUrl"]
    answer = await fastgpt.fetched(address)
    assert (answer.status_code, answer.text) == (502, "the library failed")
    assert said in caplog.text


def test_a_page_that_leads_in_circles(site: str) -> None:
    url = f"{site}/to?to="
    with pytest.raises(httpx.TooManyRedirects, match="redirects to another host, or too often"):
        PagesLibrary([url]).open(url)


@pytest.mark.parametrize(
    "urls", [["file:///etc/passwd"], ["ftp://x"], ["/x"], ["http://"], ["http://[x"], ["http://x:y"], [""]]
)
def test_an_address_has_to_be_one(urls: list[str]) -> None:
    with pytest.raises(ValidationError, match="is not an http or https URL"):
        PagesLibrary(urls)


def test_there_has_to_be_a_page() -> None:
    with pytest.raises(ValidationError, match="urls is empty"):
        PagesLibrary([])


async def test_a_library_may_open_what_blocks() -> None:
    here = threading.get_ident()

    class Memory(Moons):
        def open(self, id: str) -> BinaryIO:
            assert threading.get_ident() != here
            return io.BytesIO(b"in memory")

        async def content(self, id: str) -> FileContent:
            return FileContent(title="new")

    fastgpt = Caller(Memory())
    found = await fastgpt.data("content", "f1")
    assert found["title"] == "new"
    assert (await fastgpt.fetched(found["previewUrl"])).content == b"in memory"
