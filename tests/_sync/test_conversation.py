# Generated from tests/_async/test_conversation.py by scripts/generate.py: edit the source, not this file.
"""A conversation: its ids, what it sends, and what it does with its chat."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fastgpt_client import ChatClient, PermissionDeniedError, ValidationError, WorkflowError
from fastgpt_client.testing import App, Failure, FakeFastGPT
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import asked, saved, settings, turns
from tests.support.fake_server import APP_ID, FakeServer
from tests.support.replies import completion, envelope

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

VISITOR: Any = {"shareId": "s1", "outLinkUid": "u1"}


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    return server.app(answers=["One.", "Two.", "Three."])


# --- its turns ------------------------------------------------------------------------------------------------------


def test_it_makes_the_chat_s_id_and_one_for_each_answer(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        assert re.fullmatch("[a-z][a-z0-9]{23}", conversation.chat_id)
        conversation.ask("a")
        conversation.ask("b")
        assert client.conversation().chat_id != conversation.chat_id
    sent = [request.json for request in asked(server, conversation.chat_id)]
    ids = [body["responseChatItemId"] for body in sent]
    assert all(re.fullmatch("[a-z][a-z0-9]{23}", id) for id in ids)
    assert len({*ids, conversation.chat_id}) == 3


def test_it_sends_the_new_message_only(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        first = conversation.ask("a")
        second = conversation.ask([{"type": "text", "text": "b"}])
    assert (first.text, second.text) == ("One.", "Two.")
    sent = [request.json["messages"] for request in asked(server, conversation.chat_id)]
    assert sent == [
        [{"role": "user", "content": "a"}],
        [{"role": "user", "content": [{"type": "text", "text": "b"}]}],
    ]
    assert saved(server, app, conversation.chat_id) == turns(("a", "One."), ("b", "Two."))


def test_an_instruction_goes_ahead_of_each_message_and_is_not_kept(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation(system="Be brief.")
        conversation.ask("a")
        conversation.stream("b").final()
    sent = [request.json["messages"] for request in asked(server, conversation.chat_id)]
    instruction = {"role": "system", "content": "Be brief."}
    assert sent == [[instruction, {"role": "user", "content": text}] for text in ("a", "b")]
    assert saved(server, app, conversation.chat_id) == turns(("a", "One."), ("b", "Two."))


def test_it_streams(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with conversation.stream("a") as stream:
            texts = [text for text in stream.text_deltas()]
            answer = stream.final()
        assert "".join(texts) == answer.text == "One."
        assert conversation.last is not None
        assert conversation.last.text == "One."
        assert conversation.last.chat_id == conversation.chat_id
        following = conversation.ask("b")
        assert following.text == "Two."


def test_the_last_answer_is_kept(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        assert conversation.last is None
        answer = conversation.ask("a")
        assert conversation.last is answer


def test_a_run_that_failed_is_the_last_answer_too(server: FakeFastGPT) -> None:
    app = server.app(answers=["One.", Failure("500 the model")])
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        conversation.ask("a")
        with pytest.raises(WorkflowError) as caught:
            conversation.ask("b")
        assert conversation.last is not None
        assert conversation.last is caught.value.completion
        assert conversation.last.error == "500 the model"
        conversation.rate(bad="no answer")
    chat = server.state.chat(app.id, conversation.chat_id)
    assert chat is not None
    assert [record.feedback for record in chat.alive if record.obj == "AI"] == [{}, {"userBadFeedback": "no answer"}]


def test_so_is_a_stream_of_one(server: FakeFastGPT) -> None:
    app = server.app(answer=Failure("500 the model"))
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        stream = conversation.stream("a")
        with pytest.raises(WorkflowError):
            stream.final()
        assert conversation.last is not None
        assert conversation.last.error == "500 the model"


def test_it_asks_for_details_unless_told_otherwise(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        loud, quiet = client.conversation(), client.conversation(detail=False)
        loud_answer, quiet_answer = loud.ask("a"), quiet.ask("a")
    assert [node["moduleType"] for node in loud_answer.node_responses] == ["workflowStart", "chatNode"]
    assert quiet_answer.node_responses == []


def test_variables_of_a_turn_go_over_those_of_the_conversation() -> None:
    fake = FakeServer(completion())
    conversation = fake.chat().conversation(variables={"city": "Oslo", "level": 1})
    conversation.ask("a", variables={"level": 2})
    assert fake.body["variables"] == {"city": "Oslo", "level": 2}
    conversation.ask("b")
    assert fake.body["variables"] == {"city": "Oslo", "level": 1}
    fake.chat().conversation(variables={}).ask("c")
    assert "variables" not in fake.body


def test_it_sends_who_is_asking_with_each_turn() -> None:
    fake = FakeServer(envelope({"list": [], "total": 0}), completion())
    conversation = fake.chat().conversation(
        chatId="c1",
        appId="65f0000000000000000000ff",
        customUid="user-7",
        metadata={"page": "help"},
        retainDatasetCite=True,
        authProxy={"username": "ann"},
    )
    assert conversation.app_id == "65f0000000000000000000ff"
    conversation.ask("a")
    body = fake.body
    del body["responseChatItemId"]
    assert body == {
        "messages": [{"role": "user", "content": "a"}],
        "stream": False,
        "detail": True,
        "chatId": "c1",
        "appId": "65f0000000000000000000ff",
        "customUid": "user-7",
        "metadata": {"page": "help"},
        "retainDatasetCite": True,
        "authProxy": {"username": "ann"},
    }


@pytest.mark.parametrize("argument", [{"chatId": ""}, {"chatId": " "}, {"appId": ""}, {"chatId": 5}])
def test_an_id_that_is_none_is_refused(argument: Any) -> None:
    with pytest.raises(ValidationError, match=next(iter(argument))):
        FakeServer(completion()).chat().conversation(**argument)


@pytest.mark.parametrize("content", [{1, 2}, "\ud800"])
def test_a_message_that_cannot_be_sent_leaves_the_turn_to_the_next(content: Any) -> None:
    fake = FakeServer(completion())
    conversation = fake.chat().conversation()
    with pytest.raises(ValidationError):
        conversation.ask(content)
    with pytest.raises(ValidationError):
        conversation.stream(content)
    assert fake.hits == 0
    answer = conversation.ask("a")
    assert answer.text == "Hello"


def test_it_shows_its_chat() -> None:
    conversation = FakeServer(completion()).chat().conversation(chatId="c1")
    assert repr(conversation) == f"<{type(conversation).__name__} 'c1'>"
    assert conversation.app_id == APP_ID


# --- its chat -------------------------------------------------------------------------------------------------------


def test_its_records_from_the_newest_to_the_oldest(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        for question in "abc":
            conversation.ask(question)
        found = [record for record in conversation.records(pageSize=2)]
    assert [record.text for record in found] == ["Three.", "c", "Two.", "b", "One.", "a"]


def test_it_is_renamed_pinned_and_deleted(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        conversation.ask("a")
        chat = server.state.chat(app.id, conversation.chat_id)
        assert chat is not None
        conversation.rename("My trip")
        conversation.pin()
        assert (chat.custom_title, chat.top) == ("My trip", True)
        conversation.pin(False)
        assert not chat.top
        with pytest.raises(ValidationError, match="title"):
            conversation.rename("")
        conversation.delete()
        assert chat.deleted


def test_an_answer_is_rated(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        conversation.ask("a")
        chat = server.state.chat(app.id, conversation.chat_id)
        assert chat is not None
        answer = chat.alive[-1]
        conversation.rate(good="yes")
        assert answer.feedback == {"userGoodFeedback": "yes"}
        conversation.rate(bad="wrong")
        assert answer.feedback == {"userBadFeedback": "wrong"}
        conversation.rate()
        assert answer.feedback == {}
        conversation.ask("b")
        conversation.rate(good="yes", dataId=answer.data_id)
        assert answer.feedback == {"userGoodFeedback": "yes"}


def test_the_answer_of_a_stream_is_rated(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        stream = conversation.stream("a")
        stream.final()
        conversation.rate(good="yes")
    chat = server.state.chat(app.id, conversation.chat_id)
    assert chat is not None
    assert chat.alive[-1].feedback == {"userGoodFeedback": "yes"}


def test_without_a_turn_there_is_nothing_to_rate() -> None:
    fake = FakeServer(completion())
    with pytest.raises(ValidationError, match="dataId is missing"):
        fake.chat().conversation(chatId="c1").rate(good="yes")
    assert fake.hits == 0


def test_questions_are_suggested(server: FakeFastGPT) -> None:
    app = server.app(answer="One.", suggestions=["Why?", "How?"])
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        conversation.ask("a")
        suggested = conversation.suggested_questions()
    assert suggested.data == ["Why?", "How?"]


def test_it_is_stopped_by_hand(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        conversation.stop()
    assert [request.path for request in asked(server, conversation.chat_id, "")] == ["/api/v2/chat/stop"]


def test_it_goes_on_in_another_process(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        conversation.ask("a")
    with ChatClient(**settings(server, app, app_id=None)) as client:
        again = client.conversation(chatId=conversation.chat_id, appId=app.id)
        answer = again.ask("b")
    assert answer.text == "Two."
    assert saved(server, app, again.chat_id) == turns(("a", "One."), ("b", "Two."))


@pytest.mark.parametrize("old", [False, True])
def test_a_visitor_of_a_share_link_is_named_in_each_call(old: bool) -> None:
    nothing = envelope({"list": [], "total": 0})
    fake = FakeServer(nothing, completion(), nothing)
    named = VISITOR if old else {"outLinkAuthData": VISITOR}
    conversation = fake.chat().conversation(chatId="c1", **named)
    conversation.ask("a")
    conversation.rename("b")
    conversation.pin()
    conversation.rate(good="yes")
    conversation.suggested_questions()
    conversation.stop()
    conversation.delete()
    assert [record for record in conversation.records()] == []
    assert fake.hits == 9
    for request in fake.requests:
        sent = request.content.decode() + str(request.url)
        assert "outLinkUid" in sent
        assert ("outLinkAuthData" in sent) is not old
        # Newer servers refuse both, older ones want both.
        assert ("appId" in sent) is old


def test_an_app_that_may_not_be_used_is_told(server: FakeFastGPT, app: App) -> None:
    fault = server.fault("error_before_run", app=app, message="unAuthApp")
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with fault, pytest.raises(PermissionDeniedError):
            conversation.ask("a")
        assert conversation.last is None
        answer = conversation.ask("a")
        assert answer.text == "One."
