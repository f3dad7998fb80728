"""The ASGI application that serves a library of files to FastGPT."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import quote

import anyio
from anyio import to_thread
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, Router

from fastgpt_client._api.content_types import guess_content_type
from fastgpt_client.exceptions import ValidationError

from ._library_data import FileContent, FileItem, FileLibrary, OpensFiles, failed, list_call, ok, wire_item
from ._requests import RefusedError, call, read_json
from ._signing import Signer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

__all__ = ["FileLibraryApp"]

_LOG = logging.getLogger("fastgpt_client.web")
_BODY_BYTES = 64 * 1024
_PIECE = 256 * 1024
_MIN_AUTHORIZATION = 8


class FileLibraryApp:
    """An ASGI application that serves a library of files to FastGPT. Mount it at the `baseUrl` of a dataset.

    ```python
    app = Starlette(routes=[Mount("/files", FileLibraryApp(DirectoryLibrary("handbook"), authorization=token))])
    ```

    Args:
        library: the library that provides the files.
        authorization: the `authorization` of the dataset, at least 8 characters; FastGPT sends it as a bearer token.
        secret: signs the URLs of files; at least 16 bytes, the same in all processes that serve them. Default: a
            random one.
        public_url: the public URL of the application, including its mount path. Default: the URL that FastGPT uses.
        address_seconds: how long the URL of a file is valid, in seconds; at most twice as long.
        timeout: the maximum duration of a request, in seconds. FastGPT itself waits for 60.

    Raises:
        ValidationError: `authorization` or `secret` is too short.

    Requires FastGPT 4.9.10 or later; `detail` is called from 4.11 on.
    """

    def __init__(
        self,
        library: FileLibrary,
        *,
        authorization: str,
        secret: str | bytes | None = None,
        public_url: str | None = None,
        address_seconds: float = 3600.0,
        timeout: float = 50.0,
    ) -> None:
        if len(authorization) < _MIN_AUTHORIZATION:
            raise ValidationError(f"authorization must have at least {_MIN_AUTHORIZATION} characters")
        self._library = library
        self._bearer = f"Bearer {authorization}".encode()
        self._signer = Signer(secret, "file")
        self._public_url = public_url
        self._address_seconds = max(1, int(address_seconds))
        self._timeout = timeout
        calls: dict[str, tuple[str, Callable[[Request], Coroutine[Any, Any, Any]]]] = {
            "list": ("POST", self._list),
            "content": ("GET", self._content),
            "read": ("GET", self._read),
            "detail": ("GET", self._detail),
        }
        routes = [
            Route(f"/v1/file/{name}", partial(self._answered, handler), methods=[method])
            for name, (method, handler) in calls.items()
        ]
        routes.append(Route("/v1/file/raw/{signed}/{name}", self._raw, methods=["GET"]))
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI request."""
        await self._router(scope, receive, send)

    # --- requests of FastGPT ----------------------------------------------------------------------------------------

    async def _answered(self, handler: Callable[[Request], Coroutine[Any, Any, Any]], request: Request) -> Response:
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._bearer):
            return JSONResponse(failed("the authorization of the library is wrong", 401), 401)
        try:
            with anyio.fail_after(self._timeout):
                return JSONResponse(ok(await handler(request)))
        except FileNotFoundError:
            return JSONResponse(failed("File not found", 404))
        except RefusedError as error:
            return JSONResponse(failed(error.message, error.status), error.status)
        except Exception as error:
            _LOG.error("the library failed at %s: %r", request.url.path, error, exc_info=error)
            return JSONResponse(failed("the library failed"))

    async def _list(self, request: Request) -> list[dict[str, Any]]:
        given = list_call(await read_json(request, limit=_BODY_BYTES, seconds=self._timeout / 2))
        items: Sequence[FileItem] = await call(self._library.list, given.parent_id, given.search)
        return [wire_item(item) for item in items]

    async def _content(self, request: Request) -> dict[str, Any]:
        id = _id_of(request)
        content: FileContent = await call(self._library.content, id)
        data: dict[str, Any] = {} if content.title is None else {"title": content.title}
        if content.text:
            return {**data, "content": content.text}
        return {**data, "previewUrl": content.url or await self._address(request, id)}

    async def _read(self, request: Request) -> dict[str, str]:
        id = _id_of(request)
        url: str | None = await call(self._library.read, id)
        return {"url": url or await self._address(request, id)}

    async def _detail(self, request: Request) -> dict[str, Any]:
        item: FileItem = await call(self._library.detail, _id_of(request))
        return wire_item(item)

    # --- files at signed URLs ---------------------------------------------------------------------------------------

    async def _address(self, request: Request, id: str) -> str:
        """Return a signed URL of the file itself: stable for a while, and different once the file has changed."""
        if not isinstance(self._library, OpensFiles):
            raise TypeError(f"{type(self._library).__name__} has no open(), and returned no URL for {id!r}")
        item: FileItem = await call(self._library.detail, id)
        expires = (int(time.time()) // self._address_seconds + 2) * self._address_seconds
        signed = self._signer.sign(str(expires), id, str(item.updated.timestamp()))
        base = self._public_url or str(request.url.replace(query="")).rpartition("/v1/file/")[0]
        return f"{base.rstrip('/')}/v1/file/raw/{signed}/{quote(item.name, safe='')}"

    async def _raw(self, request: Request) -> Response:
        found = self._signer.check(request.path_params["signed"])
        if found is None or int(found[0]) < time.time():
            return PlainTextResponse("this link is invalid or has expired", 403)
        try:
            with anyio.fail_after(self._timeout):
                file: BinaryIO = await call(cast("OpensFiles", self._library).open, found[1])
        except FileNotFoundError:
            return PlainTextResponse("File not found", 404)
        except Exception as error:
            _LOG.error("the library failed to open a file: %r", error, exc_info=error)
            return PlainTextResponse("the library failed", 502)
        return _FileResponse(file, request.path_params["name"])


def _id_of(request: Request) -> str:
    id = request.query_params.get("id", "")
    if not id:
        raise RefusedError(400, "id is missing")
    return id


class _FileResponse(StreamingResponse):
    """A response with a file, which is closed even if the response fails."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        headers = {
            "Content-Type": guess_content_type(name) or "application/octet-stream",
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private, no-store",
            # An HTML file of the library must not act as a page of this server.
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        self._pieces = _pieces(file)
        super().__init__(self._pieces, headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._pieces.aclose()  # the client may have disconnected early
            self._file.close()


async def _pieces(file: BinaryIO) -> AsyncGenerator[bytes, None]:
    while piece := await to_thread.run_sync(file.read, _PIECE):
        yield piece
