"""From a request to its response: paths, bodies, faults, envelopes."""

from __future__ import annotations

import logging
import re
import uuid
from inspect import isawaitable
from typing import Any, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fastgpt_client._json import as_object

from . import wire
from .call import Call, authenticate
from .context import ServerContext
from .errors import ServerError
from .fault_injection import ConnectionCut, inject_faults
from .faults import Fault
from .received_request import BodyCut, BodyTooLarge, NotJson, ReceivedRequest, parse_body, read_body, receive_request
from .responses import NOT_FOUND, json_reply, page, plain, raw
from .routes import Route, find_route
from .share_hooks import HookNeeded, ask_init
from .versions import Since

__all__ = ["answer"]

_LOG = logging.getLogger("fastgpt_client.testing")
_MEGABYTE = 1024 * 1024
_IS_FILE = re.compile(
    r"/api/(system|common)/file/|/api/v1/audio/|/chat-files|/create/(localFile|images|backup|template)$|/insertImages$"
)
_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_TOO_OFTEN = (
    "Rate limit exceeded. Maximum 5000 requests per 60 seconds for this team. Please try again in {:.0f} seconds."
)
_CORS = {"Access-Control-Allow-Methods": "GET,HEAD,PUT,PATCH,POST,DELETE"}


async def answer(context: ServerContext, scope: Scope, receive: Receive, send: Send) -> None:
    """Handle one request."""
    limit = 10 if context.version >= Since.BODY_LIMIT_10_MB else 20
    if _IS_FILE.match(scope["path"]):
        limit = 1000
    try:
        body = await read_body(receive, limit * _MEGABYTE)
    except BodyCut:
        return
    except BodyTooLarge:
        await plain(f"Body exceeded {limit}mb limit", 413)(scope, receive, send)
        return
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        parsed = parse_body(headers.get("content-type", ""), body)
    except NotJson:
        context.log(receive_request(scope, body, None, ""))
        await plain("Invalid JSON", 400)(scope, receive, send)
        return
    call = _call(context, scope, body, parsed, headers)
    context.log(call.request)
    call.faults.extend(context.faults.take(call.request, call.target()))
    send = inject_faults(call.faults, scope, receive, send)
    reply = await _reply(call)
    started = False

    async def watched(message: Message) -> None:
        nonlocal started
        started = True
        await send(message)

    try:
        await reply(scope, receive, watched)
    except ConnectionCut:
        return
    except Exception as error:
        if started:
            raise
        await _failed(call, error)(scope, receive, send)


def _call(context: ServerContext, scope: Scope, body: bytes, parsed: Any, headers: dict[str, str]) -> Call:
    authorization = headers.get("authorization")
    request = receive_request(scope, body, parsed, _key_name(context, authorization))
    route = find_route(request.path, context.version)
    params: Any = request.query if route is not None and route.in_query else parsed
    if "/chat/" in request.path and "/delete" in request.path:
        params = _of_delete(context, request, parsed)
    query = re.search(rb"(?:^|&)apiKey=([^&]*)", scope["query_string"])
    key = query[1].decode() if query else ""
    if query:
        params = {**as_object(params), "apiKey": key}
    call = Call(context, request, params, authorization, key)
    if context.version >= Since.REQUEST_ID:
        call.headers["x-request-id"] = str(uuid.uuid4())
    return call


def _of_delete(context: ServerContext, request: ReceivedRequest, parsed: Any) -> Any:
    """Return the parameters for deleting a record, whose place depends on the version."""
    if context.version >= Since.DELETE_BY_BODY_OR_QUERY:
        return parsed or request.query
    in_body = Since.DELETE_BY_BODY_ALONE <= context.version < Since.RECORD_DELETE
    return parsed if in_body else request.query


def _key_name(context: ServerContext, authorization: str | None) -> str:
    if authorization is None:
        return ""
    try:
        return authenticate(authorization, context.version, context.state.keys)[0].name
    except ServerError:
        return "unknown"


async def _reply(call: Call) -> ASGIApp:
    request = call.request
    straight = re.sub(r"/{2,}", "/", request.path)
    straight = straight.rstrip("/") or "/"
    if straight != request.path:
        return plain(straight, 308, {"Location": straight, "Refresh": f"0;url={straight}"})
    if fault := call.fault("bad_gateway"):
        return page(_BAD_GATEWAY, fault.status or 502)
    route = find_route(request.path, call.version)
    if route is None:
        return page(NOT_FOUND, 404)
    if request.method == "OPTIONS":
        origin = {"Access-Control-Allow-Origin": call.header("origin") or "*"}
        return raw(b"", 200, {**origin, **_CORS, "Access-Control-Allow-Headers": "authorization,content-type"})
    try:
        return await _handled(call, route)
    except ServerError as error:
        return json_reply(error.body(call.version), error.status(call.version), call.cookies(error))
    except Exception as error:
        return _failed(call, error)


def _failed(call: Call, error: Exception) -> ASGIApp:
    """Return the response to a request that made the embedded server itself fail."""
    _LOG.error("the embedded server failed to handle %s", call.request.path, exc_info=error)
    broken = ServerError(f"{type(error).__name__}: {error}")
    return json_reply(broken.body(call.version), 500, call.headers)


async def _handled(call: Call, route: Route) -> ASGIApp:
    if fault := call.fault("rate_limit"):
        call.headers.update(fault.headers)
        raise _too_often(fault)
    if not route.completion:
        call.fail()
    try:
        found = await _found(call, route)
    except HookNeeded as hook:  # raised only once the call gets this far, before it changes anything
        call.hook_answers.append(await call.context.ask(ask_init(hook.url, hook.token)))
        found = await _found(call, route)
    if callable(found):
        return cast("ASGIApp", found)
    return json_reply(wire.envelope(found), 200, call.headers, zipped=call.zipped)


async def _found(call: Call, route: Route) -> Any:
    found = route.handler(call)
    return await found if isawaitable(found) else found


def _too_often(fault: Fault) -> ServerError:
    return ServerError(fault.message or _TOO_OFTEN.format(fault.span), code=429, by_user=True)
