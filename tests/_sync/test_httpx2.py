# Generated from tests/_async/test_httpx2.py by scripts/generate.py: edit the source, not this file.
"""A client of httpx2 that is passed in: what it sends, and what comes of its answers, hooks and failures."""

from __future__ import annotations

import gzip
import logging
from typing import Any

import httpx2
import pytest

from fastgpt_client import (
    APIConnectionError,
    APITimeoutError,
    BadRequestError,
    ChatClient,
    StreamInterruptedError,
    ValidationError,
)
from fastgpt_client.testing import FakeFastGPT
from tests.support import embedded_chats
from tests.support.call import QUESTION
from tests.support.fault_actions import CLOSE, SILENCE, sent
from tests.support.fault_server import ClosedPort, FaultServer
from tests.support.faults import CHUNKED_HEAD, GZIP, HEL, STREAM, WHOLE, chunk, head, histories_json, plain, send
from tests.support.faults import settings as fault_settings

server = embedded_chats.server
GOOD = send(histories_json())
PACKED = send(gzip.compress(histories_json().encode(), mtime=0), headers=GZIP)


def test_it_sends_each_request_and_stays_open() -> None:
    with FaultServer([GOOD, plain(503), GOOD]) as faulty:
        with httpx2.Client(headers={"X-Tenant": "t1", "Cookie": "a=b"}, trust_env=False) as http:
            with ChatClient(**fault_settings(faulty.url, http_client=http)) as client:
                assert client.http_client is http
                assert client.get_chat_histories().data == {"list": [], "total": 0}
                assert client.get_chat_histories().attempts == 2
            assert not http.is_closed
        requests = faulty.requests
    assert [request.headers["x-tenant"] for request in requests] == ["t1"] * 3
    assert all(request.headers["authorization"].startswith("Bearer ") for request in requests)
    assert not any("cookie" in request.headers for request in requests)
    assert {request.connection for request in requests} == {1}


def test_a_stream_is_read_as_it_comes_and_its_connection_serves_the_next() -> None:
    with FaultServer([STREAM, GOOD]) as faulty:
        with httpx2.Client(trust_env=False) as http:
            client = ChatClient(**fault_settings(faulty.url, http_client=http))
            stream = client.create_chat_completion(QUESTION, stream=True)
            assert [delta for delta in stream.text_deltas()] == ["Hel", "lo"]
            client.get_chat_histories()
        assert {request.connection for request in faulty.requests} == {1}


def test_a_packed_answer_is_unpacked_once() -> None:
    with FaultServer([PACKED]) as faulty:
        with httpx2.Client(trust_env=False) as http:
            client = ChatClient(**fault_settings(faulty.url, http_client=http))
            assert client.get_chat_histories().data == {"list": [], "total": 0}


def test_what_is_uploaded_arrives_and_its_address_is_not_logged(
    server: FakeFastGPT, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "httpx2")
    with httpx2.Client(trust_env=False) as http:
        client = ChatClient(**embedded_chats.settings(server, server.app(files=True)), http_client=http)
        part: Any = client.upload_file(b"content", filename="a.txt", chatId="c1")
        lines = [record.getMessage() for record in caplog.records if record.name == "httpx2"]
        assert http.get(part["url"]).content == b"content"
    assert f'HTTP Request: PUT {server.url}/*** "HTTP/1.1 200 OK"' in lines


def test_a_server_that_cannot_be_reached_was_not_asked() -> None:
    with ClosedPort() as port:
        with httpx2.Client(trust_env=False) as http:
            client = ChatClient(**fault_settings(port.url, http_client=http))
            with pytest.raises(APIConnectionError, match="Could not connect: ConnectError") as caught:
                client.create_chat_completion(QUESTION)
    assert (caught.value.request_sent, caught.value.attempts) == (False, 4)


