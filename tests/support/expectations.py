"""The table of what each recorded answer means, and the same facts read from what the client returns."""

import base64
import json
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pytest

from fastgpt_client.datasets import PushResult, SearchResults
from fastgpt_client.events import Event
from fastgpt_client.exceptions import APIError, FastGPTError, WorkflowError
from fastgpt_client.responses import ChatCompletion, DataResponse, Response
from tests.support.recordings import Recording, load, load_rows
from tests.support.replay_server import ReceivedRequest

EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Row:
    """One recorded answer: the call that asks for it, and what its result has to say.

    `expect` leaves out what is empty; in it `says` is part of the error's text, `raises` the class of the error that
    ends a stream, `deltas` the number of its pieces of text. With `as_recorded` the call also sends all that the
    recorded request did; the other requests are ones that the client refuses or never makes.
    """

    version: str
    name: str
    call: str
    kwargs: dict[str, Any]
    expect: dict[str, Any]
    completions: str = "v2"
    as_recorded: bool = False

    def __str__(self) -> str:
        return f"{self.version}-{self.name}"

    @property
    def recording(self) -> Recording:
        return load(self.version)[self.name]

    @property
    def arguments(self) -> dict[str, Any]:
        """The call's arguments: a file is a text in the table, images are base64."""
        if self.call == "create_file_collection":
            return {**self.kwargs, "file": self.kwargs["file"].encode()}
        if self.call == "create_image_collection":
            images = {name: base64.b64decode(content) for name, content in self.kwargs["files"].items()}
            return {**self.kwargs, "files": images}
        return self.kwargs

    @property
    def kind(self) -> str:
        if self.call != "create_chat_completion":
            return "envelope"
        return "stream" if self.kwargs.get("stream") else "blocking"

    @property
    def opens(self) -> bool:
        """Whether the answer is a stream, not an error in its place."""
        return bool(self.expect["kind"] == "stream")

    @property
    def facts(self) -> dict[str, Any]:
        """What the result has to be, as the functions below read it from the result."""
        return {name: fact for name, fact in self.expect.items() if name not in ("says", "deltas")}

    def raising(self, *classes: type[FastGPTError]) -> AbstractContextManager[object]:
        """Expect the row's error, if it is one of `classes` or none are given."""
        raised = next((kind for kind in classes if kind.__name__ == self.expect.get("raises")), None)
        return nullcontext() if raised is None else pytest.raises(raised)


def rows(kind: str, *, opened: bool = False) -> list[Row]:
    """Return the rows of calls of a kind: "envelope", "blocking" or "stream"; with `opened` only streams that open."""
    table = [Row(**row) for row in load_rows("expectations.jsonl")]
    return [row for row in table if row.kind == kind and (row.opens or not opened)]


