# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""The key is told to the server, and to nobody else: not in logs, reprs, errors or pickles, even if it comes back."""

from __future__ import annotations

import logging
import pickle

import httpx
import pytest

from fastgpt_client import AsyncChatClient, FastGPTError, WorkflowError
from tests.support.call import QUESTION
from tests.support.fake_server import APP_ID, BASE_URL, KEY, Answer, FakeServer, Reply
from tests.support.fault_server import FaultServer
from tests.support.faults import COMPLETION, DONE, HEL, STOP, STREAM, error, event, plain
from tests.support.replies import as_json, completion, envelope, events, page, refusal, undeclared
from tests.support.replies import plain as text_page
from tests.support.secrets import shows_key, told_by, told_by_error, told_by_records

ECHO = "your key " + KEY + " is bad"

ECHOES: dict[str, Answer] = {
    "envelope": refusal(514, "unAuthApiKey", ECHO),
    "envelope-without-code": as_json({"detail": {"key": [KEY]}}, 401),
    "name-of-the-error": refusal(500, ECHO, ECHO),
    "refused-fields": refusal(400, "error", "x", zodError=[{"path": [KEY], "message": ECHO}]),
    "rate-limit": refusal(429, "error", ECHO + ", try again in 999 seconds", status=429),
    "page": page(502, b"<html>" + ECHO.encode()),
    "text": text_page(500, ECHO.encode()),
    "no-text": text_page(500, b"\xff\xfe" + ECHO.encode()),
    "good-status": text_page(200, ECHO.encode()),
    "unknown-path": page(404, b"<html>" + ECHO.encode()),
    "redirect": Reply((), 302, {"Location": "http://other.test/?key=" + KEY}),
    "connection": httpx.ConnectError("nobody there"),
    "cut": Reply((b'{"key": "' + KEY.encode(), httpx.ReadError("cut")), 200),
}
STREAMS: dict[str, Reply] = {
    "before-the-run": undeclared(error(code=514, statusText="unAuthApiKey", message=ECHO)),
    "before-the-run-uncoded": undeclared(error(message=ECHO)),
    "first-event": events(error(code=514, statusText="unAuthApiKey", message=ECHO)),
    "in-the-run": events(HEL, error(code=500, statusText="error", message=ECHO)),
    "in-the-run-uncoded": events(HEL, error(message=ECHO)),
    "in-the-run-as-text": events(HEL, event(ECHO, "error")),
    "broken-answer": events(HEL, event('{"choices": ' + KEY), DONE),
    "cut": events(HEL, httpx.ReadError("cut")),
}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that anybody logs."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize("answer", ECHOES.values(), ids=ECHOES)
async def test_no_error_of_a_call_shows_the_key(answer: Answer, log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(answer).async_chat(max_retries=0)
    with pytest.raises(FastGPTError) as caught:
        await client.get_chat_histories()
    assert not shows_key(told_by_error(caught.value))
    assert not shows_key(told_by_records(log.records))


@pytest.mark.parametrize("answer", ECHOES.values(), ids=ECHOES)
async def test_no_error_of_a_completion_shows_the_key(answer: Answer, log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(answer).async_chat(max_retries=0)
    with pytest.raises(FastGPTError) as caught:
        await client.create_chat_completion(QUESTION)
    assert not shows_key(told_by_error(caught.value))
    assert not shows_key(told_by_records(log.records))


@pytest.mark.parametrize("answer", [*ECHOES.values(), *STREAMS.values()], ids=[*ECHOES, *STREAMS])
async def test_no_error_of_a_stream_shows_the_key(answer: Answer, log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(answer).async_chat(max_retries=0)
    with pytest.raises(FastGPTError) as caught:
        await (await client.create_chat_completion(QUESTION, stream=True)).final()
    assert not shows_key(told_by_error(caught.value))
    assert not shows_key(told_by_records(log.records))


async def test_the_message_of_a_failed_run_does_not_show_the_key() -> None:
    client = FakeServer(completion("", error=ECHO)).async_chat()
    with pytest.raises(WorkflowError) as caught:
        await client.create_chat_completion(QUESTION)
    assert not shows_key(str(caught.value))


async def test_the_message_of_a_failed_stream_does_not_show_the_key() -> None:
    client = FakeServer(events(STOP, DONE, event([{"errorText": ECHO}], "flowResponses"))).async_chat()
    stream = await client.create_chat_completion(QUESTION, stream=True)
    with pytest.raises(WorkflowError) as caught:
        await stream.final()
    assert not shows_key(str(caught.value))


async def test_a_key_that_is_also_a_word_of_the_server_garbles_no_error() -> None:
    client = FakeServer(refusal(514, "unAuthApiKey", "bad key")).async_chat(api_key="code")
    with pytest.raises(FastGPTError, match="unAuthApiKey") as caught:
        await client.get_chat_histories()
    assert type(caught.value).__name__ == "AuthenticationError"


@pytest.mark.parametrize("before", [250, 270, 280, 285])
async def test_no_piece_of_a_key_is_left_where_an_excerpt_is_cut(before: int) -> None:
    client = FakeServer(text_page(500, b"x" * before + KEY.encode() + b"y" * 100)).async_chat(max_retries=0)
    with pytest.raises(FastGPTError) as caught:
        await client.get_chat_histories()
    assert "plant" not in told_by_error(caught.value)


async def test_a_key_that_is_a_common_word_garbles_no_answer() -> None:
    server = FakeServer(completion("this is a test"), envelope({"list": [{"chatId": "test-1"}], "total": 1}))
    client = server.async_chat(api_key="test")
    answer = await client.create_chat_completion(QUESTION)
    histories = await client.get_chat_histories()
    assert answer.text == "this is a test"
    assert histories.data["list"][0]["chatId"] == "test-1"


async def test_no_log_record_of_any_library_has_the_key(log: pytest.LogCaptureFixture) -> None:
    with FaultServer([COMPLETION, STREAM, plain(425, [("Retry-After", "0")]), COMPLETION]) as server:
        async with AsyncChatClient(KEY, server.url, app_id=APP_ID) as client:
            await client.create_chat_completion(QUESTION)
            stream = await client.create_chat_completion(QUESTION, stream=True)
            await stream.final()
            await client.create_chat_completion(QUESTION)
        assert server.requests[0].headers["authorization"] == "Bearer " + KEY
    assert {"fastgpt_client", "httpx"} <= {record.name.partition(".")[0] for record in log.records}
    assert not shows_key(told_by_records(log.records))


async def test_no_repr_shows_the_key() -> None:
    client = FakeServer(events(HEL, STOP, DONE), completion(), envelope()).async_chat()
    stream = await client.create_chat_completion(QUESTION, stream=True)
    final = await stream.final()
    answer = await client.create_chat_completion(QUESTION)
    data = await client.get_chat_histories()
    things = [client, client.with_options(timeout=1), stream, final, answer, data, stream.partial]
    assert not shows_key(told_by(*things))
    assert not shows_key(told_by(*[thing.http_response for thing in things[2:]]))


async def test_no_pickle_of_an_answer_has_the_key() -> None:
    client = FakeServer(events(HEL, STOP, DONE), completion(), envelope()).async_chat()
    stream = await client.create_chat_completion(QUESTION, stream=True)
    final = await stream.final()
    answer = await client.create_chat_completion(QUESTION)
    data = await client.get_chat_histories()
    for thing in (final, answer, data, stream.partial, answer.http_response.headers):
        assert KEY.encode() not in pickle.dumps(thing)


@pytest.mark.parametrize(
    "key", ["two words", "line\n" + KEY, KEY + "\r", KEY + "\u00e9", "Bearer " + KEY, KEY.encode()]
)
async def test_a_key_that_is_refused_is_not_shown(key: str) -> None:
    with pytest.raises(FastGPTError) as caught:
        AsyncChatClient(key, BASE_URL)
    assert not shows_key(told_by_error(caught.value))
