"""The ASGI application that answers FastGPT's hooks for share links."""

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
# The responses of all nodes of a run, with their quotes and prompts.
_LARGE = 32 * 1024 * 1024


class ShareHooks:
    """An ASGI application that answers the hooks of share links. Mount it at the hook URL of the link.

    ```python
    def init(call: ShareInit) -> Allow | Deny:
        customer = customers.get(call.token)
        return Allow(customer.id) if customer else Deny("Please sign in again.")

    app = Starlette(routes=[Mount("/hooks", ShareHooks(init=init))])
    ```

    The hooks may be async; others are called in a worker thread. A hook that raises or times out denies the visitor,
    and is logged. FastGPT does not authenticate itself: sign the tokens, or use a hook URL that cannot be guessed.

    The community edition calls `init` for everything except the answers themselves: anyone who knows the link gets
    answers, whatever `init` returns. Only the commercial edition calls `start` and `finish`.

    Args:
        init: returns who a visitor is, or denies them.
        start: returns whether a visitor may ask a question. It must return the same uid as `init` for the same token,
            or FastGPT refuses the chat. Default: `init` is called again.
        finish: receives what an answer used; its return value is ignored. Default: nothing is called.
        timeout: the maximum time, in seconds, for a hook, and for receiving the body of a request.

    FastGPT calls the hooks in the commercial edition (all versions), and in all editions from 4.14.10 on.
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
        """Handle one ASGI request."""
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
        # Refusals are HTTP 200: with any other status FastGPT ignores the body.
        try:
            given = parse(await read_json(request, limit=_SMALL, seconds=self._timeout))
        except (RefusedError, BadCallError) as error:
            _LOG.warning("%s received a bad request: %s", request.url.path, error)
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
            _LOG.warning("%s received a bad request: %s", request.url.path, error)
            return JSONResponse({"success": False})
        failed = self._finish is not None and await self._run(request, self._finish, given) is _FAILED
        return JSONResponse({"success": not failed})

    async def _run(self, request: Request, hook: Callable[[Any], object], given: object) -> object:
        """Return the result of a hook, or `_FAILED` if it raises or times out."""
        try:
            with anyio.fail_after(self._timeout):
                return await call(hook, given)
        except Exception as error:
            _LOG.error("the hook for %s failed: %r", request.url.path, error, exc_info=error)
            return _FAILED


_FAILED = object()
