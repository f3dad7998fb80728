# Generated from tests/_async/test_chat_extras.py by scripts/generate.py: edit the source, not this file.
"""Quotes, speech, and the state of chats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fastgpt_client import (
    ChatClient,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ValidationError,
)
from fastgpt_client.testing import App, FakeFastGPT, Search
from tests.support import embedded_chats, fault_fixtures
from tests.support.call import VISITOR
from tests.support.embedded_chats import Talk, saved, settings, turns
from tests.support.fake_server import APP_ID, FakeServer
from tests.support.replies import envelope, page, plain, refusal

server = embedded_chats.server
no_certificates = fault_fixtures.no_certificates

SOUND = b"ID3\x04\x00 sound \xff\xfb"
TTS: Any = {"model": "tts-1", "voice": "alloy"}
QUOTES = {"chatId": "c1", "chatItemDataId": "d1", "datasetDataIdList": ["q1"], "collectionIdList": ["k1"]}


@pytest.fixture(scope="module")
def old_server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(version="4.11", heartbeat=3600.0) as server:
        yield server


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    return server.app(answer="One.")


# --- quotes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["new", "old"])
def test_the_texts_of_citations_are_fetched(server: FakeFastGPT, old_server: FakeFastGPT, version: str) -> None:
    found = server if version == "new" else old_server
    app = found.app(answer=[Search([{"q": "Oslo is in Norway.", "a": "Yes."}, {"q": "Fjords"}]), "Norway."])
    with ChatClient(**settings(found, app)) as client:
        conversation = client.conversation()
        answer = conversation.ask("Where is Oslo?")
        newest = client.get_chat_records(chatId=conversation.chat_id)
        quotes = client.get_quotes(
            chatId=conversation.chat_id,
            chatItemDataId=newest.data["list"][-1]["dataId"],
            datasetDataIdList=[citation.id for citation in answer.citations[:1]],
            collectionIdList=[citation.collection_id for citation in answer.citations],
        )
    assert len(answer.citations) == 2
    assert [(quote["q"], quote["a"]) for quote in quotes.data] == [("Oslo is in Norway.", "Yes.")]


def test_the_quotes_of_an_unknown_answer_are_refused(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        with pytest.raises(PermissionDeniedError, match="unAuthChat"):
            client.get_quotes(**QUOTES)


@pytest.mark.parametrize(
    ("call", "path"), [("get_quotes", "getQuote"), ("get_collection_quotes", "getCollectionQuote")]
)
def test_quotes_stood_elsewhere_before_4_14(call: str, path: str) -> None:
    fake = FakeServer(page(), envelope([]))
    arguments = QUOTES if call == "get_quotes" else {"chatId": "c1", "chatItemDataId": "d1", "collectionId": "k1"}
    getattr(fake.chat(), call)(**arguments)
    assert fake.paths == [f"/api/core/chat/record/{path}", f"/api/core/chat/quote/{path}"]


@pytest.mark.parametrize("call", ["get_quotes", "get_collection_quotes", "get_speech"])
def test_a_visitor_of_an_older_server_is_named_beside_the_app(call: str) -> None:
    fake = FakeServer(envelope([]) if call != "get_speech" else plain(200, SOUND))
    arguments: dict[str, Any] = {
        "get_quotes": QUOTES,
        "get_collection_quotes": {"chatId": "c1", "chatItemDataId": "d1", "collectionId": "k1"},
        "get_speech": {"input": "Hi", "ttsConfig": TTS},
    }[call]
    getattr(fake.chat(), call)(**arguments, **VISITOR)
    assert fake.body | VISITOR | {"appId": APP_ID} == fake.body


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("chatId", ""),
        ("chatItemDataId", " "),
        ("datasetDataIdList", []),
        ("datasetDataIdList", "q1"),
        ("collectionIdList", ["k1", ""]),
        ("collectionIdList", [None]),
    ],
)
def test_ids_of_quotes_that_are_none_are_refused(argument: str, value: Any) -> None:
    fake = FakeServer(envelope([]))
    with pytest.raises(ValidationError, match=argument):
        fake.chat().get_quotes(**{**QUOTES, argument: value})
    assert fake.hits == 0


@pytest.mark.parametrize("argument", ["chatId", "chatItemDataId", "collectionId", "initialId", "nextId", "prevId"])
def test_an_id_of_a_collection_s_page_that_is_none_is_refused(argument: str) -> None:
    fake = FakeServer(envelope())
    arguments = {"chatId": "c1", "chatItemDataId": "d1", "collectionId": "k1", argument: ""}
    with pytest.raises(ValidationError, match=argument):
        fake.chat().get_collection_quotes(**arguments)
    assert fake.hits == 0


# --- speech ---------------------------------------------------------------------------------------------------------


def test_speech_is_bytes(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        spoken = client.get_speech(input="Hello", ttsConfig=TTS)
    assert spoken.content.startswith(b"RIFF")
    assert (spoken.status_code, spoken.json()) == (200, None)


def test_what_is_asked_of_speech() -> None:
    fake = FakeServer(plain(200, SOUND))
    spoken = fake.chat().get_speech(
        input="Hi", ttsConfig={**TTS, "speed": 1.5}, chatId="c1", extra_body={"newer": 1}, extra_query={"trace": "t"}
    )
    assert spoken.content == SOUND
    assert fake.paths == ["/api/core/chat/record/getSpeech"]
    config = {**TTS, "speed": 1.5}
    assert fake.body == {"appId": APP_ID, "chatId": "c1", "ttsConfig": config, "input": "Hi", "newer": 1}
    assert fake.query == {"trace": "t"}
    fake.chat().get_speech(input="Hi", ttsConfig=TTS, outLinkAuthData=VISITOR)
    assert fake.body == {"outLinkAuthData": VISITOR, "ttsConfig": TTS, "input": "Hi"}


def test_speech_stood_elsewhere_before_4_14() -> None:
    fake = FakeServer(page(), plain(200, SOUND))
    client = fake.chat()
    client.get_speech(input="Hi", ttsConfig=TTS)
    client.get_speech(input="Hi", ttsConfig=TTS)
    old = "/api/core/chat/item/getSpeech"
    assert fake.paths == ["/api/core/chat/record/getSpeech", old, old]


def test_a_voice_that_is_not_there_is_told() -> None:
    fake = FakeServer(refusal(500, "error", "voice not found"))
    with pytest.raises(ServerError, match="voice not found"):
        fake.chat().get_speech(input="Hi", ttsConfig=TTS)
    assert fake.hits == 1


@pytest.mark.parametrize("answer", [plain(200, b""), page(200)], ids=["empty", "page"])
def test_what_is_no_sound_is_an_error(answer: Any) -> None:
    with pytest.raises(ServerError):
        FakeServer(answer).chat().get_speech(input="Hi", ttsConfig=TTS)


def test_speech_that_may_have_been_made_is_not_asked_for_again() -> None:
    fake = FakeServer(plain(502))
    with pytest.raises(ServerError):
        fake.chat().get_speech(input="Hi", ttsConfig=TTS)
    assert fake.hits == 1


@pytest.mark.parametrize("input", ["", "  ", 5])
def test_speech_of_nothing_is_refused(input: Any) -> None:
    fake = FakeServer(plain(200, SOUND))
    with pytest.raises(ValidationError, match="input"):
        fake.chat().get_speech(input=input, ttsConfig=TTS)
    assert fake.hits == 0


# --- the state of chats ---------------------------------------------------------------------------------------------


def test_whether_chats_generate(server: FakeFastGPT) -> None:
    app = server.app(answer=Talk().answer)
    with ChatClient(**settings(server, app, completions="v2")) as client:
        running, unknown = client.conversation(), client.conversation()
        with running.stream("go"):
            status = client.get_history_status(chatIds=[running.chat_id, unknown.chat_id])
        assert [(chat["chatId"], chat["chatGenerateStatus"]) for chat in status.data["list"]] == [(running.chat_id, 0)]


def test_a_chat_is_marked_as_read(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        conversation.ask("a")
        before = client.get_history_status(chatIds=[conversation.chat_id])
        client.mark_read(chatId=conversation.chat_id)
        after = client.get_history_status(chatIds=[conversation.chat_id])
    assert not before.data["list"][0]["hasBeenRead"]
    assert after.data["list"][0]["hasBeenRead"]


def test_several_chats_are_deleted_for_good(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        one, two = client.conversation(), client.conversation()
        one.ask("a")
        two.ask("a")
        client.batch_delete_chat_histories(chatIds=[one.chat_id, "unknown"])
        assert server.state.chat(app.id, one.chat_id) is None
        one.ask("b")
    assert saved(server, app, one.chat_id) == turns(("b", "One."))
    assert saved(server, app, two.chat_id) == turns(("a", "One."))


@pytest.mark.parametrize("call", ["get_history_status", "batch_delete_chat_histories"])
@pytest.mark.parametrize("ids", [[], "c1", ["c1", ""], ["c1", None], [5], None])
def test_a_list_of_chats_that_is_none_is_refused(call: str, ids: Any) -> None:
    fake = FakeServer(envelope())
    with pytest.raises(ValidationError, match="chatIds"):
        getattr(fake.chat(), call)(chatIds=ids)
    assert fake.hits == 0


def test_a_server_that_is_too_old_is_told(old_server: FakeFastGPT) -> None:
    app = old_server.app(answer="One.")
    with ChatClient(**settings(old_server, app)) as client:
        with pytest.raises(NotFoundError, match=r"4\.14\.11 or later"):
            client.get_history_status(chatIds=["c1"])
        with pytest.raises(NotFoundError, match=r"4\.14\.11 or later"):
            client.mark_read(chatId="c1")
        with pytest.raises(NotFoundError, match=r"4\.14\.4 or later"):
            client.batch_delete_chat_histories(chatIds=["c1"])


def test_the_state_of_chats_is_asked_for_again_after_a_limit(server: FakeFastGPT, app: App) -> None:
    fault = server.fault("rate_limit", path="getHistoryStatus", times=1, headers={"Retry-After": "0"})
    with ChatClient(**settings(server, app)) as client:
        status = client.get_history_status(chatIds=["c1"])
        assert status.data["list"] == []
        assert (status.attempts, fault.hits) == (2, 1)
        with server.fault("rate_limit", path="markRead"), pytest.raises(RateLimitError):
            client.with_options(max_retries=0).mark_read(chatId="c1")
