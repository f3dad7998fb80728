"""The bytes of completions streams, right and wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from fastgpt_client.events import Answer, Event
from tests.support.fault_actions import Action, Send, Step
from tests.support.fault_answers import Headers, head

EVENT_STREAM: Headers = (("Content-Type", "text/event-stream;charset=utf-8"),)

# Chunked: a cut can be told from an end. Without it the end of the connection is the end of the answer.
CHUNKED_HEAD = head(200, (*EVENT_STREAM, ("Transfer-Encoding", "chunked")))
OPEN_HEAD = head(200, (*EVENT_STREAM, ("Connection", "close")))
LAST_CHUNK = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def event(data: Any, name: str | None = None) -> bytes:
    """One block; text goes as it is, all else as JSON."""
    text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def _answer(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    choice = {"delta": delta, "index": 0, "finish_reason": finish_reason}
    return event({"id": "", "object": "", "created": 0, "model": "", "choices": [choice]})


def text(content: str) -> bytes:
    """A piece of the answer."""
    return _answer({"role": "assistant", "content": content})


HEARTBEAT = text("")
HEL, LO = text("Hel"), text("lo")
STOP = _answer({"role": "assistant", "content": None}, "stop")
DONE = event("[DONE]")
WHOLE = HEL + LO + STOP + DONE


def error(**body: Any) -> bytes:
    return event(body, "error")


def chunked(*blocks: bytes) -> tuple[Action, ...]:
    """Head and blocks, each in a chunk of its own; the answer stays open."""
    return (Send(CHUNKED_HEAD + b"".join(map(chunk, blocks))),)


def stream(*blocks: bytes) -> Step:
    """A whole answer with a proper end; the connection stays open."""
    return (*chunked(*blocks), Send(LAST_CHUNK))


STREAM: Step = stream(HEL, LO, STOP, DONE)


def text_of_lines(lines: Iterable[str]) -> str:
    """The text as somebody finds it who parses the raw lines by hand."""
    found: list[str] = []
    for line in lines:
        if line.startswith("data: {"):
            choices = json.loads(line.removeprefix("data: ")).get("choices") or ()
            found += [(choice["delta"] or {}).get("content") or "" for choice in choices if choice]
    return "".join(found)


def text_of_event(event: Event) -> str:
    """The text that an event brings, "" for those that bring none."""
    return event.text if isinstance(event, Answer) else ""
