# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Calls about knowledge bases that are more than one request, or whose answers are more than JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ValidationError,
)
from fastgpt_client._async import datasets_calls
from tests.support.call import Call
from tests.support.calls_datasets import DATASETS
from tests.support.fake_server import FakeServer, Reply
from tests.support.replies import as_json, envelope, page, plain, refusal

D, C, R = "65f0000000000000000000d1", "65f0000000000000000000c1", "65f0000000000000000000a1"
KEPT = [{"type": "custom", "dataId": "7", "text": "t"}, {"type": "default", "dataId": "8", "text": "q"}]


def bodies(server: FakeServer) -> list[Any]:
    return [json.loads(request.content) if request.content else dict(request.url.params) for request in server.requests]


# Rows


async def test_any_number_of_rows_is_pushed_and_held_against_what_was_taken() -> None:
    rows = [{"q": "" if number == 201 else f"row {number}"} for number in range(450)]
    server = FakeServer(envelope({"insertLen": 200}), envelope({"insertLen": 199}), envelope({"insertLen": 50}))
    result = await server.async_dataset().push_data(collectionId=C, data=iter(rows), billId="b1", trainingType="chunk")
    assert (result.sent, result.accepted, result.calls) == (450, 449, 3)
    assert [(row.index, row.row, row.reason) for row in result.dropped] == [
        (201, {"q": ""}, "it has neither q nor imageId")
    ]
    assert [len(body["data"]) for body in bodies(server)] == [200, 200, 50]
    assert {**bodies(server)[0], "data": 0} == {"collectionId": C, "billId": "b1", "trainingType": "chunk", "data": 0}


async def test_a_push_takes_what_a_newer_server_takes() -> None:
    server = FakeServer(envelope({"insertLen": 1}))
    await server.async_dataset().push_data(
        collectionId=C, data=[{"q": "q"}], indexSize=512, extra_body={"newer": 1}, extra_query={"trace": "t 1"}
    )
    assert server.body == {"collectionId": C, "indexSize": 512, "newer": 1, "data": [{"q": "q"}]}
    assert (server.last.method, server.last.url.path) == ("POST", "/api/core/dataset/data/pushData")
    assert server.query == {"trace": "t 1"}


async def test_no_row_is_a_call_too() -> None:
    server = FakeServer(envelope({"insertLen": 0}))
    result = await server.async_dataset().push_data(collectionId=C, data=[])
    assert (result.sent, result.calls, server.body) == (0, 1, {"collectionId": C, "data": []})


@pytest.mark.parametrize("trouble", [httpx.ReadError("cut"), plain(502), refusal(500, "error", "trouble")])
async def test_rows_whose_fate_is_unknown_are_not_pushed_again(trouble: Reply | httpx.ReadError) -> None:
    server = FakeServer(envelope({"insertLen": 200}), trouble)
    with pytest.raises((APIConnectionError, ServerError)) as caught:
        await server.async_dataset().push_data(collectionId=C, data=({"q": "q"} for _ in range(300)))
    assert server.hits == 2
    assert caught.value.pushed is not None
    assert (caught.value.pushed.sent, caught.value.pushed.accepted) == (200, 200)


async def test_a_bad_row_ends_a_push_and_tells_what_went_before() -> None:
    server = FakeServer(envelope({"insertLen": 200}))
    with pytest.raises(ValidationError, match=r"data\[250\] must be a dict") as caught:
        await server.async_dataset().push_data(collectionId=C, data=[*([{"q": "q"}] * 250), "no row"])
    assert caught.value.pushed is not None
    assert (caught.value.pushed.sent, server.hits) == (200, 1)


async def test_what_an_iterable_of_rows_raises_is_passed_on() -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield {"q": "q"}
        raise LookupError("no more")

    server = FakeServer(envelope({"insertLen": 1}))
    with pytest.raises(LookupError, match="no more"):
        await server.async_dataset().push_data(collectionId=C, data=rows())
    assert server.hits == 0


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({}, {"q": "old", "indexes": KEPT}),
        ({"a": "new"}, {"q": "old", "a": "new", "indexes": KEPT}),
        ({"q": "new"}, {"q": "new", "indexes": KEPT}),
        ({"indexes": []}, {"q": "old", "indexes": []}),
    ],
)
async def test_an_update_of_a_row_keeps_what_it_is_found_by(arguments: dict[str, Any], sent: dict[str, Any]) -> None:
    detail = {"id": R, "q": "old", "a": "", "indexes": [{**index, "_id": "x"} for index in KEPT]}
    server = FakeServer(envelope(detail), envelope({"q": "new", "a": ""}))
    answer = await server.async_dataset().update_data(dataId=R, **arguments)
    assert bodies(server) == [{"id": R}, {"dataId": R, **sent}]
    assert [request.method for request in server.requests] == ["GET", "PUT"]
    assert server.paths == ["/api/core/dataset/data/detail", "/api/core/dataset/data/update"]
    assert answer.data == {"q": "new", "a": ""}


