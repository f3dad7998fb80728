# Generated from tests/_async/test_conversation_recovery_streams.py by scripts/generate.py: edit the source, not this file.
"""A stream that is cut, a reply that is cut, a server that does not tell: what the conversation makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    ChatClient,
    ServerError,
    StreamInterruptedError,
)
from fastgpt_client.interactive import UserSelect
from fastgpt_client.testing import FakeFastGPT, Reasoning, Search, Select, Tool
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import asked, at_rest, saved, settings, turns
from tests.support.until import PATIENCE

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

ANSWER = "You can visit Oslo in summer."
V2 = {"completions": "v2"}
STOP = "/api/v2/chat/stop"


@pytest.fixture(scope="module")
def old_server() -> Iterator[FakeFastGPT]:
    """A server that does not tell whether a run is going on."""
    with FakeFastGPT.serve(version="4.11", heartbeat=3600.0) as server:
        yield server


@pytest.mark.parametrize("after", range(5))
def test_a_stream_that_was_cut_goes_on_with_what_the_server_saved(server: FakeFastGPT, after: int) -> None:
    app = server.app(answers=[ANSWER, "Two."])
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("cut_in_event", app=app, after=after):
            stream = conversation.stream("Where?")
            texts = [text for text in stream.text_deltas()]
        answer = stream.final()
        assert "".join(texts) == answer.text == ANSWER
        assert [node["moduleType"] for node in answer.node_responses] == ["workflowStart", "chatNode"]
        following = conversation.ask("And then?")
        assert following.text == "Two."
    assert saved(server, app, conversation.chat_id) == turns(("Where?", ANSWER), ("And then?", "Two."))


def test_tools_and_thoughts_that_were_cut_are_told_too(server: FakeFastGPT) -> None:
    app = server.app(
        answer=[
            Reasoning("I had better look."),
            Search([{"q": "x"}]),
            Tool("weather", {"city": "Oslo"}, "sunny"),
            "Sun.",
        ]
    )
    with ChatClient(**settings(server, app, **V2)) as client:
        whole = client.conversation().ask("Where?")
        for after in range(1, 20):
            with server.fault("cut_in_event", app=app, after=after):
                stream = client.conversation().stream("Where?")
                answer = stream.final()
            assert (answer.text, answer.reasoning) == (whole.text, whole.reasoning)
            assert [(tool["params"], tool["response"]) for tool in answer.tool_calls] == [('{"city": "Oslo"}', "sunny")]
            assert len(answer.citations) == 1


def test_a_stream_that_was_cut_before_its_head_is_replayed(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("cut_before_headers", app=app):
            stream = conversation.stream("Where?")
        texts = [text for text in stream.text_deltas()]
        answer = stream.final()
        assert texts == [ANSWER]
        assert conversation.last is not None
        assert conversation.last.text == answer.text == ANSWER
        assert answer.http_response.status_code == 200
    assert saved(server, app, conversation.chat_id) == turns(("Where?", ANSWER))


def test_a_stream_that_was_cut_before_its_head_can_be_read_as_lines(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("cut_before_headers", app=app):
            stream = conversation.stream("Where?")
        lines = [line for line in stream.iter_lines()]
    assert lines[0] == "event: answer"
    (first, *_), *others = [json.loads(line[6:])["choices"] for line in lines if line.startswith('data: {"choices"')]
    assert first["delta"] == {"content": ANSWER}
    assert others[-1][0]["finish_reason"] == "stop"
    assert lines[-1] == ""


def test_a_stream_that_never_began_is_asked_for_again(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with server.fault("bad_gateway", app=app, times=2):
            stream = conversation.stream("Where?")
        answer = stream.final()
        assert answer.text == ANSWER
    assert saved(server, app, conversation.chat_id) == turns(("Where?", ANSWER))


def test_a_stream_that_fell_silent_goes_on_with_what_the_server_saved(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    timeout = httpx.Timeout(PATIENCE, read=1.0)
    with ChatClient(**settings(server, app, timeout=timeout, **V2)) as client:
        conversation = client.conversation()
        with server.fault("stall", app=app, after=3):
            stream = conversation.stream("Where?")
            answer = stream.final()
    assert answer.text == ANSWER
    assert saved(server, app, conversation.chat_id) == turns(("Where?", ANSWER))


def test_a_cut_stream_of_a_run_that_v1_ended_is_an_error(server: FakeFastGPT) -> None:
    app = server.app(answer="one two three four five six", delay=0.05)
    with ChatClient(**settings(server, app, completions="v1")) as client:
        conversation = client.conversation()
        with server.fault("cut_in_event", app=app, after=4):
            stream = conversation.stream("Where?")
            with pytest.raises(StreamInterruptedError) as caught:
                stream.final()
        assert caught.value.partial is not None
        assert caught.value.partial.text == "one two "
        assert caught.value.outcome_unknown
        # What was saved of it may be all or not, and nothing tells: it is not looked at.
        assert len(asked(server, conversation.chat_id, "")) == 1
        assert at_rest(server, app)
        ((_, question), (_, answer)) = saved(server, app, conversation.chat_id)
        assert question == "Where?"
        assert answer.startswith("one two ")
        following = conversation.ask("And then?")
        assert following.text == "one two three four five six"


def test_without_recovery_a_cut_stream_is_an_error_with_its_text(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation(recover=False)
        with server.fault("cut_in_event", app=app, after=5):
            stream = conversation.stream("Where?")
            with pytest.raises(StreamInterruptedError) as caught:
                stream.final()
        assert caught.value.partial is not None
        assert caught.value.partial.text == "You can "
    assert [it.path for it in asked(server, conversation.chat_id, "")] == ["/api/v2/chat/completions", STOP]


def test_lines_are_as_they_came_and_a_cut_there_is_an_error(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("cut_in_event", app=app, after=4):
            stream = conversation.stream("Where?")
            with pytest.raises(StreamInterruptedError):
                for _ in stream.iter_lines():
                    pass
        following = conversation.ask("And then?")
        assert following.text == ANSWER


def test_a_saved_answer_that_reads_otherwise_is_not_taken_for_the_rest(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("cut_in_event", app=app, after=6):
            stream = conversation.stream("Where?")
            for text in stream.text_deltas():
                if text == "You ":
                    chat = server.state.chat(app.id, conversation.chat_id)
                    assert chat is not None
                    while chat.status == 0:
                        pass
                    chat.alive[-1].value[:] = [{"text": {"content": "Something else."}}]
                    break
            with pytest.raises(StreamInterruptedError):
                stream.final()


def test_a_run_that_began_and_was_lost_is_never_asked_for_again(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("cut_in_event", app=app, after=6):
            stream = conversation.stream("Where?")
            for _ in stream.text_deltas():
                chat = server.state.chat(app.id, conversation.chat_id)
                assert chat is not None
                while chat.status == 0:
                    pass
                server.state.drop(chat)
                break
            with pytest.raises(StreamInterruptedError):
                stream.final()
    assert len(asked(server, conversation.chat_id)) == 1
    # The server says that nothing goes on: there is nothing to stop.
    assert asked(server, conversation.chat_id, "chat/stop") == []


# --- replies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, V2], ids=["v1", "v2"])
@pytest.mark.parametrize("kind", ["cut_before_headers", "cut_in_json"])
def test_a_reply_that_was_cut_is_looked_up_in_the_answer_that_asked(
    server: FakeFastGPT, kind: Any, options: dict[str, Any]
) -> None:
    second = Select("Sure?", {"Yes": "So be it."})
    app = server.app(answer=["Well. ", Select("Which?", {"Red": ["Red. ", second]})])
    with ChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        conversation.ask("go")
        with server.fault(kind, app=app):
            answer = conversation.reply("Red")
        assert answer.text == "Red. "
        assert isinstance(answer.interactive, UserSelect)
        assert answer.interactive.description == "Sure?"
        with server.fault(kind, app=app):
            answer = conversation.reply("Yes")
        assert (answer.text, answer.interactive) == ("So be it.", None)
    assert saved(server, app, conversation.chat_id) == turns(("go", "Well. Red. So be it."))


def test_a_reply_is_never_given_twice(server: FakeFastGPT) -> None:
    # The server keeps a reply's own id nowhere: a copy that came late would be taken for a question.
    app = server.app(answer=["Well. ", Select("Which?", {"Red": "Red it is."})])
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        conversation.ask("go")
        with server.fault("bad_gateway", app=app), pytest.raises(ServerError) as caught:
            conversation.reply("Red")
        assert caught.value.outcome_unknown
        assert len(asked(server, conversation.chat_id)) == 2
        answer = conversation.reply("Red")
    assert answer.text == "Red it is."


def test_the_nodes_of_a_reply_are_its_own(server: FakeFastGPT) -> None:
    app = server.app(answer=["Well. ", Select("Which?", {"Red": "Red it is."})])
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        first = conversation.ask("go")
        with server.fault("cut_in_json", app=app):
            answer = conversation.reply("Red")
    assert [node["moduleType"] for node in first.node_responses] == ["workflowStart", "chatNode"]
    assert [node["moduleType"] for node in answer.node_responses] == ["userSelect", "chatNode"]


@pytest.mark.parametrize("after", range(1, 6))
def test_the_stream_of_a_reply_that_was_cut_goes_on(server: FakeFastGPT, after: int) -> None:
    app = server.app(answer=["Well. ", Select("Which?", {"Red": ANSWER})])
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        conversation.ask("go")
        with server.fault("cut_in_event", app=app, after=after):
            stream = conversation.reply_stream("Red")
            answer = stream.final()
    assert answer.text == ANSWER
    assert saved(server, app, conversation.chat_id) == turns(("go", f"Well. {ANSWER}"))


# --- servers that do not tell ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, V2], ids=["v1", "v2"])
def test_an_older_server_is_asked_for_its_records_alone(old_server: FakeFastGPT, options: dict[str, Any]) -> None:
    app = old_server.app(answer=ANSWER)
    with ChatClient(**settings(old_server, app, **options)) as client:
        conversation = client.conversation()
        with old_server.fault("cut_in_json", app=app):
            answer = conversation.ask("Where?")
    assert answer.text == ANSWER
    assert saved(old_server, app, conversation.chat_id) == turns(("Where?", ANSWER))
    assert len([it for it in old_server.requests if it.path.endswith("getHistoryStatus")]) >= 1


def test_what_an_older_server_does_not_have_is_never_asked_again(old_server: FakeFastGPT) -> None:
    app = old_server.app(answer=ANSWER)
    with ChatClient(**settings(old_server, app, deadline=3.0)) as client:
        conversation = client.conversation()
        with old_server.fault("bad_gateway", app=app), pytest.raises(ServerError) as caught:
            conversation.ask("Where?")
    assert caught.value.status_code == 502
    assert len(asked(old_server, conversation.chat_id)) == 1
    assert len(asked(old_server, conversation.chat_id, "getPaginationRecords")) > 2


def test_a_cut_stream_of_an_older_server_keeps_its_text(old_server: FakeFastGPT) -> None:
    # It ends the run when its caller goes, also one of v2, and tells nobody when that is done.
    app = old_server.app(answer="one two three four five six", delay=0.05)
    with ChatClient(**settings(old_server, app, deadline=PATIENCE, **V2)) as client:
        conversation = client.conversation()
        with old_server.fault("cut_in_event", app=app, after=4):
            stream = conversation.stream("Where?")
            with pytest.raises(StreamInterruptedError) as caught:
                stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "one two "
    assert at_rest(old_server, app)
    ((_, question), (_, answer)) = saved(old_server, app, conversation.chat_id)
    assert question == "Where?"
    assert answer.startswith("one two ")
