"""Names of the standard library and of httpx that their documentation does not promise: that they do what they did.

Each test is named after such a name, and holds what this package relies on. They were written with CPython 3.11 to 3.13
and passed with httpx 0.27.0 and 0.28.1. One that fails with a newer version says what has to be done in another way.
"""

from __future__ import annotations

import json
import json.decoder
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from fastgpt_client import Event
from fastgpt_client._streaming import parser
from fastgpt_client._streaming.string_scanner import no_scanner, string_scanner
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer
from tests.support.faults import DONE, HEL, LO, event
from tests.support.replies import events
from tests.support.wire_events import WIRE_EVENTS, delta

KNOWN_PYTHONS = [(3, 11), (3, 12), (3, 13)]
URL = "http://fastgpt.test/a"


# --- json.decoder.scanstring ----------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.version_info[:2] not in KNOWN_PYTHONS, reason="a newer Python may do without it")
def test_scanstring_of_json_decoder_reads_strings_on_the_pythons_that_are_known() -> None:
    assert string_scanner() is vars(json.decoder)["scanstring"]


def short(text: str, start: int) -> tuple[str, int]:
    return text[start : text.index('"', start)], text.index('"', start) + 1


def before_the_quote(text: str, start: int) -> tuple[str, int]:
    piece, end = vars(json.decoder)["scanstring"](text, start)
    return piece, end - 1


def lax(text: str, start: int) -> tuple[str, int]:
    piece, end = vars(json.decoder)["scanstring"](text, start, False)
    return piece, end


def of_bytes(text: bytes, start: int) -> tuple[str, int]:
    return text.decode()[start:], len(text)


def name(other: object) -> str:
    return str(getattr(other, "__name__", other))


@pytest.mark.parametrize("other", [short, before_the_quote, lax, of_bytes, lambda: ("", 0), None], ids=name)
def test_scanstring_is_not_used_where_it_is_another_function(other: Any) -> None:
    assert string_scanner(SimpleNamespace(scanstring=other)) is no_scanner


def test_scanstring_is_not_used_where_it_is_missing() -> None:
    assert string_scanner(SimpleNamespace()) is no_scanner


def test_without_scanstring_a_stream_is_read_as_json_and_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Hel", 'a "quote" \\ and \n', "你好 😀", "", "\u2028", "\x7f"]
    pieces = [event(json.dumps(delta(content=text), separators=(",", ":"))) for text in texts]
    pieces += [event(json.dumps(raw), name or None) for name, raw, _, _ in WIRE_EVENTS]
    body = HEL + LO + b"".join(pieces) + DONE

    def seen() -> list[tuple[Event, Any]]:
        stream = FakeServer(events(body)).chat().create_chat_completion(QUESTION, stream=True)
        return [(item, item.raw) for item in stream]

    quick = seen()
    monkeypatch.setattr(parser, "_scan_string", no_scanner)
    assert parser.parse_text_chunk(HEL.rstrip(b"\n")) is None
    assert seen() == quick


# --- httpx ----------------------------------------------------------------------------------------------------------


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.chunks)

    async def __aiter__(self) -> Any:
        for chunk in self.chunks:
            yield chunk


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


def test_stream_of_a_response_gives_the_bytes_as_the_transport_gave_them() -> None:
    headers = {"Content-Encoding": "gzip"}
    with client(lambda request: httpx.Response(200, headers=headers, stream=Chunks(b"a", b"", b"bc"))) as http:
        response = http.send(http.build_request("GET", URL), stream=True)
        assert isinstance(response.stream, httpx.SyncByteStream)
        assert list(response.stream) == [b"a", b"", b"bc"]
        response.close()


async def test_stream_of_a_response_gives_the_bytes_as_the_transport_gave_them_async() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=Chunks(b"a", b"bc")))
    async with httpx.AsyncClient(transport=transport) as http:
        response = await http.send(http.build_request("GET", URL), stream=True)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        assert [chunk async for chunk in response.stream] == [b"a", b"bc"]
        await response.aclose()


def test_is_stream_consumed_says_whether_somebody_has_read_the_body() -> None:
    with client(lambda request: httpx.Response(200, stream=Chunks(b"a", b"bc"))) as http:
        response = http.send(http.build_request("GET", URL), stream=True)
        assert not response.is_stream_consumed
        response.read()
        assert response.is_stream_consumed
        assert response.content == b"abc"


def test_is_stream_consumed_keeps_others_from_reading_once_it_is_set() -> None:
    with client(lambda request: httpx.Response(200, stream=Chunks(b"a", b"bc"))) as http:
        response = http.send(http.build_request("GET", URL), stream=True)
        response.is_stream_consumed = True
        with pytest.raises(httpx.StreamConsumed):
            response.read()
        response.close()
        assert response.is_closed


def test_stream_of_a_request_is_what_is_sent_and_content_stays() -> None:
    request = httpx.Request("POST", URL, content=b"old")
    request.stream = Chunks(b"new ", b"body")
    with client(lambda sent: httpx.Response(200, content=b"".join(sent.stream))) as http:  # type: ignore[arg-type]
        assert http.send(request).content == b"new body"
    assert request.content == b"old"
    assert request.headers["content-length"] == "3"


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that sends the head of an answer and no body; at the end of the test it closes the connection."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
                over.wait(60)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        over.set()
        thread.join()


def test_timeout_among_the_extensions_is_looked_up_anew_for_the_body(silent_server: str) -> None:
    with httpx.Client(trust_env=False) as http:
        request = http.build_request("GET", silent_server, timeout=None)
        response = http.send(request, stream=True)
        assert response.request.extensions["timeout"] == dict.fromkeys(("connect", "read", "write", "pool"))
        response.request.extensions["timeout"].update(read=0.05)
        with pytest.raises(httpx.ReadTimeout):
            response.read()


def test_as_dict_of_a_timeout_has_the_form_of_the_extension() -> None:
    timeout = httpx.Timeout(5.0, read=None, pool=1.0)
    assert timeout.as_dict() == {"connect": 5.0, "read": None, "write": 5.0, "pool": 1.0}


def test_multi_items_of_headers_has_each_line_of_a_name() -> None:
    headers = httpx.Headers([("A", "1"), ("B", "2"), ("a", "3")])
    assert headers.multi_items() == [("a", "1"), ("b", "2"), ("a", "3")]
