"""Characters that a server cut between their UTF-16 halves: whole in every text, and `.raw` as it came."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastgpt_client import (
    Answer,
    ChatCompletion,
    ChatStream,
    Event,
    FastAnswer,
    Record,
    StreamInterruptedError,
    ToolCall,
    ToolParams,
)
from fastgpt_client._json import whole_text
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Reply
from tests.support.faults import DONE, STOP, event
from tests.support.replies import JSON, events
from tests.support.wire_events import delta

SMILE, HIGH, LOW = "\U0001f600", "\ud83d", "\ude00"
LONE = "\ufffd"
SIGNS = ["a", "你", SMILE, HIGH, LOW, '"', "\n", "\ufeff"]


def opened(*blocks: bytes) -> ChatStream:
    return FakeServer(events(b"".join(blocks))).chat().create_chat_completion(QUESTION, stream=True)


def piece(text: str, key: str = "content", name: str | None = None) -> bytes:
    """Return a piece of the answer as FastGPT writes it: what has no form in UTF-8 is escaped."""
    data = json.dumps(delta(**{key: "@"}), ensure_ascii=False, separators=(",", ":"))
    inside = "".join(f"\\u{ord(sign):04x}" if "\ud800" <= sign < "\ue000" else json.dumps(sign)[1:-1] for sign in text)
    return event(data.replace("@", inside), name)


def parsed(text: str) -> str:
    """Return what JSON makes of a text: its halves that stand side by side are one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def tool(name: str, call_id: str, params: str) -> bytes:
    return event(json.dumps({"tool": {"id": call_id, "toolName": "t", "functionName": "f", "params": params}}), name)


def params_of(found: Iterable[Event]) -> list[str]:
    return [item.params for item in found if isinstance(item, (ToolCall, ToolParams))]


@settings(max_examples=300)
@given(
    pieces=st.lists(st.text(st.sampled_from(SIGNS), max_size=4), max_size=8),
    key=st.sampled_from(["content", "reasoning_content"]),
    named=st.booleans(),
)
def test_a_text_is_whole_however_it_is_cut(pieces: list[str], key: str, named: bool) -> None:
    blocks = [piece(text, key, "answer" if named else None) for text in pieces]
    whole = whole_text("".join(pieces))
    items = [*opened(*blocks, STOP, DONE)]
    answers = [item for item in items if isinstance(item, Answer)]
    texts = [answer.text if key == "content" else answer.reasoning for answer in answers]
    assert "".join(texts) == whole
    assert all(text == whole_text(text) for text in texts)
    assert [answer.raw["choices"][0]["delta"].get(key) for answer in answers[: len(pieces)]] == [*map(parsed, pieces)]
    stream = opened(*blocks, STOP, DONE)
    deltas = [*stream.text_deltas()]
    final = stream.final()
    assert (final.text if key == "content" else final.reasoning) == whole
    assert "".join(deltas) == final.text


def test_the_event_that_completes_a_character_bears_it() -> None:
    found = [*opened(piece("Hi " + HIGH), piece(""), piece(LOW + "!", name="answer"), STOP, DONE)]
    assert [item.text for item in found if isinstance(item, Answer)] == ["Hi ", "", SMILE + "!", ""]
    assert [*opened(piece(HIGH), piece(LOW), DONE).text_deltas()] == [SMILE]


def test_text_and_reasoning_are_two_texts() -> None:
    blocks = [piece(HIGH), piece(HIGH, "reasoning_content"), piece("a"), piece(LOW, "reasoning_content"), STOP, DONE]
    final = opened(*blocks).final()
    assert (final.text, final.reasoning) == (LONE + "a", SMILE)


def test_a_quick_answer_goes_on_with_the_text() -> None:
    first, second = [*opened(piece(HIGH, name="fastAnswer"), piece(LOW, name="fastAnswer"), DONE)]
    assert first == FastAnswer("", raw=delta(content=HIGH))
    assert isinstance(second, FastAnswer)
    assert (second.text, second.raw) == (SMILE, delta(content=LOW))


def test_the_parameters_of_each_tool_call_are_a_text() -> None:
    blocks = [
        tool("toolCall", "1", "{" + HIGH),
        tool("toolCall", "2", HIGH),
        tool("toolParams", "1", LOW),
        tool("toolParams", "2", "x"),
        tool("toolParams", "2", HIGH),
    ]
    stream = opened(*blocks, STOP, DONE)
    found = [*stream]
    assert params_of(found) == ["{", "", SMILE, LONE + "x", "", LONE]
    assert [call.get("params") for call in stream.final().tool_calls] == ["{" + SMILE, LONE + "x" + LONE]
    assert found[0].raw["tool"]["params"] == "{" + HIGH


@pytest.mark.parametrize("end", [STOP + DONE, DONE, STOP], ids=["both", "done", "stop"])
def test_a_half_that_stays_alone_is_shown_as_such(end: bytes) -> None:
    stream = opened(piece("a" + HIGH), piece("b" + HIGH, "reasoning_content"), end)
    found = [item for item in stream if isinstance(item, Answer)]
    assert "".join(item.text for item in found) == "a" + LONE == stream.final().text
    assert "".join(item.reasoning for item in found) == "b" + LONE == stream.final().reasoning


def test_of_a_stream_that_is_cut_a_half_is_left_out() -> None:
    stream = opened(piece("a" + HIGH))
    with pytest.raises(StreamInterruptedError) as caught:
        stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "a"


def test_other_texts_of_events_are_whole() -> None:
    block = event(json.dumps({"tool": {"id": "1", "response": "x" + HIGH}}), "toolResponse")
    [found] = [*opened(block, DONE)]
    assert found.raw["tool"]["response"] == "x" + HIGH
    assert repr(found).endswith(f"response='x{LONE}')")


ITEMS = [{"text": {"content": "a" + HIGH}}, {"text": {"content": LOW}}, {"reasoning": {"content": HIGH}}]


@pytest.mark.parametrize(
    ("content", "text", "reasoning"),
    [("a" + HIGH, "a" + LONE, ""), (ITEMS, "a" + SMILE, LONE), ("a" + SMILE, "a" + SMILE, "")],
    ids=["half", "items", "whole"],
)
def test_an_answer_that_came_at_once_has_whole_texts(content: Any, text: str, reasoning: str) -> None:
    answer = FakeServer(completion_of(content)).chat().create_chat_completion(QUESTION)
    assert (answer.text, answer.reasoning) == (text, reasoning)
    assert answer.json()["choices"][0]["message"]["content"] == content
    if not isinstance(content, str):
        record = Record({"obj": "AI", "value": content})
        assert (record.text, record.reasoning) == (text, reasoning)


def test_reasoning_beside_the_text_is_whole() -> None:
    answer = FakeServer(completion_of("a", reasoning_content=HIGH)).chat().create_chat_completion(QUESTION)
    assert isinstance(answer, ChatCompletion)
    assert answer.reasoning == LONE


def completion_of(content: Any, **more: Any) -> Reply:
    message = {"role": "assistant", "content": content, **more}
    choice = {"message": message, "finish_reason": "stop", "index": 0}
    return Reply((json.dumps({"choices": [choice]}).encode(),), 200, JSON)
