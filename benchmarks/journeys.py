"""How many steps a call takes through the package: functions entered, their modules, moves between modules.

python -m benchmarks.journeys [--steps NAME]

A move is counted if a function of the package is entered whose module differs from that of the nearest function of the
package above it on the stack; entering the package from outside and returning are not counted. A change is counted if
the module differs from that of the function entered before it, wherever that was called from. Calls are those that the
profiler sees (`sys.setprofile`, and `threading.setprofile` for threads started on the way), so without C functions and
the generated methods of named tuples and data classes. Uses the sync client over an in-memory transport, after a first
call of the same kind, so that one-time work is not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import httpx

from fastgpt_client import AuthenticationError, ChatClient

from .answers import completion, events, page

PACKAGE = "fastgpt_client"
MESSAGES = [{"role": "user", "content": "Hi"}]
EVENTS = {"Content-Type": "text/event-stream;charset=utf-8"}
KEY, URL = "fastgpt-journeys-key", "http://fastgpt.test"
SAVED, CUT_AFTER = "word5 " * 20, 10


class Journey(NamedTuple):
    """The functions entered, in order: module, function, and the calling module ("" for outside)."""

    steps: list[tuple[str, str, str]]

    @property
    def moves(self) -> int:
        return sum(bool(before) and before != module for module, _, before in self.steps)

    @property
    def changes(self) -> int:
        return sum(one[0] != other[0] for one, other in pairwise(self.steps))

    @property
    def modules(self) -> int:
        return len({module for module, _, _ in self.steps})


def module_of(frame: Any) -> str:
    name = frame.f_globals.get("__name__", "")
    return name if name.startswith(f"{PACKAGE}.") else ""


def followed(function: Callable[[], object]) -> Journey:
    """Run a function and return the functions of the package that it entered."""
    steps: list[tuple[str, str, str]] = []

    def note(frame: Any, event: str, _: object) -> None:
        if event != "call" or not (module := module_of(frame)):
            return
        above = frame.f_back
        while above is not None and not module_of(above):
            above = above.f_back
        steps.append((module, frame.f_code.co_qualname, "" if above is None else module_of(above)))

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type] # it accepts None, unlike its stub
    return Journey(steps)


# --- the server -----------------------------------------------------------------------------------------------------


class CutBody(httpx.SyncByteStream):
    """A stream that is cut after some of its events."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        raise httpx.ReadError("the connection broke")


class Pieces(CutBody):
    """A complete stream in pieces."""

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces


def good(data: object) -> httpx.Response:
    return httpx.Response(200, json={"code": 200, "statusText": "", "message": "", "data": data})


def answer(request: httpx.Request) -> httpx.Response:
    """Respond like a server that saved the whole answer of a stream that was cut."""
    body = json.loads(request.content) if request.content else {}
    path = request.url.path
    if path.endswith("/chat/completions"):
        if not body["stream"]:
            return httpx.Response(200, json=completion(500))
        cut = body.get("chatId") == "cut"
        asked.append(body.get("responseChatItemId", ""))
        pieces = events(20, "plain", 6)
        return httpx.Response(200, headers=EVENTS, stream=CutBody(pieces[:CUT_AFTER]) if cut else Pieces(pieces))
    if path.endswith("/getHistoryStatus"):
        return good({"list": [{"chatId": "cut", "chatGenerateStatus": 1}]})
    if path.endswith("/getPaginationRecords") or path.endswith("/getRecords_v2"):
        saved = [{"dataId": asked[-1], "obj": "AI", "value": [{"text": {"content": SAVED}}]}] if asked else []
        return good({"list": saved, "total": len(saved)})
    if path.endswith("/getResData"):
        return good([{"id": "n1", "nodeId": "n1", "moduleName": "AI Chat", "moduleType": "chatNode"}])
    return httpx.Response(200, json=page(0))


asked: list[str] = []


def refused(_: httpx.Request) -> httpx.Response:
    body = {"code": 514, "statusText": "unAuthApiKey", "message": "unAuthApiKey", "data": None}
    return httpx.Response(500, json=body)


def client(handler: Callable[[httpx.Request], httpx.Response] = answer) -> ChatClient:
    return ChatClient(KEY, URL, app_id="a", http_client=httpx.Client(transport=httpx.MockTransport(handler)))


# --- the journeys ---------------------------------------------------------------------------------------------------


def blocking_call() -> Journey:
    chat = client()
    chat.create_chat_completion(MESSAGES)
    return followed(lambda: chat.create_chat_completion(MESSAGES))


def get_chat_histories() -> Journey:
    chat = client()
    chat.get_chat_histories()
    return followed(chat.get_chat_histories)


def one_more_event() -> Journey:
    stream = client().create_chat_completion(MESSAGES, stream=True)
    for _ in range(5):
        next(stream)
    journey = followed(lambda: next(stream))
    stream.close()
    return journey


def refused_key() -> Journey:
    """Includes creating the client, as in a program with a wrong key."""

    def call() -> None:
        try:
            client(refused).create_chat_completion(MESSAGES)
        except AuthenticationError:
            return
        raise AssertionError("the key was accepted")

    call()
    return followed(call)


def cut_turn() -> Journey:
    """From the question to the whole answer: the stream is cut, and resumes with what the server saved."""

    def turn() -> None:
        stream = client().conversation(chatId="cut").stream("Hi")
        assert "".join(stream.text_deltas()) == SAVED

    turn()
    return followed(turn)


def cut_itself() -> Journey:
    """The part that begins with the read that meets the cut."""

    def texts() -> Iterator[str]:
        deltas = client().conversation(chatId="cut").stream("Hi").text_deltas()
        for _ in range(CUT_AFTER):
            next(deltas)
        return deltas

    [*_] = texts()
    rest = texts()
    return followed(lambda: [*rest])


JOURNEYS: dict[str, Callable[[], Journey]] = {
    "blocking call": blocking_call,
    "get_chat_histories": get_chat_histories,
    "one more event of a stream": one_more_event,
    "refused key, new client": refused_key,
    "cut turn, recovered": cut_turn,
    "  of which from the cut on": cut_itself,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", default="", help="list the functions entered by journeys whose name contains this")
    arguments = parser.parse_args()
    print("| journey | calls | modules | moves | changes |\n|---|--:|--:|--:|--:|")
    journeys = {name: follow() for name, follow in JOURNEYS.items()}
    for name, journey in journeys.items():
        print(f"| {name} | {len(journey.steps)} | {journey.modules} | {journey.moves} | {journey.changes} |")
    for name, journey in journeys.items():
        if arguments.steps and arguments.steps in name:
            print(f"\n{name}")
            for module, function, before in journey.steps:
                print(
                    f"  {'->' if before and before != module else '  '} {module.removeprefix(PACKAGE)[1:]}.{function}"
                )


if __name__ == "__main__":
    main()
