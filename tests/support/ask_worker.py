"""A program that asks many questions, and kills itself in a phase: `python -m tests.support.ask_worker SETTINGS`.

Settings are JSON: `client` has the client's arguments, `rows` how many rows there are, `to` the file, `phase` and `nth`
where it dies, `flavour` which client it uses, `patience` how many seconds an answer is looked for.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from fastgpt_client import AsyncChatClient, ChatClient
from fastgpt_client._ask import journal as journals
from fastgpt_client._ask.journal import Journal
from fastgpt_client._conversation import recovery

PHASES = ("noted", "answering", "answered", "torn", "written", "ended")


def rows(number: int) -> list[dict[str, Any]]:
    return [{"id": f"row-{one}", "question": f"What is {one}?", "expected": one} for one in range(number)]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at_call(nth: int) -> Callable[[], bool]:
    """Return what is true when it is called for the nth time."""
    left = nth

    def due() -> bool:
        nonlocal left
        left -= 1
        return left == 0

    return due


def die_in(phase: str, nth: int) -> None:
    """Let this process die in a phase of the nth question; of "answering" the server takes care."""
    due = at_call(nth)
    begin, write, append, close = Journal.begin, Journal.write, journals._append, Journal.close

    def noted(self: Journal, id: str, attempt: int) -> None:
        begin(self, id, attempt)
        if due():
            die()

    def answered(self: Journal, row: Any) -> bool:
        if due():
            die()
        return write(self, row)

    def written(self: Journal, row: Any) -> bool:
        done = write(self, row)
        if due():
            die()
        return done

    def torn(file: Any, line: bytes) -> None:
        if b'"answer"' in line and due():
            append(file, line[: len(line) // 2])
            die()
        append(file, line)

    def ended(self: Journal) -> None:
        die()
        close(self)

    changes: dict[str, tuple[Any, str, Any]] = {
        "noted": (Journal, "begin", noted),
        "answered": (Journal, "write", answered),
        "torn": (journals, "_append", torn),
        "written": (Journal, "write", written),
        "ended": (Journal, "close", ended),
    }
    if phase in changes:
        setattr(*changes[phase])


def ask(settings: dict[str, Any]) -> None:
    client = ChatClient(**settings["client"])
    with client, client.ask_each(rows(settings["rows"]), run="kills", to=settings["to"], concurrency=4) as run:
        for _ in run:
            pass


async def async_ask(settings: dict[str, Any]) -> None:
    client = AsyncChatClient(**settings["client"])
    asked = client.ask_each(rows(settings["rows"]), run="kills", to=settings["to"], concurrency=4)
    async with client, asked as run:
        async for _ in run:
            pass


def main() -> None:
    settings = json.loads(sys.argv[1])
    recovery._FIRST_DELAY = 0.01
    recovery._BUDGET_SECONDS = settings.get("patience", recovery._BUDGET_SECONDS)
    die_in(settings["phase"], settings["nth"])
    if settings["flavour"] == "sync":
        ask(settings)
    else:
        asyncio.run(async_ask(settings))


if __name__ == "__main__":
    main()
