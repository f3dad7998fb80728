"""The bytes of each event that goes to a browser, and the words of each error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client import exceptions
from fastgpt_client.events import Answer, Event, FastAnswer, FlowNodeStatus, Interactive, UnknownEvent
from fastgpt_client.exceptions import FastGPTError, ServerError, ValidationError
from fastgpt_client.web._relay_events import KNOWN_EVENTS, EventEncoder, describe_error, encode_error
from tests.embedded.comparison import events


def parsed(data: bytes) -> tuple[str, Any]:
    [event] = events(data.decode())
    return event["event"], event["data"]


def delta(finish_reason: str | None = None, **content: str) -> dict[str, Any]:
    return {"choices": [{"delta": {"role": "assistant", **content}, "index": 0, "finish_reason": finish_reason}]}


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (Answer('a\n\n"b" \r \u2028 é 😀'), delta(content='a\n\n"b" \r \u2028 é 😀')),
        (Answer(""), delta(content="")),
        (Answer("half \ud800"), delta(content="half ?")),
        (Answer("", "hm"), delta(reasoning_content="hm")),
        (Answer("yes", "hm"), delta(content="yes", reasoning_content="hm")),
        (Answer("", finish_reason="stop"), delta("stop", content="")),
        (FastAnswer("at once"), delta(content="at once")),
        (FlowNodeStatus("AI", raw={"name": "AI", "status": "running"}), {"name": "AI", "status": "running"}),
        (
            Interactive({"type": "userSelect", "params": {"description": "?"}, "memoryEdges": [1]}),  # type: ignore[typeddict-unknown-key]
            {"interactive": {"type": "userSelect", "params": {"description": "?"}}},
        ),
        (Interactive({"type": "paymentPause"}), {"interactive": {"type": "paymentPause"}}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_event_has_its_name_and_its_data_in_one_line(event: Event, data: Any) -> None:
    encoded = EventEncoder(KNOWN_EVENTS).encode(event)
    assert parsed(encoded) == (event.event, data)
    assert encoded.count(b"\n") == 3
    assert b"\r" not in encoded


def test_what_was_not_chosen_is_left_out() -> None:
    encoder = EventEncoder("chatTitle")
    assert [encoder.encode(event) for event in (Answer("a"), FastAnswer("b"), UnknownEvent("new", 1))] == [b""] * 3


def test_every_error_has_words_that_are_not_its_own() -> None:
    kinds = [getattr(exceptions, name) for name in exceptions.__all__]
    words = {kind: describe_error(kind("sk-secret")) for kind in kinds}
    assert not any("secret" in text for text in words.values())
    assert {kind.__name__ for kind, text in words.items() if text == "Something went wrong."} == {
        "APIError",
        "FastGPTError",
        "ServerError",
        "TrainingError",  # no stream of a chat ends with it
    }


def test_an_error_keeps_its_number_and_name_and_nothing_of_its_body() -> None:
    error = ServerError("sk-secret", code=514, status_text="unAuthApiKey", body={"x": "sk-secret"}, request_id="r")
    name, data = parsed(encode_error(error, describe_error))
    assert (name, data) == (
        "error",
        {
            "type": "ServerError",
            "message": "Something went wrong.",
            "requestId": "r",
            "code": 514,
            "statusText": "unAuthApiKey",
        },
    )


def test_other_failures_tell_nothing() -> None:
    assert parsed(encode_error(LookupError("sk-secret"), lambda error: "never")) == (
        "error",
        {"type": "Error", "message": "Something went wrong."},
    )


def test_an_error_of_ones_own_is_named_as_it_is() -> None:
    class BudgetError(ValidationError):
        """A service's own."""

    data = json.loads(encode_error(BudgetError("x"), describe_error).split(b"data: ")[1])
    assert data == {"type": "BudgetError", "message": "The question was not accepted."}
    assert describe_error(FastGPTError()) == "Something went wrong."
