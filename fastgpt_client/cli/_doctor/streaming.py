"""Whether an answer comes as it is made, or a proxy on the way holds it back to the end."""

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
# What is read of an answer is enough to tell by then.
_MOST_SECONDS = 20.0
# An answer that took no longer tells nothing.
_LEAST_SECONDS = 1.0
# All came within this share of the time that it was made in: it was held back until the end.
_AT_ONCE = 0.1
_BUFFERING = "let it pass answers on as they come (nginx: proxy_buffering off; no gzip for text/event-stream)"


def check_streaming(client: ChatClient, app_id: str, *, can_be_unsaved: bool) -> Finding:
    """Ask the app a question, and return how its answer came.

    The chat of it is not kept; on servers that keep each one it is deleted.
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
            "streaming", describe(exc), "try fastgpt-client ask: what it says is about the app, not the way to it"
        )
    finally:
        if not can_be_unsaved:
            with suppress(FastGPTError):
                client.delete_chat_history(appId=app_id, chatId=chat_id)
    return judge(arrived, ran, via)


def judge(arrived: Sequence[float], ran: float | None = None, via: str = "") -> Finding:
    """Return what the times of an answer's events tell, in seconds since it was asked for.

    Args:
        ran: how long the run took the server, which versions from 4.9.7 on tell. Before, the time that the answer took
            stands for it, although a server may be slow to begin.
    """
    first, last = (arrived[0], arrived[-1]) if arrived else (0.0, 0.0)
    found = f"{count(len(arrived), 'event')}, the first after {duration(first)}, the last after {duration(last)}"
    lasted = last if ran is None else min(ran, last)
    if lasted < _LEAST_SECONDS or len(arrived) <= 2:
        return ok("streaming", f"{found}: too quick to tell whether a proxy holds answers back")
    if last - first < _AT_ONCE * lasted:
        name = f"a proxy ({via})" if via else "a proxy"
        return warning("streaming", f"{found}: {name} on the way holds answers back to their end", _BUFFERING)
    return ok("streaming", f"{found}: answers come as they are made")
