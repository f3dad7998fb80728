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
    WorkflowError,
)
from fastgpt_client.testing import Failure, FakeFastGPT
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import Talk, asked, saved, settings, turns
from tests.support.fake_server import FakeServer
from tests.support.fault_server import ClosedPort
from tests.support.replies import envelope

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
    app = server.app(answer="one two three four five six", delay=0.25)
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("stall", app=app):
            answer = client.with_options(timeout=1.0).conversation(chatId=conversation.chat_id).ask("Where?")
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


def test_a_run_that_v1_ended_because_its_caller_had_gone_is_not_taken_for_a_whole_one() -> None:
    with FakeFastGPT.serve(version="4.15.0", heartbeat=3600.0) as server:
        app = server.app(answer=Talk().answer)
        with ChatClient(**settings(server, app, timeout=1.0)) as client:
            conversation = client.conversation()
            with pytest.raises(APITimeoutError) as caught:
                conversation.ask("Where?")
        assert caught.value.partial is not None
        assert caught.value.partial.text == Talk.text
        assert saved(server, app, conversation.chat_id) == turns(("Where?", Talk.text))


def test_an_answer_whose_nodes_cannot_be_read_may_not_be_whole(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    with ChatClient(**settings(server, app)) as client:
        with (
            server.fault("cut_in_json", app=app),
            server.fault("error_before_run", path="ResData", message="unAuthChat"),
            pytest.raises(APIConnectionError) as caught,
        ):
            client.conversation().ask("Where?")
    assert caught.value.partial is not None
    assert caught.value.partial.text == ANSWER
    assert caught.value.outcome_unknown


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
            server.fault("bad_gateway", path="ResData"),
        ):
            answer = conversation.ask("Where?")
    assert answer.text == ANSWER


@pytest.mark.parametrize("data", [None, {}, [], "x"])
def test_an_odd_answer_to_a_look_tells_nothing(data: Any) -> None:
    fake = FakeServer(httpx.ReadError("cut"), envelope(data))
    with pytest.raises(APIConnectionError):
        fake.chat(deadline=1.0).conversation().ask("Where?")
    assert fake.paths.count("/api/v1/chat/completions") == 1
    assert fake.hits > 2


def test_a_look_that_is_refused_ends_in_the_failure_of_the_question(server: FakeFastGPT) -> None:
    app = server.app(answer=ANSWER)
    # The key is bound to the app, and without its id nothing can be looked up.
    with ChatClient(**settings(server, app, api_key=app.key, app_id=None)) as client:
        with server.fault("cut_in_json", app=app), pytest.raises(APIConnectionError):
            client.conversation().ask("Where?")


def test_a_server_that_is_gone_is_given_up_when_the_budget_is_spent() -> None:
    with ClosedPort() as port:
        with ChatClient("fastgpt-x", port.url, app_id="a", retry_delay=0.0, deadline=30.0) as client:
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
    with ChatClient(**settings(server, app, deadline=3.0)) as client:
        conversation = client.conversation()
        with server.fault("generating", app=app, times=None):
            with pytest.raises(ConflictError, match="chatIsGenerating"):
                conversation.ask("Where?")
            with pytest.raises(ConflictError, match="chatIsGenerating"):
                conversation.stream("Where?")
        answer = conversation.ask("Where?")
        assert answer.text == ANSWER
