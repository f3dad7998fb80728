"""Whether two answers are the same but for ids, times and counts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# What no two runs have in common: only its type counts.
ANY_VALUE = {
    *(
        "_id",
        "id",
        "dataId",
        "chatId",
        "avatar",
        "parentId",
        "tmbId",
        "interactiveId",
        "nodeResponseId",
        "usageId",
        "llmRequestIds",
    ),
    *("collectionId", "datasetId", "fileId", "score"),
    *("time", "updateTime", "createTime", "deleteTime", "runningTime", "durationSeconds"),
    *("totalPoints", "inputTokens", "outputTokens", "toolCallInputTokens", "toolCallOutputTokens", "embeddingTokens"),
    *("usagePoints", "total"),
    # The recorded server's names of its keys and files, and which nodes its apps have behind an interactive one.
    *("sourceName", "target", "targetHandle"),
}
# Lists of what the server happens to hold: their items are compared as a set.
LONG = 60
KINDS = (
    r"^[0-9a-f]{24}$",  # an id
    r"^http://127\.0\.0\.1:\d+/",  # an address of the server itself
    r"^chat/app/[0-9a-f]{24}/[0-9a-f]{24}/",  # the key of a file
    r"^\d{4}-\d\d-\d\d \d\d:\d\d",  # the title of a plugin app's chat
    r"<Cites>",  # what the server itself tells its model about quotes
    r"^\d\d:\d\d:\d\d $|<system-reminder>",  # what it tells an agent's model: the time
    r"^Set active plan ",  # what it tells it of a plan: the ids of its steps
    r"^call_",  # a model's call of a tool
)
HELD = {"list", "data", "memoryEdges", "nodeOutputs"}


@dataclass(frozen=True)
class Answer:
    """An answer as it is compared."""

    status: int
    content_type: str | None
    body: Any

    @classmethod
    def of(cls, status: int, content_type: str | None, text: str) -> Answer:
        return cls(status, content_type, parse(text))


def parse(text: str) -> Any:
    """Return the JSON, the events, or what kind of text it is."""
    if text.startswith(("data:", "event:")):
        return {"events": list(events(text))}
    if text.startswith("<"):
        return "HTML"
    try:
        return json.loads(text)
    except ValueError:
        return text


def events(text: str) -> Iterator[dict[str, Any]]:
    for block in text.split("\n\n"):
        if not block.strip():
            continue
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        try:
            data = json.loads(fields.get("data", ""))
        except ValueError:
            data = fields.get("data")
        yield {"event": fields.get("event", ""), "data": data}


def without(answer: Answer, names: set[str]) -> Answer:
    """Return an answer without the values of these keys, wherever they are."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: None if key in names else strip(item) for key, item in value.items()}
        return [strip(item) for item in value] if isinstance(value, list) else value

    return Answer(answer.status, answer.content_type, strip(answer.body))


def differences(recorded: Answer, embedded: Answer) -> list[str]:
    """Return where two answers differ, one text for each place."""
    found = [
        f"{name}: {ours!r} for {theirs!r}"
        for name, theirs, ours in (
            ("status", recorded.status, embedded.status),
            ("content type", recorded.content_type, embedded.content_type),
        )
        if theirs != ours
    ]
    return [*found, *compare("", recorded.body, embedded.body)]


def compare(path: str, theirs: Any, ours: Any) -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        yield from (f"{path}/{key}: missing" for key in theirs if key not in ours)
        yield from (f"{path}/{key}: too much" for key in ours if key not in theirs)
        for key in theirs:
            if key in ours:
                yield from compare(f"{path}/{key}", theirs[key], ours[key])
    elif isinstance(theirs, list) and isinstance(ours, list):
        yield from compare_lists(path, theirs, ours)
    elif kind(theirs) != kind(ours):
        yield f"{path}: {kind(ours)} for {kind(theirs)}"
    elif theirs != ours and not free(path) and not alike(theirs, ours):
        yield f"{path}: {shorten(ours)} for {shorten(theirs)}"


def compare_lists(path: str, theirs: list[Any], ours: list[Any]) -> Iterator[str]:
    name = path.rsplit("/", 1)[-1]
    if name in HELD and len(theirs) != len(ours) and theirs and ours:
        yield from compare(f"{path}/*", theirs[0], ours[0])
    elif name == "events":
        yield from compare_events(path, theirs, ours)
    elif len(theirs) != len(ours):
        yield f"{path}: {len(ours)} items for {len(theirs)}"
    else:
        for index, (a, b) in enumerate(zip(theirs, ours, strict=True)):
            yield from compare(f"{path}/{index}", a, b)


def compare_events(path: str, theirs: list[Any], ours: list[Any]) -> Iterator[str]:
    names = [[event["event"] for event in events] for events in (theirs, ours)]
    if names[0] != names[1] and said(theirs) == said(ours):
        # The same text in other pieces: a model's pieces may come in one where they come fast.
        theirs, ours = joined(theirs), joined(ours)
        names = [[event["event"] for event in events] for events in (theirs, ours)]
    if names[0] != names[1]:
        yield f"{path}: {fold(names[1])} for {fold(names[0])}"
        return
    for index, (a, b) in enumerate(zip(theirs, ours, strict=True)):
        yield from compare(f"{path}/{index}:{a['event']}", a["data"], b["data"])


def is_piece(event: dict[str, Any]) -> bool:
    return (
        event["event"] in ("", "answer") and isinstance(event["data"], dict) and delta(event).get("content") is not None
    )


def delta(event: dict[str, Any]) -> dict[str, Any]:
    return dict(event["data"]["choices"][0]["delta"])


def said(events: list[dict[str, Any]]) -> str:
    """Return the text of a stream."""
    return "".join(delta(event)["content"] for event in events if is_piece(event))


def joined(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return events with neighbouring pieces of text as one."""
    found: list[dict[str, Any]] = []
    for event in events:
        if found and is_piece(event) and is_piece(found[-1]):
            text = delta(found[-1])["content"] + delta(event)["content"]
            found[-1] = {**event, "data": with_text(event["data"], text)}
        else:
            found.append(event)
    return found


def with_text(data: dict[str, Any], text: str) -> dict[str, Any]:
    [choice] = data["choices"]
    return {**data, "choices": [{**choice, "delta": {**choice["delta"], "content": text}}]}


def shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def fold(names: list[str]) -> str:
    """Return names as a text, runs of the same one with their number."""
    found: list[list[Any]] = []
    for name in names:
        if found and found[-1][0] == name:
            found[-1][1] += 1
        else:
            found.append([name, 1])
    return " ".join(f"{name or '-'}" + (f"*{count}" if count > 1 else "") for name, count in found)


def free(path: str) -> bool:
    """Whether a value is of no account: below a key of which only the type counts."""
    return any(part in ANY_VALUE for part in path.split("/"))


def alike(theirs: Any, ours: Any) -> bool:
    """Whether two texts are the same JSON, or of a kind that differs each time."""
    if not isinstance(theirs, str):
        return False
    if theirs.startswith("[{"):
        return bool(parse(theirs) == parse(ours))
    return any(re.search(pattern, theirs) and re.search(pattern, ours) for pattern in KINDS)


def kind(value: Any) -> str:
    names = {bool: "boolean", str: "string", type(None): "null", list: "list", dict: "object"}
    return names.get(type(value), "number")
