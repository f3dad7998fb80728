"""A call of a client, and the one request that it must send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.fake_server import Reply
from tests.support.replies import completion, envelope

QUESTION = [{"role": "user", "content": "Hi 你好"}]
VISITOR = {"shareId": "s1", "outLinkUid": "u1"}
OTHER_APP = "65f0000000000000000000ff"
EXTRA = {"extra_body": {"newer": 1}, "extra_query": {"trace": "t 1"}}
TRACE = {"trace": "t 1"}
PAGE = {"offset": 0, "pageSize": 20}
DAYS = {"dateStart": "2026-01-01T00:00:00.000Z", "dateEnd": "2026-02-01T00:00:00.000Z"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """A method, how it is called, and the one request that it must send."""

    name: str
    case: str = "least"
    client: str = "chat"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    verb: str = "POST"
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.name}-{self.case}"

    @property
    def answer(self) -> Reply:
        return completion() if self.name == "create_chat_completion" else envelope()

    def check(self, request: httpx.Request) -> None:
        """Refuse a request that is not the one described, to the last parameter."""
        assert (request.method, request.url.path) == (self.verb, self.path)
        assert dict(request.url.params) == dict(self.query)
        assert (json.loads(request.content) if request.content else None) == self.body
        assert request.headers.get("content-type") == (None if self.body is None else "application/json")