async def test_an_update_that_names_all_reads_nothing() -> None:
    server = FakeServer(envelope())
    await server.async_dataset().update_data(
        dataId=R, q="q", indexes=KEPT, imageId="i", extra_body={"newer": 1}, extra_query={"trace": "t"}
    )
    assert bodies(server) == [{"dataId": R, "q": "q", "indexes": KEPT, "imageId": "i", "newer": 1}]
    assert server.query == {"trace": "t"}


# Repeats

# What makes something new, and what a second copy would not find any more.
NOT_REPEATED = {
    "create_collection",
    "create_data_index",
    "create_dataset",
    "create_dataset_folder",
    "create_dataset_with_files",
    "create_external_collection",
    "create_file_id_collection",
    "create_link_collection",
    "create_text_collection",
    "create_training_usage",
    "insert_data",
    "rebuild_embedding",
    "retrain_collection",
    "sync_collection",
    "update_data_index",
}


@pytest.mark.parametrize("call", [call for call in DATASETS if call.case == "least"], ids=str)
async def test_only_what_makes_nothing_new_is_repeated(call: Call) -> None:
    server = FakeServer(plain(502))
    with pytest.raises(ServerError):
        await getattr(server.async_dataset(max_retries=1), call.name)(**call.arguments)
    assert server.hits == (1 if call.name in NOT_REPEATED else 2)


# Pages


async def test_a_list_that_hides_items_it_counts_is_read_to_its_end() -> None:
    pages = [([1, 2, 3], 6), ([], 6), ([6], 6)]
    server = FakeServer(*(envelope({"list": [{"_id": n} for n in found], "total": total}) for found, total in pages))
    iterator = server.async_dataset().iter_collections(datasetId=D, pageSize=2, searchText=".", extra_body={"newer": 1})
    assert [item["_id"] async for item in iterator] == [1, 2, 3, 6]
    assert [body["offset"] for body in bodies(server)] == [0, 3, 5]
    assert server.body == {"datasetId": D, "searchText": ".", "pageSize": 2, "offset": 5, "newer": 1}


async def test_datasets_of_servers_without_pages_are_read_in_one() -> None:
    server = FakeServer(page(), envelope([{"_id": "1"}, {"_id": "2"}]))
    iterator = server.async_dataset().iter_datasets(parentId=None, type="dataset", searchKey="k", extra_body={"n": 1})
    assert [item["_id"] async for item in iterator] == ["1", "2"]
    assert server.paths == ["/api/core/dataset/listV2", "/api/core/dataset/list"]
    assert server.body == {"parentId": None, "type": "dataset", "searchKey": "k", "offset": 0, "pageSize": 50, "n": 1}


async def test_rows_and_failed_tasks_are_iterated() -> None:
    server = FakeServer(envelope({"list": [{"_id": "1"}], "total": 2}), envelope({"list": [{"_id": "2"}], "total": 2}))
    rows = server.async_dataset().iter_data(collectionId=C, searchText="s", pageSize=1, extra_body={"newer": 1})
    assert [item["_id"] async for item in rows] == ["1", "2"]
    assert server.body == {"collectionId": C, "searchText": "s", "pageSize": 1, "offset": 1, "newer": 1}
    server = FakeServer(envelope({"list": [{"_id": "1"}], "total": 1}))
    tasks = server.async_dataset().iter_training_errors(collectionId=C, extra_body={"newer": 1})
    assert [item["_id"] async for item in tasks] == ["1"]
    assert server.body == {"collectionId": C, "pageSize": 20, "offset": 0, "newer": 1}


# Training


async def test_a_collection_of_a_newer_server_is_asked_once() -> None:
    server = FakeServer(envelope({"_id": C, "activeTrainingAmount": 3, "finalErrorAmount": 1}))
    state = await server.async_dataset().get_training(collectionId=C)
    assert (state.active, state.failed, server.hits) == (3, 1, 1)


