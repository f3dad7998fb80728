"""A loopback server that gives each request the answer a real server was recorded to give to it."""

import json
import socket
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from tests.support.recordings import Recording, load
from tests.support.replay_server import ReceivedRequest, ReplayServer, sends

VERSION = "4.16.0"
API_KEY = "fastgpt-xxxxx"
APP_ID = "6b01f15628cb02049eb4cec5"
# One recording for each call that is no completion: what the server said when all was well.
CALLS: Mapping[str, str] = MappingProxyType(
    {
        "/api/core/dataset/create": "dataset-create--ok",
        "/api/core/dataset/collection/create/text": "collection-create-text--ok",
        "/api/core/dataset/data/pushData": "data-pushData--ok",
        "/api/core/dataset/searchTest": "searchTest--minimal",
        "/api/core/chat/init": "chat-init--new-chatid",
        "/api/core/chat/getHistories": "getHistories--ok",
        "/api/core/chat/getPaginationRecords": "getPaginationRecords--ok",
        "/api/core/app/list": "app-list--appkey",
        "/api/core/app/logs/list": "app-logs-list--appkey",
        "/api/proApi/core/app/logs/getChartData": "logs-getChartData--appkey",
    }
)


class RecordedServer(ReplayServer):
    """Answers by the request, unless a test has given an answer to `serve`.

    A completion gets the recording of the same question, whatever its letters' case and its last mark; a key other
    than `API_KEY` gets what a real server says to a key it does not know.
    """

    def _answer(self, connection: socket.socket, request: ReceivedRequest) -> bool:
        with self._lock:
            given = self._answers.get(request.path) or self._answers.get(None)
        recording = choose(request)
        if given is not None or recording is None:
            return super()._answer(connection, request)
        with self._lock:
            self.requests.append(request)
        for piece in sends(recording, "chunks"):
            connection.sendall(piece)
        return True


def choose(request: ReceivedRequest) -> Recording | None:
    """Return the recording that answers a request, None if the recorded server was never asked this."""
    if "chat/completions" not in request.path:
        name = CALLS.get(request.path)
        return None if name is None else load(VERSION)[name]
    body = json.loads(request.body)
    stream, detail = bool(body.get("stream")), bool(body.get("detail"))
    if request.headers.get("authorization") != f"Bearer {API_KEY}":
        version = request.path.split("/")[2]
        return load(VERSION)[f"{version}-chat-completions--err-unknown-key-{'stream' if stream else 'json'}"]
    found = _completions().get((request.path, stream, _question(body)), {})
    # A question that was asked in one way only: the other differs in what is told of the nodes.
    return found.get(detail) or found.get(not detail)


@cache
def _completions() -> dict[tuple[str, bool, str], dict[bool, Recording]]:
    """Return the answer to each question, by path, stream, question and detail; the plainest case where several are."""
    found: dict[tuple[str, bool, str], dict[bool, Recording]] = {}
    for recording in sorted(load(VERSION).values(), key=lambda recording: not recording.case.startswith("basic-")):
        body = recording.json
        refused = recording.status != 200 or recording.case.startswith("err-")
        # A model that fails is no refusal: the question "LLM500" is recorded as one that makes it fail.
        if not isinstance(body, dict) or (refused and not recording.case.startswith("err-llm")):
            continue
        if "chat/completions" in recording.path and isinstance(body.get("stream"), bool) and _question(body):
            key = (recording.path, body["stream"], _question(body))
            found.setdefault(key, {}).setdefault(bool(body.get("detail")), recording)
    return found


def _question(body: dict[str, Any]) -> str:
    """Return the last message's text in a form that is compared, "" if it has none."""
    messages = body.get("messages")
    content = messages[-1].get("content") if isinstance(messages, list) and messages else None
    return content.casefold().rstrip("!?. ") if isinstance(content, str) else ""
