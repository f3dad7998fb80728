"""The events of a stream: one frozen class for each name of the wire, and nothing that is new is lost."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import pickle
from typing import Any

import pytest

from fastgpt_client import events
from fastgpt_client._streaming.decoder import decode_event
from fastgpt_client.exceptions import ServerError
from tests.support.recordings import SETS, load
from tests.support.sse_reference import decode_events
from tests.support.wire_events import WIRE_EVENTS, delta, tool

Event = events.Event
SAMPLES = [decode_event(name, json.dumps(raw)) for name, raw, _, _ in WIRE_EVENTS]
UNKNOWN = decode_event("somethingNew", '{"a": 1}')
EACH = pytest.mark.parametrize("event", [*SAMPLES, UNKNOWN], ids=lambda event: type(event).__name__)


def each_once(names: list[str], values: list[Any]) -> list[tuple[str, Any]]:
    """Each name with one value, and each value with one name: no decision looks at both."""
    return [*((name, values[0]) for name in names), *((names[0], value) for value in values[1:])]


@pytest.mark.parametrize(("name", "raw", "kind", "fields"), WIRE_EVENTS)
def test_each_event_of_the_wire_has_its_class(name: str, raw: Any, kind: type[Event], fields: dict[str, Any]) -> None:
    event = decode_event(name, json.dumps(raw))
    assert type(event) is kind
    assert {field: getattr(event, field) for field in fields} == fields
    assert event.raw == raw
    assert event.event == (name or "answer")


def test_every_class_is_met_in_the_table_of_the_wire() -> None:
    met = {kind for _, _, kind, _ in WIRE_EVENTS} | {events.UnknownEvent, Event}
    assert met == {getattr(events, name) for name in events.__all__}


@pytest.mark.parametrize("data", ['{"a": 1}', "[1]", '"text"', "5", "null", "true"])
def test_a_new_name_is_kept(data: str) -> None:
    event = decode_event("somethingNew", data)
    assert isinstance(event, events.UnknownEvent)
    assert (event.name, event.event, event.raw) == ("somethingNew", "somethingNew", json.loads(data))


@pytest.mark.parametrize(
    ("name", "data"),
    each_once(["resumePhase", "flowNodeStatus", "chatTitle", "x"], ["catchup", "{broken", "[", "", "[" * 100_000]),
    ids=lambda text: text[:10] or "empty",
)
def test_what_is_no_json_is_kept_as_text(name: str, data: str) -> None:
    assert decode_event(name, data) == events.UnknownEvent(name, data)


@pytest.mark.parametrize(
    ("name", "raw"),
    each_once(sorted({name for name, *_ in WIRE_EVENTS} - {"flowResponses"}), [[1], [], "text", 5, None, True]),
)
def test_a_known_name_with_another_form_is_kept(name: str, raw: Any) -> None:
    assert decode_event(name, json.dumps(raw)) == events.UnknownEvent(name, raw)


@pytest.mark.parametrize("raw", ["text", 5, None])
def test_nodes_in_another_form_are_kept(raw: Any) -> None:
    assert decode_event("flowResponses", json.dumps(raw)) == events.UnknownEvent("flowResponses", raw)


def test_what_is_no_node_is_not_among_the_nodes() -> None:
    event = decode_event("flowResponses", '[1, {"nodeId": "n"}, null]')
    assert isinstance(event, events.FlowResponses)
    assert event.nodes == [{"nodeId": "n"}]
    assert event.raw == [1, {"nodeId": "n"}, None]


NOT_AN_ANSWER: list[Any] = [
    {},
    {"durationSeconds": 1.2},
    {"choices": None},
    {"choices": []},
    {"choices": {}},
    {"choices": "text"},
    {"choices": [None]},
    {"choices": [[]]},
    {"choices": ["text"]},
    {"choices": [{"delta": "text"}]},
    {"choices": [{"delta": ["text"]}]},
    {"choices": [{"delta": {"content": 5}}]},
    {"choices": [{"delta": {"content": ["text"]}}]},
    {"choices": [{"delta": {"content": "a", "reasoning_content": {"a": 1}}}]},
]


@pytest.mark.parametrize(("name", "raw"), each_once(["", "answer", "fastAnswer"], NOT_AN_ANSWER))
def test_a_piece_without_an_answer_is_kept(name: str, raw: Any) -> None:
    assert decode_event(name, json.dumps(raw)) == events.UnknownEvent(name, raw)


@pytest.mark.parametrize(
    ("name", "data"),
    each_once(["", "answer", "fastAnswer"], ['{"choices": [', "{", "[", "{'a': 1}", "[" * 100_000]),
    ids=lambda text: text[:10] or "none",
)
def test_a_broken_piece_of_the_answer_is_an_error(name: str, data: str) -> None:
    with pytest.raises(ServerError, match="a piece of the answer that is not valid JSON") as caught:
        decode_event(name, data)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("data", ["text", "", "a {"])
def test_plain_text_beside_the_answer_is_kept(data: str) -> None:
    assert decode_event("", data) == events.UnknownEvent("", data)


@pytest.mark.parametrize(
    ("name", "raw", "field"),
    [
        ("flowNodeStatus", {"status": 5, "name": None}, "name"),
        ("toolCall", {"tool": "text"}, "id"),
        ("toolParams", {}, "params"),
        ("toolResponse", {"tool": []}, "response"),
        ("chatTitle", {"title": None}, "title"),
        ("planStatus", {"planStatus": "generating"}, "status"),
        ("stepTitle", {"stepTitle": None}, "title"),
        ("sandboxStatus", {"phase": 1}, "phase"),
    ],
)
def test_a_missing_text_is_empty(name: str, raw: Any, field: str) -> None:
    assert getattr(decode_event(name, json.dumps(raw)), field) == ""


@pytest.mark.parametrize(
    ("name", "raw"),
    [("interactive", {}), ("interactive", {"interactive": []}), ("workflowDuration", {"durationSeconds": "3"})],
)
def test_an_event_without_its_point_is_kept(name: str, raw: Any) -> None:
    assert decode_event(name, json.dumps(raw)) == events.UnknownEvent(name, raw)


@pytest.mark.parametrize(("name", "raw"), [("plan", {}), ("skillCall", {"skill": 1})])
def test_a_missing_object_is_empty(name: str, raw: Any) -> None:
    event = decode_event(name, json.dumps(raw))
    assert isinstance(event, events.Plan | events.SkillCall)
    assert event.raw == raw


@EACH
def test_an_event_is_a_frozen_dataclass(event: Event) -> None:
    assert dataclasses.is_dataclass(event)
    assert tuple(field.name for field in dataclasses.fields(event)) == event.__match_args__
    for field in event.__match_args__:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(event, field, "other")
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(event, field)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.new = 1  # type: ignore[attr-defined]


@EACH
def test_an_event_survives_pickling_and_copying(event: Event) -> None:
    for twin in (pickle.loads(pickle.dumps(event)), copy.copy(event), copy.deepcopy(event)):
        assert type(twin) is type(event)
        assert twin == event
        assert repr(twin) == repr(event)


def test_an_event_is_hashed_by_its_fields() -> None:
    assert hash(events.Answer("a")) == hash(events.Answer("a"))
    assert {events.Answer("a"), events.Answer("a"), events.FastAnswer("a")} == {
        events.Answer("a"),
        events.FastAnswer("a"),
    }
    with pytest.raises(TypeError, match="unhashable"):
        hash(events.Answer("a", raw=delta(content="a")))


@EACH
def test_a_repr_shows_the_fields_but_not_the_raw_json(event: Event) -> None:
    fields = [f"{name}={getattr(event, name)!r}" for name in event.__match_args__ if name != "raw"]
    assert repr(event) == f"{type(event).__name__}({', '.join(fields)})"


@EACH
def test_an_event_can_be_made_from_its_fields(event: Event) -> None:
    values = [getattr(event, name) for name in event.__match_args__]
    assert type(event)(*values) == event
    assert type(event)(**dict(zip(event.__match_args__, values, strict=True))) == event


def test_events_are_compared_by_value_and_class() -> None:
    raw = delta(content="a")
    assert events.Answer("a", "", None, raw) == events.Answer("a", "", None, raw)
    assert events.Answer("a", "", None, raw) != events.Answer("b", "", None, raw)
    assert events.Answer("a", "", None, raw) != events.Answer("a", "", None, {})
    assert events.Answer("a", "", None, raw) != events.FastAnswer("a", "", None, raw)
    assert events.Answer("a", "", None, raw) != ("a", "", None, raw)


@pytest.mark.parametrize(
    ("kind", "signature"),
    [
        (
            events.Answer,
            "(text: 'str' = '', reasoning: 'str' = '', finish_reason: 'str | None' = None, raw: 'Any' = None) -> None",
        ),
        (
            events.FastAnswer,
            "(text: 'str' = '', reasoning: 'str' = '', finish_reason: 'str | None' = None, raw: 'Any' = None) -> None",
        ),
        (events.FlowNodeStatus, "(name: 'str', status: 'str' = 'running', raw: 'Any' = None) -> None"),
        (events.ChatTitle, "(title: 'str', raw: 'Any' = None) -> None"),
    ],
)
def test_the_signature_of_an_event_can_be_read(kind: type[Event], signature: str) -> None:
    assert str(inspect.signature(kind)) == signature


def test_an_event_is_made_of_what_matters() -> None:
    made = events.Answer(text="Hi")
    assert (made.text, made.reasoning, made.finish_reason, made.raw) == ("Hi", "", None, None)
    assert dataclasses.replace(made, finish_reason="stop") == events.Answer("Hi", "", "stop")
    assert events.Event().raw is None


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("a", {}, 3), {}), (("a",), {"title": "b"}), (("a",), {"other": 1})],
)
def test_an_event_takes_its_fields_and_no_others(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="argument"):
        events.ChatTitle(*values, **named)


def test_events_are_matched_by_keyword_and_by_position() -> None:
    match decode_event("toolCall", json.dumps(tool(toolName="Search", functionName="search", params="{}"))):
        case events.ToolCall(id=call_id, name="Search", params=params):
            assert (call_id, params) == ("call_1", "{}")
        case _:
            pytest.fail("not matched")
    match decode_event("answer", json.dumps(delta(content="Hi"))):
        case events.Answer(text, reasoning, None):
            assert (text, reasoning) == ("Hi", "")
        case _:
            pytest.fail("not matched")


def test_a_fast_answer_is_an_answer() -> None:
    assert isinstance(decode_event("fastAnswer", json.dumps(delta(content="Hi"))), events.Answer)


def test_every_recorded_event_has_a_class() -> None:
    blocks = [
        block
        for version in SETS
        for recording in load(version).values()
        if "completions" in recording.name and recording.body.startswith((b"data:", b"event:"))
        for block in decode_events(recording.body)
        if block[0] != "error" and block[1] != "[DONE]"
    ]
    assert len(blocks) > 1000
    unknown = [block for block in blocks if isinstance(decode_event(*block), events.UnknownEvent)]
    assert unknown == []