def told(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts that say something: the table leaves out what is empty."""
    return {name: fact for name, fact in facts.items() if fact not in EMPTY}


def completion_facts(completion: ChatCompletion) -> dict[str, Any]:
    """Return what a completion says, from every accessor."""
    interactive: Any = completion.interactive and completion.interactive.raw
    return told(
        {
            "text": completion.text,
            "reasoning": completion.reasoning,
            "tools": [[tool["functionName"], tool["params"], tool["response"]] for tool in completion.tool_calls],
            "chat_id": completion.chat_id,
            "title": completion.title,
            "interactive": interactive and interactive_facts(interactive),
            "nodes": [node["moduleType"] for node in completion.node_responses],
            "new_variables": completion.new_variables,
            "plugin_output": completion.plugin_output,
            "error": completion.error,
        }
    )


def interactive_facts(interactive: dict[str, Any]) -> dict[str, Any]:
    """Return what a paused run asks for."""
    params = interactive["params"]
    facts = {"type": interactive["type"], "description": params["description"]}
    if "userSelectOptions" in params:
        facts["options"] = [option["value"] for option in params["userSelectOptions"]]
    if "inputForm" in params:
        facts["fields"] = [field["key"] for field in params["inputForm"]]
    return facts


def data_facts(data: Any) -> dict[str, Any]:
    """Return the form of an envelope's data."""
    if data is None:
        return {"type": "null"}
    if isinstance(data, str):
        return {"type": "text"}
    if isinstance(data, list):
        facts: dict[str, Any] = {"type": "list", "length": len(data)}
        return facts | ({"item_keys": sorted(data[0])} if data and isinstance(data[0], dict) else {})
    facts = {"type": "object", "keys": sorted(data)}
    if isinstance(data.get("list"), list):
        facts["listed"] = len(data["list"])
    return facts | ({"total": data["total"]} if "total" in data else {})


def answer_facts(answer: Response[Any]) -> dict[str, Any]:
    """Return what an answer says."""
    if isinstance(answer, ChatCompletion):
        return {"kind": "completion", "completion": completion_facts(answer)}
    assert isinstance(answer, DataResponse)
    facts = {"kind": "data", **data_facts(answer.data)}
    return facts | ({"hits": [[hit.source, hit.score] for hit in answer]} if isinstance(answer, SearchResults) else {})


def push_facts(result: PushResult) -> dict[str, Any]:
    """Return what became of pushed rows; no row dropped is left out."""
    dropped = [[row.index, row.reason] for row in result.dropped]
    facts = {"kind": "push", "sent": result.sent, "accepted": result.accepted, "calls": result.calls}
    return facts | ({"dropped": dropped} if dropped else {})


def error_facts(error: FastGPTError) -> dict[str, Any]:
    """Return what an error says, without its text."""
    facts: dict[str, Any] = {"kind": "error", "class": type(error).__name__}
    if isinstance(error, APIError):
        facts |= {
            "status_code": error.status_code,
            "code": error.code,
            "status_text": error.status_text,
            "retry_after": error.retry_after,
            "zod_paths": error.zod_error and [item.get("path", []) for item in error.zod_error],
        }
    elif isinstance(error, WorkflowError):
        assert error.completion is not None
        facts["completion"] = completion_facts(error.completion)
    return told(facts)


def stream_facts(events: list[Event], outcome: ChatCompletion | FastGPTError) -> dict[str, Any]:
    """Return what a stream said: its events, then the whole answer, or the error with what came before it."""
    facts: dict[str, Any] = {"kind": "stream", "events": event_runs(event.event for event in events)}
    if isinstance(outcome, ChatCompletion):
        return facts | {"completion": completion_facts(outcome)}
    assert outcome.partial is not None
    return facts | {"raises": type(outcome).__name__, "completion": completion_facts(outcome.partial)}


def event_runs(names: Iterable[str]) -> list[list[Any]]:
    """Return the names of events in order, each run of one name as [name, count]."""
    return [[name, len(list(run))] for name, run in groupby(names)]


def check_response(response: Response[Any], recording: Recording) -> None:
    """Refuse a response that is not the recorded one."""
    assert response.status_code == recording.status
    assert response.request_id == recording.header("x-request-id")
    assert response.headers.get("content-type") == recording.header("content-type")
    assert response.attempts == 1


def check_json(response: Response[Any], recording: Recording) -> None:
    """Refuse a response whose JSON is not all that was received."""
    assert response.json() == json.loads(recording.text)


def check_events(events: list[Event], recording: Recording) -> None:
    """Refuse events that are not those of the wire, read here the plain way: blocks of one name and one data line."""
    told_by_wire: list[tuple[str, Any]] = []
    for block in recording.text.split("\n\n")[:-1]:
        *names, data = block.split("\n")
        data = data.removeprefix("data: ")
        if data != "[DONE]":
            name = names[0].removeprefix("event: ") if names else "answer"
            told_by_wire.append((name, json.loads(data) if data[0] in "{[" else data))
    assert [(event.event, event.raw) for event in events] == told_by_wire


def check_error(error: FastGPTError, row: Row) -> None:
    """Refuse an error that does not say what the server said, or not where to look it up."""
    says: str = row.expect.get("says", "")
    assert says in str(error)
    assert error.request_id == row.recording.header("x-request-id")
    assert error.attempts >= 1


def within(sent: dict[str, Any], recorded: dict[str, Any]) -> bool:
    """Return whether all that was recorded was sent: what is False or null may be left out."""
    return all(
        sent.get(name, False if value is False else None) == value or (name == "data" and within(sent[name], value))
        for name, value in recorded.items()
    )


def read_form(body: bytes) -> dict[str, Any]:
    """Return the object in `data` of a form, and the name and bytes of each file."""
    form: dict[str, Any] = {"files": []}
    border = body.partition(b"\r\n")[0]
    for part in body.split(border)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'filename="([^"]*)"', head)
        if name is None:
            form["data"] = json.loads(content)
        else:
            form["files"].append((name[1], content))
    return form


def check_request(request: ReceivedRequest, row: Row) -> None:
    """Refuse a request that lacks anything of the recorded one, or says it otherwise."""
    visitor = {"outLinkAuthData", "shareId"} & {*row.kwargs}  # whose calls carry no key
    assert request.headers.get("authorization") == (None if visitor else "Bearer fastgpt-REDACTED")
    if not row.as_recorded:
        return
    if row.recording.json is None and (form := row.recording.form):
        assert within(read_form(request.body), read_form(form))
        return
    sent: dict[str, Any] = dict(request.query)
    if request.body:
        sent |= json.loads(request.body)
    assert within(sent, {**row.recording.query, **(row.recording.json or {})})
    if row.call == "create_chat_completion":
        assert (request.method, request.path) == (row.recording.method, row.recording.path)
