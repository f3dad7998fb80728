"""Whether an answer is streamed as it is generated, or buffered by a proxy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from os import urandom
from typing import Any

from fastgpt_client import ChatClient
from fastgpt_client.cli._base.errors import describe
from fastgpt_client.cli._output.formatting import count, duration
from fastgpt_client.events import WorkflowDuration
from fastgpt_client.exceptions import FastGPTError

from .findings import Finding, failed, ok, warning

__all__ = ["QUESTION", "check_streaming", "judge"]

QUESTION = "Count from 1 to 40."
_UNSAVED = "NO_RECORD_HISTORIES"
# By then, enough of an answer was read.
_MOST_SECONDS = 20.0
# A shorter answer proves nothing.
_LEAST_SECONDS = 1.0
# An answer that arrived within this share of the time that it took was buffered until its end.
_AT_ONCE = 0.1
_BUFFERING = "turn its buffering off (nginx: proxy_buffering off; no gzip for text/event-stream)"


def check_streaming(client: ChatClient, app_id: str, *, can_be_unsaved: bool) -> Finding:
    """Ask the app a question, and return how its answer was streamed.

    The chat is not saved; on servers that save every chat it is deleted.
    """
    chat_id = _UNSAVED if can_be_unsaved else f"doctor{urandom(9).hex()}"
    begin = time.monotonic()
    arrived: list[float] = []
    ran: float | None = None
    question: Any = [{"role": "user", "content": QUESTION}]
    try:
        with client.create_chat_completion(question, appId=app_id, chatId=chat_id, detail=True, stream=True) as stream:
            for event in stream:
                arrived.append(time.monotonic() - begin)
                if isinstance(event, WorkflowDuration):
                    ran = event.seconds
                if arrived[-1] > _MOST_SECONDS:
                    break
            via = stream.http_response.headers.get("via") or stream.http_response.headers.get("server") or ""
    except FastGPTError as exc:
        return failed(
            "streaming", describe(exc), "try fastgpt-client ask: this is a problem of the app, not of the connection"
        )
    finally:
        if not can_be_unsaved:
            with suppress(FastGPTError):
                client.delete_chat_history(appId=app_id, chatId=chat_id)
    return judge(arrived, ran, via)


def judge(arrived: Sequence[float], ran: float | None = None, via: str = "") -> Finding:
    """Return the finding from the times of the events of an answer, in seconds since the question.

    Args:
        ran: the duration of the run, which servers 4.9.7 and later report. For others the time of the answer is used,
            although a server may be slow to begin.
    """
    first, last = (arrived[0], arrived[-1]) if arrived else (0.0, 0.0)
    found = f"{count(len(arrived), 'event')}, the first after {duration(first)}, the last after {duration(last)}"
    lasted = last if ran is None else min(ran, last)
    if lasted < _LEAST_SECONDS or len(arrived) <= 2:
        return ok("streaming", f"{found}: too fast to tell whether a proxy buffers answers")
    if last - first < _AT_ONCE * lasted:
        name = f"a proxy ({via})" if via else "a proxy"
        return warning("streaming", f"{found}: {name} buffers answers until their end", _BUFFERING)
    return ok("streaming", f"{found}: answers are streamed as they are generated")
