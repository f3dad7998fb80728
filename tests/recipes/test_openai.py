"""OpenAI's SDK beside this client, against the embedded server: what each sees, as docs/coming-from.md tells it."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from fastgpt_client import AuthenticationError, ChatClient, WorkflowError
from fastgpt_client.testing import App, FakeFastGPT, Fixed, Select

HELLO = [{"role": "user", "content": "Hello!"}]
FAILS = [{"role": "user", "content": "LLM500"}]


@pytest.fixture
def server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


def sdk(server: FakeFastGPT, key: str) -> openai.OpenAI:
    return openai.OpenAI(api_key=key, base_url=f"{server.url}/api/v1")


def ours(server: FakeFastGPT, key: str, app: App | None = None) -> ChatClient:
    return ChatClient(api_key=key, base_url=server.url, app_id=app and app.id)


def test_a_plain_answer_is_seen_by_both(server: FakeFastGPT) -> None:
    key = server.app_key("simple")
    with sdk(server, key) as theirs, ours(server, key) as client:
        told = theirs.chat.completions.create(model="-", messages=HELLO, extra_body={"chatId": "one"})
        assert told.choices[0].message.content == client.create_chat_completion(HELLO).text == "You said: Hello!"


def test_a_plain_stream_is_seen_by_both(server: FakeFastGPT) -> None:
    key = server.app_key("simple")
    with sdk(server, key) as theirs, ours(server, key) as client:
        with theirs.chat.completions.create(model="-", messages=HELLO, stream=True) as chunks:
            told = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        with client.create_chat_completion(HELLO, stream=True) as stream:
            assert told == "".join(stream.text_deltas()) == "You said: Hello!"


def test_a_wrong_key_is_asked_with_three_times(server: FakeFastGPT) -> None:
    with sdk(server, "fastgpt-wrong") as theirs, pytest.raises(openai.InternalServerError):
        theirs.chat.completions.create(model="-", messages=HELLO)
    assert len(server.requests) == 3
    with ours(server, "fastgpt-wrong") as client, pytest.raises(AuthenticationError):
        client.create_chat_completion(HELLO)
    assert len(server.requests) == 4


def test_a_run_that_failed_is_an_empty_answer(server: FakeFastGPT) -> None:
    key = server.app_key("simple")
    with sdk(server, key) as theirs:
        assert theirs.chat.completions.create(model="-", messages=FAILS).choices[0].message.content == ""
        with theirs.chat.completions.create(model="-", messages=FAILS, stream=True) as chunks:
            ends = [(chunk.choices[0].delta.content, chunk.choices[0].finish_reason) for chunk in chunks]
        assert ends == [(None, "stop")]
    with ours(server, key) as client:
        with pytest.raises(WorkflowError):
            client.create_chat_completion(FAILS)
        with client.create_chat_completion(FAILS, stream=True, detail=True) as stream, pytest.raises(WorkflowError):
            stream.final()


def test_the_events_of_nodes_are_no_chunks(server: FakeFastGPT) -> None:
    key = server.app_key("simple")
    with sdk(server, key) as theirs:
        chunks = theirs.chat.completions.create(model="-", messages=HELLO, stream=True, extra_body={"detail": True})
        with chunks, pytest.raises(TypeError):  # `choices` is None
            "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    with ours(server, key) as client, client.create_chat_completion(HELLO, stream=True, detail=True) as stream:
        assert len(stream.final().node_responses) == 2


def test_a_pause_is_no_answer(server: FakeFastGPT) -> None:
    app = server.app(answer=Select("Which?", {"A": Fixed("a"), "B": Fixed("b")}))
    with sdk(server, app.key) as theirs:
        assert theirs.chat.completions.create(model="-", messages=HELLO).choices[0].message.content is None
    with ours(server, app.key, app) as client:
        conversation = client.conversation()
        assert conversation.ask("Hello!").interactive is not None
        assert conversation.reply("A").text.strip() == "a"
