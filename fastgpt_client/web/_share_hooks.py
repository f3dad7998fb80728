"""The server behind a share link: an ASGI application that answers FastGPT's hooks."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from starlette.responses import JSONResponse
from starlette.routing import Route, Router

from fastgpt_client._json import shown

from ._hook_data import (
    Allow,
    BadCallError,
    Deny,
    ShareFinish,
    ShareInit,
    ShareStart,
    answer_of,
    finish_of,
    init_of,
    start_of,
)
from ._requests import RefusedError, call, read_json

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

__all__ = ["ShareHooks"]

_LOG = logging.getLogger("fastgpt_client.web")

C = TypeVar("C", ShareInit, ShareStart)
Verdict = Allow | Deny

_SMALL = 256 * 1024
# What all nodes of a run did, with their quotes and prompts.
_LARGE = 32 * 1024 * 1024


class ShareHooks:
    """Answers the hooks of share links: an ASGI application, to be mounted where the link's hook URL leads.

    ```python
    def init(call: ShareInit) -> Allow | Deny:
        customer = customers.get(call.token)
        return Allow(customer.id) if customer else Deny("Please sign in again.")

    app = Starlette(routes=[Mount("/hooks", ShareHooks(init=init))])
    ```

    The hooks may be async; one that is not has a thread of its own. One that raises, or that takes too long, denies,
    and is logged. FastGPT sends no secret of its own: let the token be signed, or the hook URL be one that nobody
    guesses.

    The community edition asks `init` for everything but the answers themselves: whoever knows the link gets answers,
    whatever `init` says of him. Only the commercial edition calls `start` and `finish`.

    Args:
        init: says who a visitor is.
        start: says whether he may ask this; left out, `init` is asked again. Both give the same uid for one token, or
            FastGPT refuses the chat.
        finish: takes what an answer took; what it returns is ignored.
        timeout: seconds that a hook, and the body of a call, may take.

    FastGPT asks the commercial edition's links (all versions), and every edition's from 4.14.10 on.
    """

    def __init__(
        self,
        *,
        init: Callable[[ShareInit], Verdict | Awaitable[Verdict]],
        start: Callable[[ShareStart], Verdict | Awaitable[Verdict]] | None = None,
        finish: Callable[[ShareFinish], object] | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._init = init
        self._start = start
        self._finish = finish
        self._timeout = timeout
        routes = [
            Route(f"/shareAuth/{name}", handler, methods=["POST"])
            for name, handler in (("init", self._on_init), ("start", self._on_start), ("finish", self._on_finish))
        ]
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._router(scope, receive, send)

    async def _on_init(self, request: Request) -> JSONResponse:
        return await self._answered(request, self._init, init_of)

    async def _on_start(self, request: Request) -> JSONResponse:
        if self._start is None:
            return await self._answered(request, self._init, init_of)
        return await self._answered(request, self._start, start_of)

    async def _answered(
        self, request: Request, hook: Callable[[C], Verdict | Awaitable[Verdict]], parse: Callable[[object], C]
    ) -> JSONResponse:
        # Refusals are HTTP 200: of any other status FastGPT does not read the body.
        try:
            given = parse(await read_json(request, limit=_SMALL, seconds=self._timeout))
        except (RefusedError, BadCallError) as error:
            _LOG.warning("%s was called wrongly: %s", request.url.path, error)
            return JSONResponse(answer_of(Deny()))
        verdict: object = await self._run(request, hook, given)
        if not isinstance(verdict, (Allow, Deny)):
            if verdict is not _FAILED:
                _LOG.error("the hook for %s returned %s, not Allow or Deny", request.url.path, shown(verdict))
            verdict = Deny()
        return JSONResponse(answer_of(verdict))

    async def _on_finish(self, request: Request) -> JSONResponse:
        try:
            given = finish_of(await read_json(request, limit=_LARGE, seconds=self._timeout))
        except (RefusedError, BadCallError) as error:
            _LOG.warning("%s was called wrongly: %s", request.url.path, error)
            return JSONResponse({"success": False})
        failed = self._finish is not None and await self._run(request, self._finish, given) is _FAILED
        return JSONResponse({"success": not failed})

    async def _run(self, request: Request, hook: Callable[[Any], object], given: object) -> object:
        """Return what a hook returns, `_FAILED` if it fails or takes too long."""
        try:
            with anyio.fail_after(self._timeout):
                return await call(hook, given)
        except Exception as error:
            _LOG.error("the hook for %s failed: %r", request.url.path, error, exc_info=error)
            return _FAILED


_FAILED = object()
