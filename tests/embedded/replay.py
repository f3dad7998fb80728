"""A recorded request sent to the embedded server, and its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from fastgpt_client.testing import FakeFastGPT
from tests.embedded import stage_more
from tests.embedded.comparison import Answer, events
from tests.embedded.stage import APPS, STORIES, Talk
from tests.support.recordings import Recording

DATA = Path(__file__).parent / "data"
WORDS = "SLOW LONG tell me a lot of words please, then even more words than that"


@cache
def load(name: str) -> Any:
    return json.loads((DATA / name).read_text("utf-8"))


def plan_of(recording: Recording) -> dict[str, Any]:
    """Return how a recording is replayed: all rules that match it, the first one of a kind."""
    plan: dict[str, Any] = {}
    for rule in load("replays-more.json" if recording.version.endswith("-more") else "replays.json"):
        if re.search(rule["match"], recording.name) and rule.get("except", "\0") not in recording.name:
            plan = {**rule, **plan}
    return plan


def recorded(recording: Recording) -> Answer:
    return Answer.of(recording.status, recording.header("Content-Type"), recording.text)


def whole_form(cut: bytes) -> bytes:
    """Return a form of which the recording has the beginning: the file that is cut off there is a short one here."""
    border = cut.partition(b"\r\n")[0]
    head = cut.rpartition(b"\r\n\r\n")[0]
    return head + b"\r\n\r\n" + b"sound" + b"\r\n" + border + b"--\r\n"


class Replay:
    """One recording against one server."""

    def __init__(self, server: FakeFastGPT, client: httpx.Client, recording: Recording) -> None:
        self.server, self.client, self.recording = server, client, recording
        self.plan = plan_of(recording)
        ids = stage_more.APPS if recording.version.endswith("-more") else APPS[recording.version]
        self.app = server.state.apps[ids[self.plan.get("app", "simple")]]

    @property
    def chat_id(self) -> str:
        body = self.recording.json if isinstance(self.recording.json, dict) else {}
        return str(
            body.get("chatId") or next(iter(body.get("chatIds", ())), "") or self.recording.query.get("chatId") or ""
        )

    def authorization(self) -> str | None:
        app_key, team = self.app.key, self.server.api_key
        return {
            "none": None,
            "bare": app_key,
            "unknown": "Bearer fastgpt-nobody",
            "lowercase": f"bearer {app_key}",
            "scheme": f"Token {app_key}",
            "suffix": f"Bearer {team}-{self.app.id}",
            "team": f"Bearer {team}",
        }.get(self.plan.get("key", ""), f"Bearer {app_key}")

    def request(self) -> httpx.Request:
        recording = self.recording
        headers = [(name, value) for name, value in recording.request_headers if name.lower() != "authorization"]
        if authorization := self.authorization():
            headers.append(("Authorization", authorization))
        query = dict(recording.query)
        if "apiKey" in query:
            query["apiKey"] = "fastgpt-nobody" if self.plan.get("key") == "unknown" else self.app.key
        content: bytes | None = None
        if recording.json is not None:
            content = json.dumps(recording.json).encode()
        elif recording.request_text is not None:
            content = recording.request_text.encode()
        elif recording.request_bytes is not None:
            content = whole_form(recording.request_bytes)
        if self.plan.get("manner") == "large":
            content = json.dumps({"messages": [{"role": "user", "content": "x" * (11 << 20)}]}).encode()
        path = recording.path
        request = self.client.build_request(recording.method, path, params=query or None, content=content)
        # What was not sent then is not sent now.
        for name in ("accept", "accept-encoding", "user-agent"):
            request.headers.pop(name, None)
        for name, value in headers:
            request.headers[name] = value
        return request

    def answer(self) -> Answer:
        """Return what the embedded server answers."""
        suffix = self.chat_id.rsplit("-", 1)[-1] or "x"
        if story := self.plan.get("story"):
            {**STORIES, **stage_more.STORIES}[story](Talk(self.server, self.client, suffix))
        if self.plan.get("fault"):
            self.server.fault(self.plan["fault"])
        with self.meanwhile() if self.plan.get("meanwhile") else self.nothing():
            return getattr(self, self.plan.get("manner", "plain"))()

    @contextmanager
    def nothing(self) -> Iterator[None]:
        yield

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Run a slow question on the same chat, by the version that the recording is about."""
        api = "v1" if re.search("v1", self.recording.name) else "v2"
        body = {"chatId": self.chat_id, "stream": True, "messages": [{"role": "user", "content": WORDS}]}
        headers = {"Authorization": f"Bearer {self.app.key}"}
        with self.client.stream("POST", f"/api/{api}/chat/completions", json=body, headers=headers) as slow:
            lines = slow.iter_lines()
            next(lines)
            yield

    def plain(self) -> Answer:
        request = self.request()
        if "text/event-stream" in request.headers.get("accept", ""):
            return self.unending(request)
        response = self.client.send(request)
        return Answer.of(response.status_code, response.headers.get("content-type"), response.text)

    large = plain

    def unending(self, request: httpx.Request) -> Answer:
        """Read as many events as were recorded of an answer that was left before its end."""
        count = len(list(events(self.recording.text)))
        response = self.client.send(request, stream=True)
        text = ""
        for part in response.iter_text():
            text += part
            if len(list(events(text))) >= count and text.endswith("\n\n"):
                break
        response.close()
        blocks = text.split("\n\n")[:count]
        whole = "".join(f"{block}\n\n" for block in blocks)
        return Answer.of(response.status_code, response.headers.get("content-type"), whole)

    def abort(self) -> Answer:
        return self.unending(self.request())

    def file(self) -> Answer:
        """Do with a place for a file what the recording did with its own."""
        headers = {"Authorization": f"Bearer {self.server.api_key}"}
        body = {"appId": self.app.id, "chatId": "file", "filename": "note.txt", "contentType": "text/plain"}
        path = "/api/core/chat/file/presignChatFilePostUrl"
        place = self.client.post(path, json=body, headers=headers).json()["data"]
        put = self.client.put(place["url"], content=b"hello file!", headers={"Content-Type": "text/plain"})
        name = self.recording.endpoint
        if name == "presigned-upload":
            response = put
        elif name == "file-download":
            response = self.client.get(place["previewUrl"])
        else:
            body = {"appId": self.app.id, "chatId": "file", "key": place["key"]}
            response = self.client.post(self.recording.path, json=body, headers=headers)
        return Answer.of(response.status_code, response.headers.get("content-type"), response.text)

    def stop(self) -> Answer:
        """Stop the run after its second word."""
        body = {"appId": self.app.id, "chatId": self.chat_id}
        headers = {"Authorization": f"Bearer {self.app.key}"}
        text, stopped = "", False
        with httpx.Client(base_url=self.server.url) as other:
            response = self.client.send(self.request(), stream=True)
            for part in response.iter_text():
                text += part
                if text.count('"content":"') == 2 and not stopped:
                    stopped = other.post("/api/v2/chat/stop", json=body, headers=headers).is_success
        return Answer.of(response.status_code, response.headers.get("content-type"), text)
