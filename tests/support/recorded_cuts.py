"""A recorded stream that is cut, and the server behind it, which has saved all of it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import httpx

from fastgpt_client._http.httpx import Headers
from fastgpt_client._http.redaction import Secret
from fastgpt_client._streaming.parser import EventStreamParser
from fastgpt_client.responses import ChatCompletion
from tests.support.fake_server import Reply
from tests.support.recorded_runs import Run
from tests.support.replies import EVENTS, envelope


class CutRun:
    """Answers a conversation: the stream up to a byte, then what the server saved."""

    def __init__(self, run: Run) -> None:
        assert run.recording is not None
        self.body = run.recording.body
        self.size = 0
        self.asked: list[Any] = []
        """The bodies of the completions."""

    @cached_property
    def whole(self) -> Any:
        """What the whole stream says."""
        reader = EventStreamParser(Headers(), Secret("fastgpt-key"), 1 << 30, time.time)
        reader.events(self.body)
        return reader.accumulator.completion(None)

    @property
    def borders(self) -> Iterator[int]:
        """Where its blocks end, and the bytes after it."""
        ends = itertools.accumulate(len(block) + 2 for block in self.body.split(b"\n\n"))
        return (end + beside for end in [0, *ends] for beside in (0, 1) if end + beside <= len(self.body))

    @property
    def has_ended(self) -> bool:
        """Whether the end of the answer comes before the cut."""
        return b'"finish_reason":"stop"}]}\n\n' in self.body[: self.size]

    @property
    def text(self) -> str:
        """What the whole stream says."""
        return ChatCompletion(httpx.Response(200), b"", self.whole).text

    def tells(self, answer: ChatCompletion) -> bool:
        """Whether an answer is all that the stream said; of v1, what its nodes did may come after the end."""
        expected = facts(ChatCompletion(httpx.Response(200), b"", self.whole))
        found = facts(answer)
        if self.has_ended and b"event: flowResponses" in self.body:
            names = ("text", "reasoning", "tools", "interactive")
            return [found[name] for name in names] == [expected[name] for name in names]
        return found == expected

    def __call__(self, request: httpx.Request) -> Reply:
        if request.url.path.endswith("chat/completions"):
            self.asked.append(json.loads(request.content))
            return Reply((self.body[: self.size], httpx.ReadError("cut")), 200, EVENTS)
        if request.url.path.endswith("getHistoryStatus"):
            return envelope({"list": [{"chatId": self.asked[-1]["chatId"], "chatGenerateStatus": 1}]})
        if request.url.path.endswith("getResData"):
            return envelope(self.whole.get("responseData", []))
        message = self.whole["choices"][0]["message"]
        items = message["content"]
        if isinstance(items, str):
            items = [{"text": {"content": items}}]
        if "reasoning_content" in message:
            items = [{"reasoning": {"content": message["reasoning_content"]}}, *items]
        record = {"dataId": self.asked[-1]["responseChatItemId"], "obj": "AI", "value": items}
        return envelope({"list": [record], "total": 1})


def facts(answer: ChatCompletion) -> dict[str, Any]:
    """Return what a caller reads of an answer."""
    return {
        "text": answer.text,
        "reasoning": answer.reasoning,
        "tools": [(tool["toolName"], tool["params"], tool["response"]) for tool in answer.tool_calls],
        "interactive": answer.interactive,
        "nodes": answer.node_responses,
        "plugin": answer.plugin_output,
    }
