# Generated from tests/_async/test_conversation_recovery.py by scripts/generate.py: edit the source, not this file.
"""An answer that does not arrive: it is looked up, or asked for again, and the server has each turn once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    APIConnectionError,
    APITimeoutError,
    ChatClient,
    ConflictError,
    FastGPTError,
    ServerError,
    StreamInterruptedError,
    WorkflowError,
)
from fastgpt_client.interactive import UserSelect
from fastgpt_client.testing import Failure, FakeFastGPT, Reasoning, Search, Select, Tool
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import asked, saved, settings, turns
from tests.support.fault_ports import ClosedPort

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

ANSWER = "You can visit Oslo in summer."
V2 = {"completions": "v2"}


@pytest.fixture(scope="module")
def old_server() -> Iterator[FakeFastGPT]:
    """A server that does not tell whether a run is going on."""
    with FakeFastGPT.serve(version="4.11", heartbeat=3600.0) as server:
        yield server


# --- blocking answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, V2], ids=["v1", "v2"])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "cut_before_headers"},
        {"kind": "cut_before_headers", "reset": True},
        {"kind": "cut_in_json"},
        {"kind": "cut_in_json", "reset": True},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_an_answer_that_was_cut_is_looked_up(
    server: FakeFastGPT, fault: dict[str, Any], options: dict[str, Any]
) -> None:
    app = server.app(answers=[ANSWER, "Two."])
    with ChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        with server.fault(**fault, app=app):
            answer = conversation.ask("Where?")
        assert answer.text == ANSWER
        assert answer.error is None
        assert [node["moduleType"] for node in answer.node_responses] == ["workflowStart", "chatNode"]
        assert answer.usage.total.output_tokens > 0
        assert conversation.last is answer
        conversation.rate(good="yes")
        following = conversation.ask("And then?")
        assert following.text == "Two."
    assert saved(server, app, conversation.chat_id) == turns(("Where?", ANSWER), ("And then?", "Two."))
    assert len(asked(server, conversation.chat_id)) == 2


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_question_that_never_arrived_is_asked_again_with_the_same_id(server: FakeFastGPT, status: int) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with server.fault("bad_gateway", app=app, status=status, times=2):
            answer = conversation.ask("Where?")
        assert answer.text == ANSWER
    assert saved(server, app, conversation.chat_id) == turns(("Where?", ANSWER))
    requests = asked(server, conversation.chat_id)
    assert len(requests) == 3
    assert len({request.json["responseChatItemId"] for request in requests}) == 1


def test_a_question_is_not_asked_again_by_a_client_that_does_not_retry(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, max_retries=0)) as client:
        conversation = client.conversation()
        with server.fault("bad_gateway", app=app), pytest.raises(ServerError) as caught:
            conversation.ask("Where?")
    assert caught.value.status_code == 502
    assert len(asked(server, conversation.chat_id)) == 1


def test_a_run_that_goes_on_is_waited_for(server: FakeFastGPT) -> None:
    app = server.app(answer="one two three four five six", delay=0.05)
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("stall", app=app):
            answer = client.with_options(timeout=0.1).conversation(chatId=conversation.chat_id).ask("Where?")
        assert answer.text == "one two three four five six"
    assert saved(server, app, conversation.chat_id) == turns(("Where?", answer.text))


def test_without_recovery_the_failure_is_told_at_once(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation(recover=False)
        with server.fault("cut_in_json", app=app), pytest.raises(APIConnectionError):
            conversation.ask("Where?")
    assert len(asked(server, conversation.chat_id, "")) == 1


def test_a_failure_that_the_server_explains_is_not_looked_into(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with server.fault("error_before_run", app=app, message="aiPointsNotEnough"), pytest.raises(FastGPTError):
            conversation.ask("Where?")
    assert len(asked(server, conversation.chat_id, "")) == 1


def test_a_saved_failure_is_told_as_one(server: FakeFastGPT) -> None:
    app = server.app(answer=Failure("500 the model"))
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with server.fault("cut_in_json", app=app), pytest.raises(WorkflowError, match="500 the model") as caught:
            conversation.ask("Where?")
        assert conversation.last is caught.value.completion


def test_a_run_that_v1_ended_because_its_caller_had_gone_is_not_taken_for_a_whole_one(
    server: FakeFastGPT,
) -> None:
    app = server.app(answer="one two three four five six", delay=0.1)
    with ChatClient(**settings(server, app, timeout=0.25)) as client:
        conversation = client.conversation()
        with pytest.raises(APITimeoutError) as caught:
            conversation.ask("Where?")
    assert caught.value.partial is not None
    assert "one two three four five six".startswith(caught.value.partial.text)
    assert saved(server, app, conversation.chat_id) == turns(("Where?", caught.value.partial.text))


def test_an_answer_whose_nodes_cannot_be_read_may_not_be_whole(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, max_retries=0)) as client:
        conversation = client.conversation()
        with (
            server.fault("cut_in_json", app=app),
            server.fault("bad_gateway", path="ResData", times=1),
            pytest.raises(APIConnectionError) as caught,
        ):
            conversation.ask("Where?")
    assert caught.value.partial is not None
    assert caught.value.partial.text == ANSWER


def test_marks_of_citations_are_left_out_as_in_an_answer_that_arrives(server: FakeFastGPT) -> None:
    text = "Oslo [6b01f55028cb02049eb506da](CITE) it is."
    app = server.app(answer=text)
    with ChatClient(**settings(server, app)) as client:
        with server.fault("cut_in_json", app=app, times=2):
            without = client.conversation().ask("Where?")
            kept = client.conversation(retainDatasetCite=True).ask("Where?")
    assert (without.text, kept.text) == ("Oslo  it is.", text)


# --- looks that fail ------------------------------------------------------------------------------------------------


def test_looks_that_get_no_answer_are_made_again(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, max_retries=0)) as client:
        conversation = client.conversation()
        with (
            server.fault("cut_in_json", app=app),
            server.fault("bad_gateway", path="getHistoryStatus", times=2),
            server.fault("cut_before_headers", path="getPaginationRecords", times=2),
        ):
            answer = conversation.ask("Where?")
    assert answer.text == ANSWER


def test_a_look_that_is_refused_ends_in_the_failure_of_the_question(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    # The key is bound to the app, and without its id nothing can be looked up.
    with ChatClient(**settings(server, app, api_key=app.key, app_id=None)) as client:
        with server.fault("cut_in_json", app=app), pytest.raises(APIConnectionError):
            client.conversation().ask("Where?")


def test_a_server_that_is_gone_is_given_up_when_the_budget_is_spent() -> None:
    with ClosedPort() as port:
        with ChatClient("fastgpt-x", port.url, app_id="a", retry_delay=0.0, deadline=0.5) as client:
            with pytest.raises(APIConnectionError) as caught:
                client.conversation().ask("Where?")
    assert not caught.value.request_sent


# --- a chat that still generates ------------------------------------------------------------------------------------


def test_a_chat_that_still_generates_is_waited_for(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with server.fault("generating", app=app, times=3):
            answer = conversation.ask("Where?")
        assert answer.text == ANSWER
        with server.fault("generating", app=app, times=3):
            stream = conversation.stream("Where?")
            answer = stream.final()
        assert answer.text == ANSWER
    assert len(asked(server, conversation.chat_id)) == 8


def test_it_is_waited_for_within_the_budget(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app, deadline=0.5)) as client:
        conversation = client.conversation()
        with server.fault("generating", app=app, times=None):
            with pytest.raises(ConflictError, match="chatIsGenerating"):
                conversation.ask("Where?")
            with pytest.raises(ConflictError, match="chatIsGenerating"):
                conversation.stream("Where?")
        answer = conversation.ask("Where?")
        assert answer.text == ANSWER


# --- streams --------------------------------------------------------------------------------------------------------


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
    timeout = httpx.Timeout(20.0, read=0.3)
    with ChatClient(**settings(server, app, timeout=timeout, **V2)) as client:
        conversation = client.conversation()
        with server.fault("stall", app=app, after=3):
            stream = conversation.stream("Where?")
            answer = stream.final()
    assert answer.text == ANSWER
    assert saved(server, app, conversation.chat_id) == turns(("Where?", ANSWER))


def test_a_cut_stream_of_a_run_that_v1_ended_is_an_error(server: FakeFastGPT) -> None:
    app = server.app(answer="one two three four five six", delay=0.05)
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with server.fault("cut_in_event", app=app, after=4):
            stream = conversation.stream("Where?")
            with pytest.raises(StreamInterruptedError) as caught:
                stream.final()
        assert caught.value.partial is not None
        assert caught.value.partial.text == "one two "
        ((_, question), (_, answer)) = saved(server, app, conversation.chat_id)
        assert question == "Where?"
        assert answer.startswith("one two ")
        following = conversation.ask("And then?")
        assert following.text == "one two three four five six"


def test_without_recovery_a_cut_stream_is_an_error_with_its_text(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app)) as client:
        conversation = client.conversation(recover=False)
        with server.fault("cut_in_event", app=app, after=4):
            stream = conversation.stream("Where?")
            with pytest.raises(StreamInterruptedError) as caught:
                stream.final()
        assert caught.value.partial is not None
        assert caught.value.partial.text == "You can "
    assert len(asked(server, conversation.chat_id, "")) == 1


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
@pytest.mark.parametrize("kind", ["cut_before_headers", "cut_in_json", "bad_gateway"])
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
    with ChatClient(**settings(old_server, app, deadline=0.5)) as client:
        conversation = client.conversation()
        with old_server.fault("bad_gateway", app=app), pytest.raises(ServerError) as caught:
            conversation.ask("Where?")
    assert caught.value.status_code == 502
    assert len(asked(old_server, conversation.chat_id)) == 1
    assert len(asked(old_server, conversation.chat_id, "getPaginationRecords")) > 2


def test_a_cut_stream_of_an_older_server_keeps_its_text(old_server: FakeFastGPT) -> None:
    # It ends the run when its caller goes, also one of v2, and tells nobody when that is done.
    app = old_server.app(answer="one two three four five six", delay=0.05)
    with ChatClient(**settings(old_server, app, deadline=5.0, **V2)) as client:
        conversation = client.conversation()
        with old_server.fault("cut_in_event", app=app, after=4):
            stream = conversation.stream("Where?")
            with pytest.raises(StreamInterruptedError) as caught:
                stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "one two "
    ((_, question), (_, answer)) = saved(old_server, app, conversation.chat_id)
    assert question == "Where?"
    assert answer.startswith("one two ")
