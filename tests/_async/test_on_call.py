# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""What `on_call=` is told: each attempt once, when it is over, and nothing that is secret."""

from __future__ import annotations

import gc
import pickle
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AsyncChatClient,
    CallAttempt,
    FastGPTError,
    RateLimitError,
    StreamInterruptedError,
    WorkflowError,
)
from fastgpt_client._http.retry import RetryBudget
from tests.support.call import QUESTION
from tests.support.fake_server import KEY, FakeServer
from tests.support.faults import DONE, HEL, STOP, error, event
from tests.support.replies import completion, envelope, events, page, plain, refusal

TROUBLE = error(code=500, message="trouble")
FAILED_NODE = {"id": "n1", "nodeId": "n1", "moduleName": "AI", "moduleType": "chatNode", "errorText": "no model"}
COMPLETIONS = "POST /api/v1/chat/completions"


class Told(list[CallAttempt]):
    """What was told, in few words."""

    @property
    def short(self) -> list[tuple[str, int, int | None, str | None]]:
        return [(a.operation, a.attempt, a.status, a.error and type(a.error).__name__) for a in self]


def watched(told: Told, *answers: Any, **options: Any) -> AsyncChatClient:
    return FakeServer(*answers).async_chat(on_call=told.append, **options)


@pytest.fixture
def told() -> Told:
    return Told()


async def test_an_answered_call_is_told_once(told: Told) -> None:
    client = watched(told, envelope([], **{"x-request-id": "r1"}))
    await client.get_chat_histories()
    assert told.short == [("POST /api/core/chat/getHistories", 1, 200, None)]
    assert (told[0].request_id, told[0].stream, told[0].seconds >= 0.0) == ("r1", False, True)


async def test_each_attempt_is_told(told: Told) -> None:
    client = watched(told, plain(429), httpx.ConnectError("refused"), completion())
    await client.create_chat_completion(QUESTION)
    assert told.short == [
        (COMPLETIONS, 1, 429, "RateLimitError"),
        (COMPLETIONS, 2, None, "APIConnectionError"),
        (COMPLETIONS, 3, 200, None),
    ]


async def test_the_wait_before_a_retry_is_told(told: Told) -> None:
    client = watched(told, plain(429, **{"retry-after": "0.01"}), plain(500), max_retries=1)
    with pytest.raises(FastGPTError):
        await client.get_chat_histories()
    assert [(each.attempt, each.retry_in) for each in told] == [(1, 0.01), (2, None)]


async def test_without_a_token_of_the_budget_no_retry_is_told(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryBudget, "capacity", 1.0)
    monkeypatch.setattr(RetryBudget, "per_second", 0.0)
    client = watched(told, plain(429), plain(429))
    with pytest.raises(RateLimitError):
        await client.get_chat_histories()
    assert [(each.attempt, each.retry_in) for each in told] == [(1, 0.0), (2, None)]


async def test_the_error_that_is_raised_is_told(told: Told) -> None:
    client = watched(told, plain(429), max_retries=0)
    with pytest.raises(RateLimitError) as caught:
        await client.create_chat_completion(QUESTION)
    assert told[0].error is caught.value


async def test_a_path_that_the_server_does_not_know_is_no_attempt(told: Told) -> None:
    client = watched(told, page(), envelope([]))
    await client.get_chat_histories()
    assert told.short == [("POST /api/core/chat/getHistories", 1, 200, None)]


async def test_a_call_that_is_late_is_told_once(told: Told) -> None:
    client = watched(told, httpx.ReadTimeout("late"), deadline=1e-9)
    with pytest.raises(APITimeoutError) as caught:
        await client.get_chat_histories()
    assert [(call.attempt, call.error) for call in told] == [(1, caught.value)]


async def test_what_is_not_of_the_server_is_told_too(told: Told) -> None:
    client = watched(told, KeyError("a transport's own bug"))
    with pytest.raises(KeyError):
        await client.get_chat_histories()
    assert told.short == [("POST /api/core/chat/getHistories", 1, None, "KeyError")]


async def test_a_run_that_failed_is_told_as_it_is_raised(told: Told) -> None:
    client = watched(told, completion("", responseData=[FAILED_NODE]))
    with pytest.raises(WorkflowError):
        await client.create_chat_completion(QUESTION, detail=True)
    assert told.short == [(COMPLETIONS, 1, 200, "WorkflowError")]


async def test_an_empty_answer_is_logged_once(told: Told, caplog: pytest.LogCaptureFixture) -> None:
    client = watched(told, completion(""))
    await client.create_chat_completion(QUESTION)
    assert len(caplog.records) == 1
    assert told.short == [(COMPLETIONS, 1, 200, None)]


