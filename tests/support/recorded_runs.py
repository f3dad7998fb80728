"""Recorded runs of each kind, and the typed objects that each has to become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from fastgpt_client.interactive import UserInput, UserSelect
from fastgpt_client.responses import ChatCompletion
from fastgpt_client.tracing import TraceNode
from tests.support.recordings import VERSIONS, Recording, load

OLD, NEW = VERSIONS
START = "Workflow start (workflowStart)"
CHAT = "AI Chat (chatNode)"


@dataclass(frozen=True)
class Run:
    """A recorded answer of an app of a kind, told with details."""

    version: str
    api: str
    kind: str
    form: str
    """"json" or "stream"."""

    def __str__(self) -> str:
        return f"{self.version}-{self.api}-{self.kind}-{self.form}"

    @property
    def recording(self) -> Recording | None:
        kind, _, part = self.kind.partition("/")
        return load(self.version).get(f"{self.api}-chat-completions--{kind}-{self.form}-detail{part and '-' + part}")

    def check(self, answer: ChatCompletion) -> None:
        """Refuse an answer that is not what the server's run was."""
        assert [_tree(node) for node in answer.trace] == TREES[self.kind]
        assert _cost(answer) == COSTS.get((self.version, self.kind), {})
        _CHECKS[self.kind](self, answer)


def _tree(node: TraceNode) -> Any:
    assert node.seconds is not None
    assert node.error is None
    name = f"{node.name} ({node.type})"
    return (name, [_tree(child) for child in node.children]) if node.children else name


TREES: dict[str, Any] = {
    "userselect/1-ask": [START],
    "userselect/2-answer": ["User select (userSelect)", "Red reply (answerNode)"],
    "userinput/1-ask": [START],
    "userinput/2-answer": ["Form input (formInput)", "Fixed reply (answerNode)"],
    "toolcall": [START, ("Tool call (tools)", ["get_weather (httpRequest468)"])],
    "reasoning": [START, CHAT],
    "plugin": ["Plugin input (pluginInput)", CHAT, "Plugin output (pluginOutput)"],
    "multi": [START, "Fixed reply (answerNode)", CHAT, "Fixed reply (answerNode)"],
    "dataset": [START, "Dataset search (datasetSearchNode)", CHAT],
}


def _cost(answer: ChatCompletion) -> dict[str, Any]:
    """Return input, output and embedding tokens and points by model, which together are the whole."""
    usage = answer.usage
    found = {
        name: (used.input_tokens, used.output_tokens, used.embedding_tokens, pytest.approx(used.points))
        for name, used in usage.by_model.items()
    }
    assert usage.total.total_tokens == sum(used.total_tokens for used in usage.by_model.values())
    assert usage.total.points == pytest.approx(sum(used.points for used in usage.by_model.values()))
    assert [*found] == [node.model for node in usage.by_node]
    return found


COSTS: dict[tuple[str, str], Any] = {
    (OLD, "toolcall"): {"fake-chat": (28, 21, 0, 0.07)},
    (NEW, "toolcall"): {"fake-chat": (14, 7, 0, 0.028)},
    **{(version, "reasoning"): {"fake-reason": (2, 4, 0, 0.01)} for version in VERSIONS},
    **{(version, "plugin"): {"fake-chat": (1, 4, 0, 0.009)} for version in VERSIONS},
    **{(version, "multi"): {"fake-chat": (2, 4, 0, 0.01)} for version in VERSIONS},
    (OLD, "dataset"): {"fake-embed": (0, 0, 7, 0), "fake-chat": (239, 11, 0, 0.261)},
    (NEW, "dataset"): {"fake-embed": (0, 0, 8, 0), "fake-chat": (194, 11, 0, 0.216)},
}


def _select(run: Run, answer: ChatCompletion) -> None:
    pause = answer.interactive
    assert isinstance(pause, UserSelect)
    assert pause.description == "Pick a colour"
    assert pause.options == [("option1", "Red"), ("option2", "Blue")]
    assert pause.choose("option1") == pause.choose(0) == {"role": "user", "content": "Red"}
    assert answer.text == ""


def _form(run: Run, answer: ChatCompletion) -> None:
    pause = answer.interactive
    assert isinstance(pause, UserInput)
    name, age, plan = pause.form
    assert (name.key, name.label, name.type, name.required, name.max_length) == ("name", "Your name", "input", True, 50)
    assert (age.key, age.type, age.required, age.min, age.max) == ("age", "numberInput", False, 0, 120)
    assert (plan.key, plan.type, plan.default, plan.choices) == ("plan", "select", "basic", ["basic", "pro"])
    message = pause.fill({"name": "Ann", "age": 33, "plan": "pro"})
    assert message == {"role": "user", "content": '{"name":"Ann","age":33,"plan":"pro"}'}


def _answered(text: str) -> Any:
    def check(run: Run, answer: ChatCompletion) -> None:
        assert (answer.text, answer.interactive) == (text, None)

    return check


def _tool(run: Run, answer: ChatCompletion) -> None:
    (call,) = answer.tool_calls
    assert (call["toolName"], call["params"]) == ("get_weather", '{"city": "Paris"}')
    assert answer.text == f"The tool answered: {call['response']}"


def _reasoning(run: Run, answer: ChatCompletion) -> None:
    assert answer.reasoning == "First I read the question. Then I answer it."
    assert answer.text.startswith("You said: ")


def _plugin(run: Run, answer: ChatCompletion) -> None:
    assert answer.plugin_output == {"result": answer.text}


def _dataset(run: Run, answer: ChatCompletion) -> None:
    if run.version == NEW:  # its search found nothing
        assert answer.citations == []
        return
    (found,) = answer.citations
    assert found[:6] == (
        "6b01f9806f21be2752862a49",
        "6b01f9126f21be27528612a0",
        "6b01f97f6f21be2752862a35",
        "kb doc.txt",
        "The capital of France is Paris. The Eiffel tower is in Paris.",
        "",
    )
    assert found.scores == {"embedding": 0.6881395578384399}
    assert (found.chunk_index, found.positions) == (0, [])


_CHECKS: dict[str, Any] = {
    "userselect/1-ask": _select,
    "userselect/2-answer": _answered("\nYou chose red: Red"),
    "userinput/1-ask": _form,
    "userinput/2-answer": _answered("\nHello Ann, plan pro, age 33"),
    "toolcall": _tool,
    "reasoning": _reasoning,
    "plugin": _plugin,
    "multi": _answered("\nFirst part.You said: hello\nLast part."),
    "dataset": _dataset,
}

RUNS = [
    run
    for version in VERSIONS
    for api in ("v1", "v2")
    for kind in TREES
    for form in ("json", "stream")
    if (run := Run(version, api, kind, form)).recording is not None
]
