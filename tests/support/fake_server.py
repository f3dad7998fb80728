"""A server inside the process: it answers from a list and keeps what it was asked. Both flavours talk to it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import anyio.lowlevel
import httpx

from fastgpt_client import AppClient, AsyncAppClient, AsyncChatClient, AsyncDatasetClient, ChatClient, DatasetClient

BASE_URL = "http://fastgpt.test"
KEY = "fastgpt-planted0key0of0the0tests"
APP_ID = "65f000000000000000000001"


class Silence:
    """In place of a piece of a body: nothing comes any more, and the connection stays open."""


Piece = bytes | BaseException | Silence


class Body(httpx.AsyncByteStream, httpx.SyncByteStream):
    """A body in pieces; an exception among them is raised in its place."""

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self._rest = list(pieces)
        self._ours: socket.socket | None = None
        self._theirs: socket.socket | None = None
        self.closed = False

    def get_extra_info(self, name: str) -> socket.socket | None:
        """Stand in for the network stream of a real connection: shutting its socket down ends a silence."""
        assert name == "socket"
        if self._ours is None:
            self._ours, self._theirs = socket.socketpair()
        return self._ours

    def _next(self) -> bytes | Silence:
        if self.closed or not self._rest:
            raise StopIteration
        piece = self._rest[0] if isinstance(self._rest[0], Silence) else self._rest.pop(0)
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = self._next()
        if isinstance(piece, Silence):
            ours = self.get_extra_info("socket")
            assert ours is not None
            ours.recv(1)
            self._release()
            raise httpx.ReadError("the connection ended")
        return piece

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            piece = self._next()
        except StopIteration:
            raise StopAsyncIteration from None
        await anyio.lowlevel.checkpoint()
        if isinstance(piece, Silence):
            await anyio.sleep_forever()
        assert isinstance(piece, bytes)
        return piece

    def close(self) -> None:
        self.closed = True
        self._release()

    async def aclose(self) -> None:
        self.close()

    def _release(self) -> None:
        for end in (self._ours, self._theirs):
            if end is not None:
                end.close()


@dataclass(eq=False)
class Reply:
    """One answer, as often as it is asked for."""

    pieces: tuple[Piece, ...] = ()
    status: int = 200
    headers: Mapping[str, str] | list[tuple[str, str]] = field(default_factory=dict)
    bodies: list[Body] = field(default_factory=list)
    """The bodies that were handed out."""

    def build(self, request: httpx.Request) -> httpx.Response:
        body = Body(self.pieces)
        self.bodies.append(body)
        return httpx.Response(
            self.status, headers=self.headers, stream=body, request=request, extensions={"network_stream": body}
        )

    @property
    def all_closed(self) -> bool:
        return all(body.closed for body in self.bodies)


Answer = Reply | BaseException | Callable[[httpx.Request], Reply]


class FakeServer:
    """Answers the n-th request by the n-th answer; the last one serves all that come after."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, BaseException):
            raise answer
        reply = answer if isinstance(answer, Reply) else answer(request)
        return reply.build(request)

    @property
    def hits(self) -> int:
        return len(self.requests)

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    @property
    def body(self) -> Any:
        """The JSON of the last request."""
        return json.loads(self.last.content)

    @property
    def query(self) -> dict[str, str]:
        """The query of the last request."""
        return dict(self.last.url.params)

    def async_chat(self, **options: Any) -> AsyncChatClient:
        """A client of this server that never waits between attempts."""
        return AsyncChatClient(**_options(options), http_client=httpx.AsyncClient(transport=self.transport))

    def async_app(self, **options: Any) -> AsyncAppClient:
        return AsyncAppClient(**_options(options), http_client=httpx.AsyncClient(transport=self.transport))

    def async_dataset(self, **options: Any) -> AsyncDatasetClient:
        return AsyncDatasetClient(**_options(options), http_client=httpx.AsyncClient(transport=self.transport))

    def chat(self, **options: Any) -> ChatClient:
        return ChatClient(**_options(options), http_client=httpx.Client(transport=self.transport))

    def app(self, **options: Any) -> AppClient:
        return AppClient(**_options(options), http_client=httpx.Client(transport=self.transport))

    def dataset(self, **options: Any) -> DatasetClient:
        return DatasetClient(**_options(options), http_client=httpx.Client(transport=self.transport))


def _options(options: dict[str, Any]) -> dict[str, Any]:
    return {"api_key": KEY, "base_url": BASE_URL, "app_id": APP_ID, "retry_delay": 0.0, **options}
