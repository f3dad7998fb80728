# Generated from tests/_async/test_conversation_recordings.py by scripts/generate.py: edit the source, not this file.
"""Conversations with recorded servers: pauses, tools, thoughts, plugins, sources and cost as typed objects."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from fastgpt_client import ChatClient
from fastgpt_client.interactive import UserInput, UserSelect
from tests.support import fault_fixtures
from tests.support.recorded_runs import RUNS, Run
from tests.support.replay_server import ReplayServer

no_certificates = fault_fixtures.no_certificates

KEY = "fastgpt-REDACTED"


@pytest.fixture(scope="module")
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as server:
        yield server


@pytest.fixture(scope="module")
def client(server: ReplayServer) -> Iterator[ChatClient]:
    with ChatClient(KEY, server.url, max_retries=0) as client:
        yield client


@pytest.mark.parametrize("run", [run for run in RUNS if run.form == "json"], ids=str)
def test_a_blocking_answer(server: ReplayServer, client: ChatClient, run: Run) -> None:
    assert run.recording is not None
    server.serve(run.recording)
    answer = client.with_options(completions=run.api).conversation().ask("go")
    run.check(answer)


@pytest.mark.parametrize("run", [run for run in RUNS if run.form == "stream"], ids=str)
def test_a_stream(server: ReplayServer, client: ChatClient, run: Run) -> None:
    assert run.recording is not None
    server.serve(run.recording, "chunks")
    conversation = client.with_options(completions=run.api).conversation()
    with conversation.stream("go") as stream:
        answer = stream.final()
    run.check(answer)
    assert conversation.last is not None
    run.check(conversation.last)


@pytest.mark.parametrize("run", [run for run in RUNS if run.kind.endswith("1-ask")], ids=str)
def test_a_pause_and_its_reply(server: ReplayServer, client: ChatClient, run: Run) -> None:
    following = Run(run.version, run.api, run.kind.replace("1-ask", "2-answer"), run.form)
    assert run.recording is not None
    assert following.recording is not None
    conversation = client.with_options(completions=run.api).conversation()
    server.serve(run.recording)
    if run.form == "json":
        first = conversation.ask("go")
    else:
        stream = conversation.stream("go")
        first = stream.final()
    pause = first.interactive
    if isinstance(pause, UserSelect):
        message = pause.choose("Red")
    else:
        assert isinstance(pause, UserInput)
        message = pause.fill({"name": "Ann", "plan": "pro", "age": 33})
    server.serve(following.recording)
    if run.form == "json":
        answer = conversation.reply(message)
    else:
        stream = conversation.reply_stream(message)
        answer = stream.final()
    following.check(answer)
    sent = json.loads(server.requests[0].body)
    assert sent["chatId"] == conversation.chat_id
    # To the letter what the recorded server was sent, but for the order of a form's fields.
    recorded = following.recording.json["messages"][0]
    assert sent["messages"][0]["role"] == recorded["role"]
    if isinstance(pause, UserSelect):
        assert sent["messages"][0]["content"] == recorded["content"]
    else:
        assert json.loads(sent["messages"][0]["content"]) == json.loads(recorded["content"])