NOT_BY_KEY = refusal(403, "unAuthorization", "common:code_error.error_message.403")
COUNTS = {"trainingCounts": {"chunk": 0}, "errorCounts": {"chunk": 0}, "trainedCount": 5}
ITEM = {"_id": C, "trainingAmount": 4, "dataAmount": 5}
OTHERS = [{"_id": str(number)} for number in range(30)]


@pytest.mark.parametrize(
    ("answers", "facts"),
    [
        ([envelope({**COUNTS, "trainingCounts": {"chunk": 2}})], (2, 0, 5, False)),
        ([envelope({**COUNTS, "errorCounts": {"chunk": 1}})], (0, 1, 5, False)),
        ([envelope(COUNTS), envelope({"list": [{**ITEM, "trainingAmount": 0}], "total": 1})], (0, 0, 5, False)),
        (
            [envelope(COUNTS), envelope({"list": OTHERS, "total": 31}), envelope({"list": [ITEM], "total": 31})],
            (4, 0, 5, True),
        ),
        ([envelope(COUNTS), envelope({"list": OTHERS[:3], "total": 3})], (0, 0, 5, False)),
        ([page(), envelope({"list": [ITEM], "total": 1})], (4, None, 5, False)),
        ([NOT_BY_KEY, envelope({"list": [ITEM], "total": 1})], (4, None, 5, False)),
    ],
)
async def test_a_collection_of_an_older_server_is_asked_in_its_way(
    answers: list[Reply], facts: tuple[Any, ...]
) -> None:
    server = FakeServer(envelope({"_id": C, "datasetId": D, "parentId": "p1"}), *answers)
    state = await server.async_dataset().get_training(collectionId=C)
    assert (state.active, state.failed, state.trained, state.blocked) == facts
    assert server.hits == len(answers) + 1
    lists = [body for body in bodies(server) if "pageSize" in body]
    expected = {"datasetId": D, "parentId": "p1", "pageSize": 30}
    assert lists == [{**expected, "offset": 30 * number} for number in range(len(lists))]


async def test_a_dataset_says_only_what_is_left() -> None:
    server = FakeServer(envelope({"hasTrainingTask": True}))
    state = await server.async_dataset().get_training(datasetId=D)
    assert (state.active, state.is_done, server.query) == (None, False, {"datasetId": D})


@pytest.mark.parametrize("arguments", [{}, {"datasetId": D, "collectionId": C}])
async def test_training_is_that_of_one_thing(arguments: dict[str, Any]) -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match="pass either collectionId or datasetId"):
        await server.async_dataset().get_training(**arguments)
    assert server.hits == 0


async def test_a_retry_takes_the_form_that_the_server_takes() -> None:
    server = FakeServer(refusal(400, "error", "Data validation error", status=400), envelope())
    await server.async_dataset().retry_training(datasetId=D, collectionId=C)
    assert bodies(server) == [{"datasetId": D, "collectionId": C}, {"collectionId": C}]
    server = FakeServer(envelope())
    await server.async_dataset().retry_training(datasetId=D, collectionId=C)
    assert server.hits == 1


async def test_a_retry_that_no_form_is_taken_for_is_an_error() -> None:
    server = FakeServer(refusal(400, "error", "Data validation error", status=400))
    with pytest.raises(BadRequestError):
        await server.async_dataset().retry_training(datasetId=D, collectionId=C)
    assert server.hits == 2


# Deadlines


