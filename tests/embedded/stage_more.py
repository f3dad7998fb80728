"""The apps, share links and chats of the second set of recordings of 4.16.0, set up on the embedded server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fastgpt_client.testing import (
    Agent,
    AnswerLike,
    AskUser,
    Failure,
    FakeFastGPT,
    Fixed,
    Loop,
    Select,
    SetPlan,
    SetVariables,
    text_of,
)
from tests.embedded.stage import Talk

APPS = {
    "simple": "6b076d2659fcebbecfe2aff3",
    "vars": "6b076d2659fcebbecfe2b00b",
    "loop": "6b076d2759fcebbecfe2b0a0",
    "looprun": "6b076d2759fcebbecfe2b0b0",
    "parallel": "6b076d2759fcebbecfe2b0c0",
    "loopselect": "6b076d2759fcebbecfe2b112",
    "agent": "6b076d2759fcebbecfe2b12a",
}
OPEN, GUARDED = "gVXX0ve5zZPxEDqqDrRQtDXM", "a914OOWfhq3b2lVlHrSHmruB"
HELLO = "hello from a share"
ITEMS = {"key": "items", "label": "items", "valueType": "arrayString", "defaultValue": ["alpha", "beta"]}
VARIABLES = [
    {
        "key": "lang",
        "label": "lang",
        "valueType": "string",
        "required": False,
        "defaultValue": "en",
        "type": "input",
        "description": "",
    },
    {
        "key": "count",
        "label": "count",
        "valueType": "number",
        "required": False,
        "defaultValue": 1,
        "type": "numberInput",
        "description": "",
    },
]
REMINDED = [
    "You said: ",
    "<system-reminder>\n依据以下内容完成任务\n\n## ",
    "背景信息\n当前时间: ",
    "2026-11-26 ",
    "07:32:27 ",
    "Thursday\n\n</system-reminder>\nhello",
]
COLOURS = [{"summary": "red", "value": "I like red."}, {"summary": "blue", "value": "I like blue."}]
NAMES = {
    "workflowStart": "Start",
    "variableUpdate": "Update variables",
    "userSelect": "Choose",
}


def echo(messages: list[Any], variables: dict[str, Any]) -> AnswerLike:
    said = text_of(messages[-1]["content"])
    return Failure("500 fake upstream exploded") if "LLM500" in said else ["You said: ", said]


def visit(messages: list[Any], variables: dict[str, Any]) -> AnswerLike:
    words = text_of(messages[-1]["content"]).split(" ")
    return ["You said: ", *(f"{word} " for word in words[:-1]), words[-1]]


def update(messages: list[Any], variables: dict[str, Any]) -> AnswerLike:
    lang = text_of(messages[-1]["content"])
    return [SetVariables({"count": 7, "lang": lang}), Fixed(f"lang is {lang}, count is 7", name="Reply a2")]


def answered(answers: list[str]) -> AnswerLike:
    return ["Tool said: ", f"## Which colour?\n\n回答：{answers[0]}"]


def agent(messages: list[Any], variables: dict[str, Any]) -> AnswerLike:
    question = text_of(messages[-1]["content"])
    if "PLANIT" in question:
        told = 'Set active plan "Plan" with 2 steps.\nPlan progress: 0 done, 0 in progress, 2 pen'
        return Agent([SetPlan("Plan", ["one", "two"]), "Tool said: ", told])
    if "ASKME" in question:
        return Agent(AskUser([{"question": "Which colour?", "options": COLOURS}], "need it", answered))
    return Agent(REMINDED)


def authorize(token: str) -> Mapping[str, Any]:
    if token == "http500":
        raise OSError("HTTP 500")
    answers: dict[str, Mapping[str, Any]] = {
        "good": {"success": True, "data": {"uid": "user-good"}},
        "bad": {"success": False, "message": "who are you?"},
        "nomsg": {"success": False},
    }
    return answers[token]


def set_up(server: FakeFastGPT) -> None:
    """Add the recorded apps and share links, with the ids they had."""
    picks = Select("Which plan?", {"Basic": Fixed("B. ", name="Reply la"), "Pro": Fixed("P. ", name="Reply lb")})
    both = ["alpha", "beta"]
    done = 'Done: ["You said: alpha","You said: beta"]'
    status = 'Status partial_success: ["You said: alpha","You said: gamma"]'
    scripts: dict[str, AnswerLike] = {
        "simple": visit,
        "vars": update,
        "loop": [Loop(both, echo), Fixed(done, name="Reply after")],
        "looprun": [Loop(both, echo, kind="loopRun"), Fixed("Loop run over", name="Reply after")],
        "parallel": [
            Loop(["alpha", "LLM500 beta", "gamma"], echo, kind="parallelRun"),
            Fixed(status, name="Reply after"),
        ],
        "loopselect": [Loop(both, picks), Fixed('Done: ["Pro","Basic"]', name="Reply after")],
        "agent": agent,
    }
    variables: dict[str, list[dict[str, Any]]] = {
        "simple": [{"key": "lang", "defaultValue": ""}],
        "vars": VARIABLES,
        **{name: [ITEMS] for name in ("loop", "looprun", "loopselect")},
    }
    for name, answer in scripts.items():
        app = server.app(name, id=APPS[name], answer=answer, type="advanced", variables=variables.get(name, ()))
        app.announces_nodes = True
        app.node_names = NAMES | ({"chatNode": "Loop chat"} if name in ("loop", "looprun", "parallel") else {})
    server.apps["vars"].model = ""
    server.state.transcription = "hello from the recording"
    shared = server.state.apps[APPS["simple"]]
    server.share_link(shared, id=OPEN)
    server.share_link(shared, id=GUARDED, authorize=authorize)


def ask(talk: Talk, app: str, chat: str, question: str, api: str = "v1") -> None:
    messages = [{"role": "user", "content": question}]
    talk.post(f"/api/{api}/chat/completions", appId=APPS[app], chatId=chat, messages=messages)


def asked_to_pick(talk: Talk) -> None:
    for api in ("v1", "v2"):
        ask(talk, "loopselect", f"wire49539-ls-{api}", "go", api)


def picked_once(talk: Talk) -> None:
    asked_to_pick(talk)
    ask(talk, "loopselect", "wire49539-ls-v1", "Pro")


def picked_twice(talk: Talk) -> None:
    picked_once(talk)
    ask(talk, "loopselect", "wire49539-ls-v1", "Basic")


def agent_asked(talk: Talk) -> None:
    for api in ("v1", "v2"):
        ask(talk, "agent", f"wire49539-aa-{api}", "ASKME please", api)


def agent_answered(talk: Talk) -> None:
    agent_asked(talk)
    ask(talk, "agent", "wire49539-aa-v1", json.dumps({"answers": ["red"]}, separators=(",", ":")))


def variables_set(talk: Talk) -> None:
    ask(talk, "vars", "wire49539-vars-v1-json-detail", "de")


def visited(talk: Talk) -> None:
    for link, uid, chat in (
        (OPEN, "visitor-1", "wire25871-share-open-visitor-1v1False"),
        (GUARDED, "good", "wire25871-share-hook-goodv1False"),
        (GUARDED, "nomsg", "wire25871-share-hook-nomsgv1False"),
    ):
        auth = {"shareId": link, "outLinkUid": uid}
        messages = [{"role": "user", "content": HELLO}]
        talk.post("/api/v1/chat/completions", outLinkAuthData=auth, chatId=chat, messages=messages)


STORIES: dict[str, Callable[[Talk], None]] = {
    story.__name__: story
    for story in (asked_to_pick, picked_once, picked_twice, agent_asked, agent_answered, variables_set, visited)
}