def test_a_connection_that_fails_later_may_have_been_heard() -> None:
    half = sent(head(200, [("Content-Length", "100")]) + b"{") + CLOSE
    cut = sent(CHUNKED_HEAD + chunk(HEL)) + CLOSE
    with FaultServer([CLOSE, half, cut, SILENCE]) as faulty:
        with httpx2.Client(trust_env=False) as http:
            client = ChatClient(**fault_settings(faulty.url, http_client=http, timeout=0.5))
            for _ in range(2):
                with pytest.raises(APIConnectionError, match="RemoteProtocolError") as caught:
                    client.create_chat_completion(QUESTION)
                assert caught.value.request_sent
            stream = client.create_chat_completion(QUESTION, stream=True)
            with pytest.raises(StreamInterruptedError, match="RemoteProtocolError") as cut:
                stream.final()
            assert cut.value.partial.text == "Hel"
            with pytest.raises(APITimeoutError, match="ReadTimeout"):
                client.create_chat_completion(QUESTION)
        assert len(faulty.requests) == 4


def refuse(response: httpx2.Response) -> None:
    response.raise_for_status()


def fail_elsewhere(response: httpx2.Response) -> None:
    raise httpx2.ConnectError("another server", request=httpx2.Request("GET", "http://elsewhere.test"))


def fail_nowhere(response: httpx2.Response) -> None:
    raise httpx2.ConnectError("no request at all")


@pytest.mark.parametrize(
    ("hook", "error"),
    [
        (refuse, httpx2.HTTPStatusError),
        (fail_elsewhere, httpx2.ConnectError),
        (fail_nowhere, httpx2.ConnectError),
    ],
    ids=["raise_for_status", "a call of its own", "an error without a request"],
)
def test_what_a_hook_raises_is_passed_on(hook: Any, error: type[Exception]) -> None:
    with FaultServer([plain(503)]) as faulty:
        with httpx2.Client(trust_env=False, event_hooks={"response": [hook]}) as http:
            with pytest.raises(error):
                ChatClient(**fault_settings(faulty.url, http_client=http)).get_chat_histories()
        assert len(faulty.requests) == 1


def read(response: httpx2.Response) -> None:
    response.read()


def take_away(response: httpx2.Response) -> None:
    for _ in response.iter_raw():
        pass


def test_a_hook_may_read_the_body() -> None:
    with FaultServer([PACKED, send(WHOLE, content_type="text/event-stream")]) as faulty:
        with httpx2.Client(trust_env=False, event_hooks={"response": [read]}) as http:
            client = ChatClient(**fault_settings(faulty.url, http_client=http))
            assert client.get_chat_histories().data == {"list": [], "total": 0}
            assert client.create_chat_completion(QUESTION, stream=True).final().text == "Hello"


def test_a_hook_that_takes_the_body_away_is_told_of() -> None:
    with FaultServer([GOOD]) as faulty:
        with httpx2.Client(trust_env=False, event_hooks={"response": [take_away]}) as http:
            with pytest.raises(ValidationError, match="consumed the response body"):
                ChatClient(**fault_settings(faulty.url, http_client=http)).get_chat_histories()


def test_a_visitors_call_is_sent_without_its_auth() -> None:
    with FaultServer([GOOD, GOOD]) as faulty:
        with httpx2.Client(trust_env=False, auth=("name", "password")) as http:
            client = ChatClient(**fault_settings(faulty.url, http_client=http))
            client.get_chat_histories(outLinkAuthData={"shareId": "s", "outLinkUid": "u"})
            client.get_chat_histories()
        visitors, own = faulty.requests
    assert "authorization" not in visitors.headers
    assert own.headers["authorization"].startswith("Basic ")  # its owner's choice, as with httpx


def test_one_that_is_closed_is_told() -> None:
    with httpx2.Client() as http:
        client = ChatClient(**fault_settings("http://localhost:1", http_client=http))
    with pytest.raises(ValidationError, match="the http_client that was passed in is closed"):
        client.get_chat_histories()


def test_an_error_of_the_server_is_one() -> None:
    refusal = send('{"code": 500, "statusText": "", "message": "common:error_bad_params", "data": null}', 400)
    with FaultServer([refusal]) as faulty:
        with httpx2.Client(trust_env=False) as http:
            with pytest.raises(BadRequestError):
                ChatClient(**fault_settings(faulty.url, http_client=http)).get_chat_histories()


@pytest.mark.parametrize("other", [object(), httpx2.Headers()], ids=["no client", "another class"])
def test_what_is_no_client_of_either_package_is_refused(other: Any) -> None:
    with pytest.raises(ValidationError, match=r"^http_client must be an httpx\.\w+ or the same class of httpx2, not "):
        ChatClient("fastgpt-key", "http://localhost:1", http_client=other)