class Clock:
    """Goes on by what each answer takes; nothing waits."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    def takes(self, seconds: float, reply: Reply) -> Callable[[httpx.Request], Reply]:
        def answer(request: httpx.Request) -> Reply:
            self.now += seconds
            return reply

        return answer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(datasets_calls, "monotonic", clock)
    return clock


async def test_a_deadline_is_that_of_all_requests_of_a_call(clock: Clock) -> None:
    server = FakeServer(clock.takes(100, envelope({"insertLen": 200})))
    with pytest.raises(APITimeoutError, match=r"its deadline of 150\.0 s") as caught:
        await server.async_dataset(deadline=150).push_data(collectionId=C, data=[{"q": "q"}] * 600)
    assert server.hits == 2
    assert caught.value.pushed is not None
    assert caught.value.pushed.accepted == 400


@pytest.mark.parametrize(("seconds", "said"), [(200, r"its deadline of 150\.0 s"), (1, "too slow")])
async def test_a_request_that_outlives_the_deadline_says_the_whole_of_it(
    clock: Clock, seconds: float, said: str
) -> None:
    def late(request: httpx.Request) -> Reply:
        clock.now += seconds
        raise httpx.ReadTimeout("too slow")

    server = FakeServer(late)
    with pytest.raises(APITimeoutError, match=said) as caught:
        await server.async_dataset(deadline=150, max_retries=0).get_training(collectionId=C)
    assert caught.value.attempts == 1


# Answers that are no JSON


async def test_rows_are_exported_as_a_table() -> None:
    table = "\ufeffq,a\n1,2\n".encode()
    server = FakeServer(Reply((table,), 200, {"Content-Type": "text/csv; charset=utf-8"}))
    answer = await server.async_dataset().export_collection(collectionId=C, extra_body={"n": 1}, extra_query={"t": "1"})
    assert (answer.content, server.body, server.query) == (table, {"collectionId": C, "n": 1}, {"t": "1"})
    assert server.paths == ["/api/core/dataset/collection/export"]


async def test_an_export_too_soon_says_so() -> None:
    said = "Too many request, request 1 times every 60 seconds"
    server = FakeServer(refusal(429, "error", said, status=429))
    with pytest.raises(RateLimitError):
        await server.async_dataset(max_retries=0).export_collection(collectionId=C)


async def test_originals_are_downloaded_once_by_a_ticket() -> None:
    server = FakeServer(Reply((b"PK\x03\x04",), 200, {"Content-Type": "application/zip"}))
    answer = await server.async_dataset().download_collections(ticket="t1", extra_query={"t": "1"})
    assert (answer.content, server.query) == (b"PK\x03\x04", {"ticket": "t1", "t": "1"})
    server = FakeServer(refusal(501029, "archiveInvalidTicket", "gone", status=410))
    with pytest.raises(BadRequestError, match="archiveInvalidTicket"):
        await server.async_dataset().download_collections(ticket="t1", extra_body={"n": 1})
    assert (server.hits, server.body) == (1, {"n": 1})


# Keys and credentials


@pytest.mark.parametrize(
    "answer",
    [
        refusal(514, "unAuthApiKey", "common:code_error.error_message.514"),
        refusal(403, "unAuthorization", "common:code_error.error_message.403", status=403),
        plain(401),
    ],
)
async def test_a_refused_key_is_told_to_be_a_personal_one(answer: Reply) -> None:
    server = FakeServer(answer)
    with pytest.raises(AuthenticationError) as caught:
        await server.async_dataset().list_datasets()
    assert "needs a personal key" in str(caught.value)
    assert "an app key opens only chats" in str(caught.value)
    with pytest.raises(AuthenticationError) as caught:
        await server.async_chat().get_chat_histories()
    assert "opens only chats" not in str(caught.value)


async def test_a_key_that_an_older_server_takes_for_nothing_is_told_the_version() -> None:
    server = FakeServer(NOT_BY_KEY)
    with pytest.raises(AuthenticationError, match=r"4\.15\.0 and later; check api_key .* personal key"):
        await server.async_dataset().update_dataset(id=D, name="n")


async def test_a_right_that_is_missing_is_one_to_the_dataset() -> None:
    server = FakeServer(refusal(501004, "unAuthDataset", "common:core.dataset.error.unAuthDataset"))
    with pytest.raises(PermissionDeniedError, match="access to this dataset or collection"):
        await server.async_dataset().get_dataset(id=D)


@pytest.mark.parametrize("call", ["list_datasets", "iter_datasets", "get_dataset", "get_collection"])
async def test_credentials_of_the_server_are_not_shown(call: str) -> None:
    model = {"model": "m", "requestAuth": "sk-planted"}
    item = {
        "_id": D,
        "vectorModel": model,
        "dataset": {"apiDatasetServer": {"apiServer": {"authorization": "sk-planted"}}},
    }
    client = FakeServer(envelope(item if call.startswith("get") else [item])).async_dataset()
    found: Any
    if call == "iter_datasets":
        found = [item async for item in client.iter_datasets()]
    else:
        found = (await getattr(client, call)(**({"id": D} if call.startswith("get") else {}))).data
    assert "sk-planted" not in repr(found)
    assert found in (item, [item])


async def test_a_search_needs_something_to_look_for() -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match="text is missing"):
        await server.async_dataset().search(datasetId=D)
    assert server.hits == 0


async def test_an_index_that_is_gone_is_not_found() -> None:
    server = FakeServer(as_json({"code": 500, "statusText": "error", "message": "Dataset data index not found"}, 500))
    with pytest.raises(NotFoundError):
        await server.async_dataset().delete_data_index(dataId=R, indexDataId="7")
