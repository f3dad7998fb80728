"""The recordings are whole, free of secrets and small, and the replay server repeats them to the byte."""

import http.client
import re
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.recordings import DATA_FOLDER, SETS, VERSIONS, Recording, load, load_rows
from tests.support.replay_server import MODES, Mode, ReplayServer
from tests.support.until import PATIENCE

COUNTS = {"4.11.1": 464, "4.16.0": 488, "4.16.0-more": 157}
SIZE_LIMIT = 3_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as server:
        yield server


def every_recording() -> list[Recording]:
    return [recording for version in SETS for recording in load(version).values()]


def ask(server: ReplayServer, method: str = "POST") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request(method, "/any?a=b%20c", body=b"{}", headers={"X-Test": "yes"})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("version", SETS)
def test_a_version_has_all_its_recordings_in_order(version: str) -> None:
    names = list(load(version))
    assert len(names) == COUNTS[version]
    assert names == sorted(names)


def test_all_data_together_stays_small() -> None:
    sizes = [path.stat().st_size for path in DATA_FOLDER.glob("*.jsonl") if path.stem in SETS]
    assert len(sizes) == len(SETS)
    assert 0 < sum(sizes) < SIZE_LIMIT


def test_every_version_in_the_folder_is_loaded() -> None:
    assert {path.stem for path in DATA_FOLDER.glob("[0-9]*.jsonl")} == set(SETS)


@pytest.mark.parametrize("path", sorted(DATA_FOLDER.iterdir()), ids=lambda path: path.name)
def test_data_holds_no_key(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"fastgpt-(?!REDACTED)", text)
    assert not re.search(r"bearer\s", text, re.IGNORECASE)
    assert not re.search(r"eyJ[A-Za-z0-9_-]{8,}\.", text)


@pytest.mark.parametrize("version", SETS)
def test_chunks_add_up_to_the_body(version: str) -> None:
    for recording in load(version).values():
        assert b"".join(recording.chunks) == recording.body, recording.name
        assert all(recording.chunks), recording.name


@pytest.mark.parametrize("version", VERSIONS)
def test_chunks_were_kept_for_the_streams(version: str) -> None:
    streams = [recording for recording in load(version).values() if len(recording.chunks) > 1]
    assert len(streams) > 90
    assert max(len(recording.chunks) for recording in streams) > 200


@pytest.mark.parametrize("version", SETS)
def test_bodies_are_as_long_as_the_server_said(version: str) -> None:
    for recording in load(version).values():
        length = recording.header("Content-Length")
        # Redaction made bodies shorter that hold addresses elsewhere; the answer to HEAD has none.
        redacted = recording.name == "file-upload--ok" or "http://localhost" in recording.text
        if length is not None and recording.method != "HEAD" and not redacted:
            assert len(recording.body) == int(length), recording.name


@pytest.mark.parametrize("version", VERSIONS)
def test_a_compressed_body_is_kept_compressed(version: str) -> None:
    recording = load(version)["v1-chat-completions--gzip-json"]
    assert recording.header("content-encoding") == "gzip"
    assert zlib.decompress(recording.body, wbits=31).startswith(b'{"')


@pytest.mark.parametrize("version", VERSIONS)
def test_cut_recordings_are_marked(version: str) -> None:
    cut = {recording.name for recording in load(version).values() if not recording.complete}
    aborted = {"v1-chat-completions--client-abort-stream", "v2-chat-completions--client-abort-stream"}
    assert cut - {"chat-resume--running-sse-accept"} == aborted


@pytest.mark.parametrize("version", SETS)
def test_every_recording_has_one_row_of_expectations(version: str) -> None:
    rows = Counter(row["name"] for row in load_rows("expectations.jsonl") if row["version"] == version)
    assert rows == Counter(list(load(version)))


@pytest.mark.parametrize("mode", MODES)
def test_server_repeats_every_recording_to_the_byte(server: ReplayServer, mode: Mode) -> None:
    for recording in every_recording():
        if not recording.complete:
            continue
        server.serve(recording, mode)
        response, body = ask(server)
        assert (response.status, response.reason, body) == (recording.status, recording.reason, recording.body)


@pytest.mark.parametrize("mode", MODES)
def test_server_cuts_where_the_recording_was_cut(server: ReplayServer, mode: Mode) -> None:
    recording = load("4.16.0")["v2-chat-completions--client-abort-stream"]
    server.serve(recording, mode)
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(server)
    assert caught.value.partial == recording.body


@pytest.mark.parametrize("mode", MODES)
def test_server_repeats_headers_in_order_and_adds_no_content_type(server: ReplayServer, mode: Mode) -> None:
    recording = load("4.16.0")["v1-chat-completions--err-no-auth-stream"]
    server.serve(recording, mode)
    response, _ = ask(server)
    dropped = {"Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length"}
    expected = [header for header in recording.headers if header[0] not in dropped]
    assert response.headers["Content-Type"] is None
    assert [header for header in response.headers.items() if header[0] not in dropped] == expected


@pytest.mark.parametrize("mode", MODES)
def test_server_answers_head_without_a_body(server: ReplayServer, mode: Mode) -> None:
    server.serve(load("4.16.0")["chat-init--no-chatid"], mode)
    response, body = ask(server, "HEAD")
    assert (response.status, body) == (400, b"")


def test_server_notes_what_it_was_asked(server: ReplayServer) -> None:
    server.serve(load("4.16.0")["chat-init--no-chatid"])
    ask(server)
    (request,) = server.requests
    assert (request.method, request.path, request.query, request.body) == ("POST", "/any", {"a": "b c"}, b"{}")
    assert request.headers["x-test"] == "yes"


def test_server_has_answers_for_single_paths(server: ReplayServer) -> None:
    recordings = load("4.16.0")
    server.serve(recordings["errors--404-unknown-api-route"])
    server.serve(recordings["chat-init--new-chatid"], path="/any")
    response, _ = ask(server)
    assert response.status == 200


def test_server_keeps_a_connection_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with ReplayServer() as server:
        server.serve(load("4.16.0")["chat-init--new-chatid"])
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE)
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read()
        assert (server.count, len(set(threading.enumerate()) - before)) == (3, 2)
    connection.close()
    assert set(threading.enumerate()) <= before
