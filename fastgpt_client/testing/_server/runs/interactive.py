"""The nodes at which a run waits for the user: what they send, and what an answer makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from fastgpt_client._json import as_object, parse_json
from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.versions import Since, Version
from fastgpt_client.testing.answers import AnswerLike, Form, Select

__all__ = ["answer_pause", "open_pause"]


def open_pause(version: Version, part: Select | Form, query: str) -> tuple[str, dict[str, Any]]:
    """Return the id of the node and the object that is sent and kept when a run pauses."""
    if isinstance(part, Select):
        node_id, kind = "sel", "userSelect"
        options = [{"key": f"option{number}", "value": value} for number, value in enumerate(part.options, 1)]
        params: dict[str, Any] = {"description": part.description, "userSelectOptions": options}
        branches = [option["key"] for option in options]
    else:
        node_id, kind = "form", "userInput"
        params = {"description": part.description, "inputForm": [_field(field) for field in part.fields]}
        branches = ["right"]
    data: dict[str, Any] = {"type": kind, "params": params}
    later = version >= Since.RESUMABLE_INTERACTIVE
    if later:
        data |= {"interactiveId": wire.nanoid(), "nodeResponseId": wire.nanoid(), "skipNodeQueue": []}
    status = "active" if later else "waiting"
    data |= {
        "entryNodeIds": [node_id],
        "memoryEdges": [
            _edge("start", "right", node_id, "active"),
            *(_edge(node_id, branch, f"a{number}", status) for number, branch in enumerate(branches, 1)),
        ],
        "nodeOutputs": [{"nodeId": "start", "key": "userChatInput", "value": query}],
    }
    if later:
        data["usageId"] = wire.object_id()
    return node_id, data


def _edge(source: str, handle: str, target: str, status: str) -> dict[str, str]:
    return {
        "source": source,
        "sourceHandle": f"{source}-source-{handle}",
        "target": target,
        "targetHandle": f"{target}-target-left",
        "status": status,
    }


def _field(given: Mapping[str, Any]) -> dict[str, Any]:
    kind = "select" if "list" in given else "input"
    defaults = {"type": kind, "label": given["key"], "description": "", "value": "", "defaultValue": ""}
    return {**defaults, "valueType": "string", "required": False, **given}


def answer_pause(
    version: Version, part: Select | Form, interactive: dict[str, Any], answer: str
) -> tuple[str, dict[str, Any], AnswerLike | None]:
    """Write an answer into what was asked; return the node's name, its result, and how the run goes on.

    None: the answer fits no option, and the run ends with nothing.
    """
    params = interactive["params"]
    if isinstance(part, Select):
        params["userSelectedVal"] = answer
        result = {"userSelectResult": answer}
        if answer not in part.options:
            return "User select", result, None
        return "User select", result, part.options[answer] if isinstance(part.options, Mapping) else ()
    values = _values(answer)
    for field in params["inputForm"] if version >= Since.FORM_VALUES_KEPT else ():
        field["value"] = values.get(field["key"], field["value"])
    params["submitted"] = True
    then = cast("Callable[[dict[str, Any]], AnswerLike]", part.then)(values) if callable(part.then) else part.then
    return "Form input", {"formInputResult": values}, then


def _values(answer: str) -> dict[str, Any]:
    """Return the values of a form; a text that is no JSON object counts as none."""
    try:
        return as_object(parse_json(answer))
    except ValueError:
        return {}
