"""Reading an answer in each version's form: content, pauses, nodes, errors."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client._api.completion import (
    content_interactive,
    content_text,
    content_tools,
    error_text,
    innermost,
    node_list,
    nodes_error,
    nodes_plugin_output,
)
from tests.support.wire_events import FULL_SELECT, NODE, SELECT, WRAPPED

TOOL = {"id": "t1", "toolName": "Search", "params": "{}", "response": "r"}
ITEMS: list[Any] = [
    {"type": "reasoning", "reasoning": {"content": "hm"}},
    {"type": "tool", "tools": [TOOL]},
    {"type": "text", "text": {"content": "Hel"}},
    {"text": {"content": "lo"}},
    {"interactive": FULL_SELECT},
]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Hello", "Hello"),
        ("", ""),
        (None, ""),
        (5, ""),
        ({"text": {"content": "x"}}, ""),
        ([], ""),
        (ITEMS, "Hello"),
        ([{"type": "text", "text": {"content": ""}}], ""),
        ([{"text": {"content": "\na"}}, {"text": {"content": "b\n"}}], "\nab\n"),
        ([{"text": None}, {"text": {"content": None}}, {"text": "x"}, None, 5, "x", []], ""),
        ([{"type": "text"}], ""),
    ],
)
def test_the_text_of_content_in_every_form(content: Any, text: str) -> None:
    assert content_text(content) == text


@pytest.mark.parametrize(
    ("content", "text"), [(ITEMS, "hm"), ("Hello", ""), (None, ""), ([{"reasoning": {"content": "a"}}] * 2, "aa")]
)
def test_the_reasoning_of_content_in_every_form(content: Any, text: str) -> None:
    assert content_text(content, "reasoning") == text


@pytest.mark.parametrize(
    ("content", "tools"),
    [
        (ITEMS, [TOOL]),
        ([{"tool": TOOL}], [TOOL]),
        ([{"tools": [TOOL, TOOL]}, {"tool": TOOL}], [TOOL] * 3),
        ([{"tools": None}, {"tools": []}], []),
        ("Hello", []),
        (None, []),
    ],
)
def test_the_tool_calls_of_content(content: Any, tools: list[Any]) -> None:
    assert content_tools(content) == tools


@pytest.mark.parametrize(
    ("content", "interactive"),
    [
        (ITEMS, FULL_SELECT),
        ([{"interactive": SELECT}], SELECT),
        ([{"interactive": WRAPPED}], SELECT),
        ([{"interactive": None}, {"interactive": {}}, {"text": {}}], None),
        ("Hello", None),
        (None, None),
    ],
)
def test_the_pause_of_content_is_the_innermost(content: Any, interactive: Any) -> None:
    assert content_interactive(content) == interactive


@pytest.mark.parametrize(
    ("node", "inner"),
    [
        (SELECT, SELECT),
        (WRAPPED, SELECT),
        ({"type": "x", "params": {"childrenResponse": {}}}, {"type": "x", "params": {"childrenResponse": {}}}),
        ({"type": "x", "params": {"childrenResponse": "y"}}, {"type": "x", "params": {"childrenResponse": "y"}}),
        ({"type": "x", "params": None}, {"type": "x", "params": None}),
        ({}, None),
        (None, None),
        ("x", None),
        ([SELECT], None),
    ],
)
def test_wrappers_are_taken_off(node: Any, inner: Any) -> None:
    assert innermost(node) == inner


@pytest.mark.parametrize(
    ("value", "nodes"),
    [
        ([NODE, NODE], [NODE, NODE]),
        ({"0": NODE, "1": {"id": "x2"}}, [NODE, {"id": "x2"}]),
        ([NODE, None, "x", 5, []], [NODE]),
        ({"0": None}, []),
        ({}, []),
        (None, []),
        ("x", []),
    ],
)
def test_nodes_are_a_list_in_every_version(value: Any, nodes: list[Any]) -> None:
    assert node_list(value) == nodes


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("500 model is down", "500 model is down"),
        ({"message": "down", "name": "Error", "code": 1, "status": 500}, "down"),
        ({"name": "Error"}, "{'name': 'Error'}"),
        ({"message": ""}, "{'message': ''}"),
        ({"message": {"a": 1}}, "{'a': 1}"),
        (["x"], "['x']"),
        ({}, None),
        ("", None),
        (None, None),
    ],
)
def test_the_text_of_an_error_in_every_version(error: Any, text: str | None) -> None:
    assert error_text(error) == text


@pytest.mark.parametrize(
    ("nodes", "text"),
    [
        ([], None),
        ([NODE], None),
        ([{"errorText": "a"}], "a"),
        ([{"error": {"message": "b"}}], "b"),
        ([{"error": "b"}], "b"),
        ([{"error": "b", "errorText": "a"}], "a"),
        ([{"errorText": "", "error": "b"}], "b"),
        ([{"errorText": "a"}, {"errorText": "c"}, NODE], "c"),
        ([{"errorText": "a", "errorCaptured": True}], None),
        ([{"errorText": "a", "parentId": "x1"}], None),
        ([{"errorText": "a", "errorCaptured": False, "parentId": ""}], "a"),
        ([{"errorText": "a"}, {"errorText": "c", "errorCaptured": True}], "a"),
    ],
)
def test_the_error_of_nodes_is_the_last_that_was_not_handled(nodes: Any, text: str | None) -> None:
    assert nodes_error(nodes) == text


@pytest.mark.parametrize(
    ("nodes", "output"),
    [
        ([], None),
        ([NODE], None),
        ([{"moduleType": "pluginOutput", "pluginOutput": {"a": 1}}], {"a": 1}),
        ([{"moduleType": "pluginOutput", "pluginOutput": {"a": 1}}] * 2, {"a": 1}),
        ([{"moduleType": "pluginOutput", "pluginOutput": {"a": 1}}, {"moduleType": "pluginOutput"}], {"a": 1}),
        ([{"moduleType": "pluginModule", "pluginOutput": {"a": 1}}], None),
        ([{"moduleType": "pluginOutput", "pluginOutput": ""}], ""),
    ],
)
def test_the_output_of_a_plugin_is_that_of_its_output_node(nodes: Any, output: Any) -> None:
    assert nodes_plugin_output(nodes) == output
