# Generated from tests/_async/test_second_copies.py by scripts/generate.py: edit the source, not this file.
"""A completion that names its chat and its answer, of unknown fate: sent again only where a second copy is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fastgpt_client import APIConnectionError, ChatClient, ConflictError, FastGPTError, StreamInterruptedError
from fastgpt_client._conversation.ids import new_id
from fastgpt_client.testing import App, Delay, FakeFastGPT, Select
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import asked, at_rest, saved, settings, turns
from tests.support.fake_server import FakeServer, Reply
from tests.support.replies import as_json, completion, envelope, page, plain, refusal

short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

QUESTION: Any = [{"role": "user", "content": "Where?"}]
ANSWER = "You can visit Oslo in summer."
AGE = "/api/apidoc/systemopenapi.json"
OLDER, NEWER = ("4.11", "4.14", "4.14.11"), ("4.15.0", "4.16")
VERSIONS = pytest.mark.parametrize("completions", ["v1", "v2"])


@pytest.fixture(scope="module", params=[*OLDER, *NEWER])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(version: str) -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(version=version, heartbeat=3600.0) as server:
        yield server


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    return server.app(answers=[ANSWER, "Two."])


def ids() -> dict[str, Any]:
    """Return the ids of a chat and of an answer in it, of this test alone."""
    return {"chatId": new_id(), "responseChatItemId": new_id()}


def times_asked_for_its_age(server: FakeFastGPT) -> int:
    return sum(request.path == AGE for request in server.requests)


# --- servers of each age --------------------------------------------------------------------------------------------


@VERSIONS
@pytest.mark.parametrize("stream", [False, True])
def test_what_never_arrived_is_sent_again_with_the_same_ids(
    server: FakeFastGPT, app: App, version: str, completions: str, stream: bool
) -> None:
    names, before = ids(), times_asked_for_its_age(server)
    with ChatClient(**settings(server, app, completions=completions)) as client:
        with server.fault("bad_gateway", app=app, status=503, times=2):
            if version in OLDER:
                with pytest.raises(FastGPTError) as caught:
                    client.create_chat_completion(QUESTION, **names, stream=stream)
                assert caught.value.outcome_unknown
            elif stream:
                opened = client.create_chat_completion(QUESTION, **names, stream=True)
                answer = opened.final()
                assert answer.text == ANSWER
            else:
                answer = client.create_chat_completion(QUESTION, **names)
                assert answer.text == ANSWER
    posts = asked(server, names["chatId"])
    assert len(posts) == (1 if version in OLDER else 3)
    assert {request.json["responseChatItemId"] for request in posts} == {names["responseChatItemId"]}
    assert saved(server, app, names["chatId"]) == ([] if version in OLDER else turns(("Where?", ANSWER)))
    assert times_asked_for_its_age(server) - before == 1  # once a client


@VERSIONS
@pytest.mark.parametrize("kind", ["cut_before_headers", "cut_in_json"])
def test_what_was_answered_is_looked_up(
    server: FakeFastGPT, app: App, version: str, completions: str, kind: Any
) -> None:
    names = ids()
    with ChatClient(**settings(server, app, completions=completions)) as client:
        with server.fault(kind, app=app):
            if version in OLDER:
                with pytest.raises(APIConnectionError) as caught:
                    client.create_chat_completion(QUESTION, **names)
                assert caught.value.outcome_unknown
            else:
                answer = client.create_chat_completion(QUESTION, **names)
                assert (answer.text, answer.chat_id) == (ANSWER, names["chatId"])
    assert at_rest(server, app)
    assert saved(server, app, names["chatId"]) == turns(("Where?", ANSWER))
    assert len(asked(server, names["chatId"])) == 1


@VERSIONS
def test_a_conversation_asks_again_where_copies_are_refused(
    server: FakeFastGPT, app: App, version: str, completions: str
) -> None:
    # A server that does not tell whether a run is going on is looked at until the time is over.
    time = {"deadline": 1.0} if version in OLDER else {}
    with ChatClient(**settings(server, app, completions=completions, **time)) as client:
        conversation = client.conversation()
        with server.fault("bad_gateway", app=app):
            if version in OLDER:
                with pytest.raises(FastGPTError) as caught:
                    conversation.ask("Where?")
                assert caught.value.outcome_unknown
            else:
                answer = conversation.ask("Where?")
                assert answer.text == ANSWER
    assert len(asked(server, conversation.chat_id)) == (1 if version in OLDER else 2)


# --- the newest server ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def newest() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(heartbeat=3600.0) as server:
        yield server


def test_a_run_that_goes_on_is_waited_for(newest: FakeFastGPT) -> None:
    app = newest.app(answer=["one ", Delay(0.5), "two"])
    names = ids()
    with ChatClient(**settings(newest, app)) as client:
        with newest.fault("stall", app=app):
            patient = client.with_options(timeout=httpx.Timeout(20.0, read=0.1))
            answer = patient.create_chat_completion(QUESTION, **names)
    assert answer.text == "one two"
    assert saved(newest, app, names["chatId"]) == turns(("Where?", "one two"))


def test_a_stream_of_v1_that_did_not_open_is_an_error_with_what_was_saved(newest: FakeFastGPT) -> None:
    app = newest.app(answer=ANSWER)
    names = ids()
    with ChatClient(**settings(newest, app)) as client:
        with newest.fault("cut_before_headers", app=app), pytest.raises(APIConnectionError) as caught:
            client.create_chat_completion(QUESTION, **names, stream=True)
    assert caught.value.partial is not None
    assert ANSWER.startswith(caught.value.partial.text)
    assert not caught.value.outcome_unknown  # the server has ended the run, and has what it has
    assert len(asked(newest, names["chatId"])) == 1


def test_a_conversation_streams_by_v2_unless_it_is_told_otherwise(newest: FakeFastGPT) -> None:
    app = newest.app(answer=ANSWER)
    with ChatClient(**settings(newest, app)) as client:
        for view, path in (
            (client, "/api/v2/chat/completions"),
            (client.with_options(completions="v1"), "/api/v1/chat/completions"),
        ):
            conversation = view.conversation()
            stream = conversation.stream("Where?")
            stream.final()
            conversation.ask("Where?")
            paths = [request.path for request in asked(newest, conversation.chat_id)]
            assert paths == [path, "/api/v1/chat/completions"]


def test_a_message_in_a_chat_that_waits_is_never_sent_twice(newest: FakeFastGPT) -> None:
    # It is the answer, and leaves its own id nowhere.
    app, chat_id = newest.app(answer=Select("Which?", {"Red": "Red it is."})), new_id()
    with ChatClient(**settings(newest, app)) as client:
        client.create_chat_completion(QUESTION, chatId=chat_id, detail=True)
        red: Any = [{"role": "user", "content": "Red"}]
        for kind in ("bad_gateway", "cut_in_json"):
            with newest.fault(kind, app=app), pytest.raises(FastGPTError) as caught:
                client.create_chat_completion(red, **{**ids(), "chatId": chat_id})
            assert caught.value.outcome_unknown
    assert len(asked(newest, chat_id)) == 3
    assert saved(newest, app, chat_id) == turns(("Where?", "Red it is."))


def test_an_id_that_was_used_before_is_refused(newest: FakeFastGPT) -> None:
    app, names = newest.app(answer=ANSWER), ids()
    with ChatClient(**settings(newest, app)) as client:
        client.create_chat_completion(QUESTION, **names)
        with pytest.raises(ConflictError, match="already exists") as caught:
            client.create_chat_completion(QUESTION, **names)
    assert not caught.value.outcome_unknown


def test_an_opened_stream_is_not_asked_for_again(newest: FakeFastGPT) -> None:
    app, names = newest.app(answer=ANSWER), ids()
    with ChatClient(**settings(newest, app)) as client:
        with newest.fault("cut_in_event", app=app, after=2):
            stream = client.create_chat_completion(QUESTION, **names, stream=True)
            with pytest.raises(StreamInterruptedError) as caught:
                stream.final()
    assert caught.value.outcome_unknown
    assert len(asked(newest, names["chatId"], "")) == 1


SENT_ONCE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "without the answer's id": ({"responseChatItemId": None}, {}),
    "without the chat's id": ({"chatId": None}, {}),
    "in a chat that is not saved": ({"chatId": "NO_RECORD_HISTORIES"}, {}),
    "without the app's id": ({}, {"app_id": None}),
    "without retries": ({}, {"max_retries": 0}),
}


@pytest.mark.parametrize(("names", "options"), SENT_ONCE.values(), ids=SENT_ONCE)
def test_what_cannot_be_told_from_a_copy_is_sent_once(
    newest: FakeFastGPT, names: dict[str, Any], options: dict[str, Any]
) -> None:
    app = newest.app(answer=ANSWER)
    with ChatClient(**settings(newest, app, **{"api_key": app.key, **options})) as client:
        with newest.fault("bad_gateway", app=app, status=503), pytest.raises(FastGPTError) as caught:
            client.create_chat_completion(QUESTION, **{**ids(), **names})
    assert caught.value.outcome_unknown
    assert caught.value.attempts == 1


# --- servers that are not what they seem ----------------------------------------------------------------------------


class Script:
    """Answers completions one by one, and each look in the same way."""

    def __init__(self, age: Any, *completions: Any, records: Any = (), status: int = 1) -> None:
        self.age, self.completions, self.records, self.status = age, [*completions], records, status
        self.posts: list[Any] = []

    def __call__(self, request: httpx.Request) -> Reply:
        path = request.url.path
        if path.endswith("chat/completions"):
            self.posts.append(json.loads(request.content))
            answer = self.completions.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer
        if path == AGE:
            if isinstance(self.age, BaseException):
                raise self.age
            return self.age
        if path.endswith("getHistoryStatus"):
            return envelope({"list": [{"chatId": "c", "chatGenerateStatus": self.status}]})
        if path.endswith("getResData"):
            return envelope([{"id": "n1", "moduleType": "chatNode"}])
        return envelope({"list": [*self.records], "total": len(self.records)})


NAMES: Any = {"chatId": "c", "responseChatItemId": "answer-c"}
CUT = httpx.ReadError("cut")
DOCUMENT = as_json({"openapi": "3.1.0", "paths": {}})
USED = refusal(message="Chat dataId already exists: answer-c")
GENERATING = refusal(504001, "chatIsGenerating", "x")
SAVED = {"dataId": "answer-c", "obj": "AI", "value": [{"text": {"content": ANSWER}}]}


@pytest.mark.parametrize(
    "age",
    [
        page(),
        page(200),
        as_json({"code": 404}),
        as_json({"code": 200, "data": {"openapi": "3"}}),
        plain(403),
        plain(401),
    ],
    ids=["unknown path", "a page", "an envelope", "inside", "forbidden", "unauthorized"],
)
def test_a_server_that_has_no_such_document_is_an_older_one(age: Reply) -> None:
    script = Script(age, CUT, CUT)
    client = FakeServer(script).chat()
    for _ in range(2):
        with pytest.raises(APIConnectionError) as caught:
            client.create_chat_completion(QUESTION, **NAMES)
        assert caught.value.outcome_unknown
    assert len(script.posts) == 2


@pytest.mark.parametrize("age", [httpx.ReadError("down"), plain(502), plain(429)], ids=["down", "502", "429"])
def test_a_server_that_cannot_be_asked_now_is_asked_another_time(age: Any) -> None:
    script = Script(age, CUT, CUT, completion(ANSWER))
    client = FakeServer(script).chat(max_retries=1)
    with pytest.raises(APIConnectionError) as caught:
        client.create_chat_completion(QUESTION, **NAMES)
    assert caught.value.outcome_unknown
    script.age = DOCUMENT
    answer = client.create_chat_completion(QUESTION, **NAMES)
    assert answer.text == ANSWER
    assert len(script.posts) == 3


def test_a_conversation_asks_for_the_age_until_it_is_told() -> None:
    script = Script(DOCUMENT, CUT, completion(ANSWER))
    ages = iter([httpx.ReadError("down"), plain(503), DOCUMENT])

    def answer(request: httpx.Request) -> Reply:
        script.age = next(ages) if request.url.path == AGE else None
        return script(request)

    found = FakeServer(answer).chat().conversation().ask("Where?")
    assert found.text == ANSWER
    assert len({post["responseChatItemId"] for post in script.posts}) == 1
    assert [*ages] == []


@pytest.mark.parametrize("refused", [USED, GENERATING], ids=["used", "generating"])
def test_a_second_copy_that_is_refused_is_looked_up(refused: Reply) -> None:
    # The first one was late: it came between the look and the second one.
    script = Script(DOCUMENT, CUT, refused)

    def late(request: httpx.Request) -> Reply:
        script.records = [SAVED] if len(script.posts) > 1 else []
        return script(request)

    client = FakeServer(late).chat()
    answer = client.create_chat_completion(QUESTION, **NAMES)
    assert answer.text == ANSWER
    assert len(script.posts) == 2
    assert script.posts[0] == script.posts[1]


def test_a_copy_that_is_refused_and_found_nowhere_is_the_failure_of_the_first() -> None:
    script = Script(DOCUMENT, CUT, USED)
    with pytest.raises(APIConnectionError, match="cut") as caught:
        FakeServer(script).chat().create_chat_completion(QUESTION, **NAMES)
    assert caught.value.outcome_unknown
    assert len(script.posts) == 2


def test_copies_take_from_the_repeats_of_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client._http.retry.RetryBudget.capacity", 1.0)
    monkeypatch.setattr("fastgpt_client._http.retry.RetryBudget.per_second", 0.0)
    script = Script(DOCUMENT, CUT, CUT, CUT)
    with pytest.raises(APIConnectionError):
        FakeServer(script).chat().create_chat_completion(QUESTION, **NAMES)
    assert len(script.posts) == 2
