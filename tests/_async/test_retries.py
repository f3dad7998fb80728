# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""What is asked again and what is not: a completion that may have run arrives once."""

from __future__ import annotations

import httpx
import pytest

from fastgpt_client import APIConnectionError, APIError, APITimeoutError, RateLimitError, ServerError
from tests.support.call import QUESTION
from tests.support.fake_server import Answer, FakeServer, Silence
from tests.support.faults import DONE, HEL, STOP
from tests.support.replies import completion, envelope, events, page, plain, refusal

NOT_SENT = [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x"), httpx.ProxyError("x")]
MAYBE_SENT = [
    httpx.ReadError("x"),
    httpx.WriteError("x"),
    httpx.CloseError("x"),
    httpx.ReadTimeout("x"),
    httpx.WriteTimeout("x"),
    httpx.RemoteProtocolError("x"),
    ConnectionResetError("x"),
]
NOT_STARTED = [
    plain(429),
    plain(425),
    refusal(429, "error", "Rate limit exceeded"),
    refusal(429, status=429),
]
MAYBE_STARTED = [plain(408), plain(502), plain(503), plain(504), page(502), page(503), page(504)]
FINAL = [
    *(plain(status) for status in (400, 401, 403, 409, 500, 501)),
    *(refusal(status=status) for status in (500, 502, 503)),
    refusal(514, "unAuthApiKey"),
    refusal(504001, "chatIsGenerating", status=409),
]


def name_of(answer: Answer) -> str:
    return type(answer).__name__ if isinstance(answer, Exception) else str(getattr(answer, "status", ""))


@pytest.mark.parametrize("answer", [*NOT_SENT, *NOT_STARTED], ids=name_of)
async def test_a_completion_that_did_not_start_is_repeated(answer: Answer) -> None:
    server = FakeServer(answer, answer, completion())
    response = await server.async_chat().create_chat_completion(QUESTION)
    assert (response.text, response.attempts, server.hits) == ("Hello", 3, 3)
    assert len({request.content for request in server.requests}) == 1


@pytest.mark.parametrize("answer", [*NOT_SENT, *NOT_STARTED], ids=name_of)
async def test_a_stream_that_did_not_start_is_repeated(answer: Answer) -> None:
    server = FakeServer(answer, events(HEL, STOP, DONE))
    stream = await server.async_chat().create_chat_completion(QUESTION, stream=True)
    final = await stream.final()
    assert (final.text, final.attempts, server.hits) == ("Hel", 2, 2)


@pytest.mark.parametrize("answer", [*MAYBE_SENT, *MAYBE_STARTED, *FINAL], ids=name_of)
async def test_a_completion_that_may_have_run_arrives_once(answer: Answer) -> None:
    server = FakeServer(answer, completion())
    with pytest.raises((APIConnectionError, APIError)) as caught:
        await server.async_chat().create_chat_completion(QUESTION)
    assert (server.hits, caught.value.attempts) == (1, 1)


@pytest.mark.parametrize("answer", [*MAYBE_SENT, *MAYBE_STARTED, *FINAL], ids=name_of)
async def test_suggested_questions_cost_and_arrive_once(answer: Answer) -> None:
    server = FakeServer(answer, envelope([]))
    with pytest.raises((APIConnectionError, APIError)):
        await server.async_chat().get_suggested_questions(chatId="c1")
    assert server.hits == 1


@pytest.mark.parametrize("answer", [*NOT_SENT, *MAYBE_SENT, *NOT_STARTED, *MAYBE_STARTED], ids=name_of)
async def test_a_call_that_may_run_twice_is_repeated(answer: Answer) -> None:
    server = FakeServer(answer, answer, answer, envelope({"total": 0}))
    response = await server.async_chat().get_chat_histories()
    assert (response.data, response.attempts, server.hits) == ({"total": 0}, 4, 4)


@pytest.mark.parametrize("answer", FINAL, ids=name_of)
async def test_an_answer_is_not_asked_for_again(answer: Answer) -> None:
    server = FakeServer(answer, envelope())
    with pytest.raises(APIError):
        await server.async_chat().get_chat_histories()
    assert server.hits == 1


async def test_a_cut_body_of_an_idempotent_call_is_asked_for_again() -> None:
    cut = envelope()
    cut.pieces = (b'{"code": 2', httpx.ReadError("cut"))
    server = FakeServer(cut, envelope("x"))
    response = await server.async_chat().get_chat_histories()
    assert (response.data, server.hits) == ("x", 2)
    assert cut.all_closed


async def test_a_cut_body_of_a_completion_is_not_asked_for_again() -> None:
    cut = completion()
    cut.pieces = (b'{"choices": [', httpx.RemoteProtocolError("cut"))
    server = FakeServer(cut, completion())
    with pytest.raises(APIConnectionError, match="The connection failed: RemoteProtocolError: cut"):
        await server.async_chat().create_chat_completion(QUESTION)
    assert server.hits == 1
    assert cut.all_closed


@pytest.mark.parametrize("retries", [0, 1, 2])
async def test_there_are_no_more_repeats_than_asked_for(retries: int) -> None:
    server = FakeServer(plain(429))
    with pytest.raises(RateLimitError) as caught:
        await server.async_chat(max_retries=retries).get_chat_histories()
    assert server.hits == caught.value.attempts == retries + 1


async def test_a_wait_that_the_server_asks_for_is_obeyed() -> None:
    server = FakeServer(plain(429, **{"Retry-After": "0.01"}), completion())
    response = await server.async_chat().create_chat_completion(QUESTION)
    assert response.attempts == 2


async def test_a_wait_that_is_too_long_is_not_begun() -> None:
    server = FakeServer(plain(429, **{"Retry-After": "3600"}), completion())
    with pytest.raises(RateLimitError) as caught:
        await server.async_chat().create_chat_completion(QUESTION)
    assert (caught.value.retry_after, server.hits) == (3600.0, 1)


async def test_a_wait_that_would_outlast_the_deadline_is_not_begun() -> None:
    server = FakeServer(plain(425, **{"Retry-After": "5"}), completion())
    with pytest.raises(ServerError) as caught:
        await server.async_chat(deadline=2).create_chat_completion(QUESTION)
    assert (caught.value.retry_after, server.hits) == (5.0, 1)


async def test_a_deadline_ends_a_call_whose_body_stops() -> None:
    slow = envelope()
    slow.pieces = (b'{"code"', Silence())
    server = FakeServer(slow, envelope())
    with pytest.raises(APITimeoutError, match=r"longer than its deadline of 0\.5 s") as caught:
        await server.async_chat(deadline=0.5).get_chat_histories()
    assert (caught.value.attempts, server.hits) == (1, 1)
    assert slow.all_closed


async def test_a_deadline_that_is_far_away_changes_nothing() -> None:
    server = FakeServer(plain(503), envelope("x"))
    response = await server.async_chat(deadline=30).get_chat_histories()
    assert (response.data, response.attempts) == ("x", 2)


async def test_the_cause_of_a_broken_connection_is_kept() -> None:
    fault = httpx.ConnectError("nobody there")
    with pytest.raises(APIConnectionError, match="Could not connect: ConnectError: nobody there") as caught:
        await FakeServer(fault).async_chat(max_retries=0).get_chat_histories()
    assert caught.value.__cause__ is fault
    assert not caught.value.request_sent


async def test_a_timeout_is_told_as_one() -> None:
    with pytest.raises(APITimeoutError, match="Timed out: ReadTimeout") as caught:
        await FakeServer(httpx.ReadTimeout("")).async_chat().create_chat_completion(QUESTION)
    assert caught.value.request_sent
