"""The nodes at which a run waits for the user: what they send, and how they process the reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from fastgpt_client._json import as_object, is_array, parse_json
from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.versions import Since, Version
from fastgpt_client.testing.answers import AnswerLike, AskUser, Form, Select

__all__ = ["Asking", "answer_pause", "open_loop_pause", "open_pause", "questions_of"]

Asking: TypeAlias = Select | Form | AskUser


def open_pause(
    version: Version, part: Asking, question: str, *, ask_id: str = "", in_loop: bool = False
) -> tuple[str, dict[str, Any]]:
    """Return the node ID of a pause, and the object that is sent and stored for it."""
    if isinstance(part, Select):
        options = [{"key": f"option{number}", "value": value} for number, value in enumerate(part.options, 1)]
        params: dict[str, Any] = {"description": part.description, "userSelectOptions": options}
        node_id, data = "sel", {"type": "userSelect", "params": params}
        branches = [option["key"] for option in options]
    elif isinstance(part, Form):
        params = {"description": part.description, "inputForm": [_field(field) for field in part.fields]}
        node_id, data, branches = "form", {"type": "userInput", "params": params}, ["right"]
    else:
        questions = [{**question, "answer": ""} for question in questions_of(part)]
        params = {"description": part.reason, "questions": questions}
        node_id, data, branches = "agent", {"type": "agentAsk", "askId": ask_id, "params": params}, []
    return node_id, _with_state(version, data, node_id, branches, question, in_loop=in_loop)


def open_loop_pause(
    version: Version, index: int, child: dict[str, Any], results: Sequence[Any], response_id: str, question: str
) -> dict[str, Any]:
    """Return the object that is sent and stored for a pause in the body of a loop."""
    params = {"currentIndex": index, "childrenResponse": child, "loopResult": [*results]}
    data = {"type": "loopInteractive", "params": params}
    return _with_state(version, data, "loop", ["right"], question) | {"nodeResponseId": response_id}


def questions_of(part: AskUser) -> list[dict[str, Any]]:
    """Return an agent's questions, each with `options`."""
    found: list[dict[str, Any]] = [{**question, "options": question.get("options", [])} for question in part.questions]
    return found


def _with_state(
    version: Version,
    data: dict[str, Any],
    node_id: str,
    branches: Sequence[str],
    question: str,
    *,
    in_loop: bool = False,
) -> dict[str, Any]:
    """Return what a node asks, with the state of the waiting run."""
    later = version >= Since.RESUMABLE_INTERACTIVE
    if later:
        data |= {"interactiveId": wire.nanoid(), "nodeResponseId": wire.nanoid(), "skipNodeQueue": []}
    status = "active" if later else "waiting"
    before = [_edge("start", "right", "loop", "waiting"), _edge("ls", "right", node_id, "active")]
    data |= {
        "entryNodeIds": [node_id],
        "memoryEdges": [
            *(before if in_loop else [_edge("start", "right", node_id, "active")]),
            *(_edge(node_id, branch, f"a{number}", status) for number, branch in enumerate(branches, 1)),
        ],
        "nodeOutputs": [{"nodeId": "start", "key": "userChatInput", "value": question}],
    }
    return data | ({"usageId": wire.object_id()} if later else {})


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
    version: Version, part: Asking, interactive: dict[str, Any], answer: str
) -> tuple[str, dict[str, Any], AnswerLike | None]:
    """Store a reply in `interactive`; return the node's name, its result, and the answer that follows.

    The answer is None if the reply matches no option; the run then ends.
    """
    params = interactive["params"]
    if isinstance(part, Select):
        params["userSelectedVal"] = answer
        result = {"userSelectResult": answer}
        if answer not in part.options:
            return "User select", result, None
        return "User select", result, part.options[answer] if isinstance(part.options, Mapping) else ()
    params["submitted"] = True
    if isinstance(part, AskUser):
        answers = _answers(answer)
        for question, given in zip(params["questions"], answers, strict=False):
            question["answer"] = given
        return "Agent", {}, _then(part.then, answers)
    values = _values(answer)
    for field in params["inputForm"] if version >= Since.FORM_VALUES_KEPT else ():
        field["value"] = values.get(field["key"], field["value"])
    return "Form input", {"formInputResult": values}, _then(part.then, values)


def _then(then: Any, given: Any) -> AnswerLike:
    return cast("Callable[[Any], AnswerLike]", then)(given) if callable(then) else cast("AnswerLike", then)


def _values(answer: str) -> dict[str, Any]:
    """Return the values of a form; {} if the reply is not a JSON object."""
    try:
        return as_object(parse_json(answer))
    except ValueError:
        return {}


def _answers(answer: str) -> list[str]:
    """Return the answers to an agent's questions; [] if the reply has none."""
    found = _values(answer).get("answers")
    return [str(item) for item in found] if is_array(found) else []