async def test_a_stream_is_told_when_it_is_closed(told: Told) -> None:
    client = watched(told, events(HEL, STOP, DONE))
    stream = await client.create_chat_completion(QUESTION, stream=True)
    before = len(told)
    await stream.final()
    await stream.close()
    assert before == 0
    assert told.short == [(COMPLETIONS, 1, 200, None)]
    assert told[0].stream


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ((HEL,), StreamInterruptedError),
        ((HEL, TROUBLE), APIError),
        ((HEL, httpx.ReadError("cut")), StreamInterruptedError),
    ],
    ids=["no-end", "error-event", "cut"],
)
async def test_a_stream_that_fails_is_told_with_its_error(
    told: Told, pieces: tuple[Any, ...], kind: type[Exception]
) -> None:
    client = watched(told, events(*pieces))
    async with await client.create_chat_completion(QUESTION, stream=True) as stream:
        with pytest.raises(kind) as caught:
            await stream.final()
    assert [(call.status, call.error) for call in told] == [(200, caught.value)]


async def test_a_stream_of_a_failed_run_is_told_with_its_error(told: Told) -> None:
    client = watched(told, events(STOP, DONE, event([FAILED_NODE], "flowResponses")))
    async with await client.create_chat_completion(QUESTION, stream=True, detail=True) as stream:
        with pytest.raises(WorkflowError) as caught:
            await stream.final()
    assert [(call.status, call.error) for call in told] == [(200, caught.value)]


async def test_a_stream_that_is_left_early_has_no_error(told: Told) -> None:
    client = watched(told, events(HEL, HEL, STOP, DONE))
    async with await client.create_chat_completion(QUESTION, stream=True) as stream:
        async for _ in stream:
            break
    assert told.short == [(COMPLETIONS, 1, 200, None)]


async def test_a_stream_that_is_dropped_is_told_when_the_client_is_closed(told: Told) -> None:
    client = watched(told, events(HEL, STOP, DONE))
    await client.create_chat_completion(QUESTION, stream=True)
    await client.close()
    assert told.short == [(COMPLETIONS, 1, 200, None)]


async def test_a_cut_turn_is_told_with_its_cut(told: Told) -> None:
    client = watched(told, events(HEL), refusal(403, "unAuthChat"))
    async with await client.conversation().stream("Hi") as stream:
        with pytest.raises(FastGPTError):
            await stream.final()
    assert ("POST /api/v2/chat/completions", 1, 200, "StreamInterruptedError") in told.short


async def test_what_it_raises_is_passed_on_and_nothing_is_repeated(told: Told) -> None:
    def on_call(call: CallAttempt) -> None:
        told.append(call)
        raise APIConnectionError("the metrics are down")

    server = FakeServer(envelope([]))
    client = server.async_chat(on_call=on_call)
    with pytest.raises(APIConnectionError, match="the metrics are down"):
        await client.get_chat_histories()
    assert (server.hits, len(told)) == (1, 1)


async def test_what_it_raises_at_a_failure_is_passed_on(told: Told) -> None:
    def on_call(call: CallAttempt) -> None:
        raise LookupError(call.operation)

    server = FakeServer(plain(429))
    with pytest.raises(LookupError, match="getHistories"):
        await server.async_chat(on_call=on_call).get_chat_histories()
    assert server.hits == 1


async def test_what_it_raises_at_the_end_of_a_stream_is_passed_on() -> None:
    def on_call(call: CallAttempt) -> None:
        raise LookupError(call.operation)

    reply = events(HEL, STOP, DONE)
    stream = await FakeServer(reply).async_chat(on_call=on_call).create_chat_completion(QUESTION, stream=True)
    with pytest.raises(LookupError, match="completions"):
        await stream.final()
    assert reply.all_closed


async def test_a_view_can_have_one_of_its_own_or_none(told: Told) -> None:
    other = Told()
    client = watched(told, envelope([]))
    await client.with_options(on_call=other.append).get_chat_histories()
    await client.with_options(on_call=None).get_chat_histories()
    await client.with_options(max_retries=0).get_chat_histories()
    assert (len(told), len(other)) == (1, 1)


async def test_it_is_told_no_secret(told: Told) -> None:
    client = watched(told, plain(403, b"no such key: " + KEY.encode()))
    with pytest.raises(APIError):
        await client.get_chat_histories(appId="a-certain-app")
    assert KEY not in repr(told)
    assert "a-certain-app" not in repr(told[0].operation)


async def test_an_upload_tells_nothing_of_its_address(told: Told) -> None:
    place = {"url": "http://store.test/put?signature=s", "key": "chat/k", "headers": {}, "previewUrl": "/p"}
    client = watched(told, envelope(place), plain(403, b"<Signature>s</Signature>"))
    with pytest.raises(FastGPTError):
        await client.upload_file(b"body", filename="a.txt", chatId="c1")
    assert [(call.operation, call.status) for call in told][1] == ("PUT (the upload's address)", 403)
    assert "signature" not in repr(told)


async def test_a_stream_that_is_dropped_is_told_with_the_next_call(told: Told) -> None:
    client = watched(told, events(HEL, STOP, DONE), envelope([]))
    await client.create_chat_completion(QUESTION, stream=True)
    gc.collect()
    await client.get_chat_histories()
    assert [call.operation for call in told] == [COMPLETIONS, "POST /api/core/chat/getHistories"]


async def test_what_is_told_can_be_kept_and_sent_elsewhere(told: Told) -> None:
    client = watched(told, plain(429), envelope([]))
    await client.get_chat_histories()
    assert [(call.attempt, call.status) for call in pickle.loads(pickle.dumps([*told]))] == [(1, 429), (2, 200)]
