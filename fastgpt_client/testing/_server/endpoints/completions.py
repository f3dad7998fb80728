"""Completions, v1 and v2: authorization, and the response, blocking or as a stream."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call, authenticate
from fastgpt_client.testing._server.client_disconnected import client_disconnected
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.responses import json_reply, raw
from fastgpt_client.testing._server.runs.chat_turn import ChatSource, ChatTurn
from fastgpt_client.testing._server.runs.completion_request import CompletionRequest, parse_request
from fastgpt_client.testing._server.runs.event_stream import EventStream, StreamFormat
from fastgpt_client.testing._server.runs.message_content import message_of
from fastgpt_client.testing._server.share_auth import find_link
from fastgpt_client.testing._server.share_hooks import ask_start
from fastgpt_client.testing._server.state import DONE, GENERATING, App, Visitor
from fastgpt_client.testing._server.validation import text
from fastgpt_client.testing._server.versions import Since

__all__ = ["complete_v1", "complete_v2", "stop"]

_LIMIT = 5000
_NO_APP = "Key is error. You need to use the app key rather than the account key."


async def complete_v1(call: Call) -> Any:
    """v1/chat/completions"""
    return await _complete(call, "v1")


async def complete_v2(call: Call) -> Any:
    """v2/chat/completions"""
    return await _complete(call, "v2")


async def _complete(call: Call, api: str) -> ASGIApp:
    try:
        return await _begin(call, api)
    except ServerError as error:
        # A stream reports refusals before the run as an event; the schema and the rate limiter come first.
        if call.values.get("stream") is True and error.zod is None and error.code != 429:
            body = b"".join(wire.block("error", wire.dump(error.event())))
            return raw(body, 200, call.cookies(error))
        raise


async def _begin(call: Call, api: str) -> ASGIApp:
    request = parse_request(call.version, api, call.params)
    app = _app_of(call, request)
    if call.version >= Since.RATE_LIMIT_HEADERS:
        call.headers.update(call.context.rate_limit_headers(_LIMIT))
    if not app.is_plugin:
        request.need_messages()
    call.fail()
    turn = ChatTurn(call.context, app, await _source_of(call, request), request)
    if fault := call.fault("llm_failure"):
        turn.run.fail_with = fault.message or "500 the model failed"
    if fault := call.fault("error_event"):
        turn.run.crash_after = (fault.after, ServerError(fault.message or "the run failed"))
    turn.start()
    detail = request.detail or app.is_plugin
    if request.stream:
        link = turn.source.visitor.link if turn.source.visitor else None
        stream_format = StreamFormat(
            call.version, api, detail, nodes=link is None, status=link is None or link.shows_status
        )
        return EventStream(turn.run, stream_format, call.headers, call.context.heartbeat, turn.leave)
    return _Blocking(call, turn, detail=detail)


def _app_of(call: Call, request: CompletionRequest) -> App:
    """Return the app to run."""
    if call.visitor_name is not None:
        return call.find_app(find_link(call.state.links, call.visitor_name[0]).app_id)
    key, suffix = authenticate(call.authorization, call.version, call.state.keys)
    bound = suffix or key.app_id or ""
    if call.version >= Since.APP_OF_BODY_FIRST:
        app_id = call.bound_app_id or request.app_id or bound
        if not app_id:
            raise ServerError("appId is empty", by_user=True)
        return call.find_app(app_id)
    app_id = bound or request.app_id
    if not app_id:
        raise ServerError(_NO_APP)
    call.check_id(app_id, 'path "_id" for model "apps"')
    if app_id not in call.state.apps:
        raise ServerError("app is empty")
    return call.state.apps[app_id]


async def _source_of(call: Call, request: CompletionRequest) -> ChatSource:
    """Return who starts a chat. Only the commercial edition asks about visitors."""
    if call.visitor_name is None:
        return ChatSource(call.key().name)
    share_id, token = call.visitor_name
    link = find_link(call.state.links, share_id)
    asks = link.hook_url and call.context.commercial
    uid = await call.context.ask(ask_start(link.hook_url, token, request.question)) if asks else token
    return ChatSource(visitor=Visitor(link, uid, token))


class _Blocking:
    """The blocking response, sent when the run has ended."""

    def __init__(self, call: Call, turn: ChatTurn, *, detail: bool) -> None:
        self.call, self.turn, self.detail = call, turn, detail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        over = asyncio.create_task(self.turn.over())
        leaving = asyncio.create_task(client_disconnected(receive))
        await asyncio.wait((over, leaving), return_when=asyncio.FIRST_COMPLETED)
        here = over.done()
        for task in (over, leaving):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if here:
            await self._reply()(scope, receive, send)
        else:
            self.turn.leave()

    def _reply(self) -> Response:
        error = self.turn.error
        if error is not None:
            return json_reply(error.body(self.call.version), error.status(self.call.version), self.call.headers)
        return json_reply(self._body(), 200, self.call.headers, zipped=self.call.zipped)

    def _body(self) -> dict[str, Any]:
        call, turn, run = self.call, self.turn, self.turn.run
        body: dict[str, Any] = {}
        if self.detail:
            body |= {
                "responseData": run.nodes if turn.source.visitor is None else [],
                "newVariables": turn.app.values(run.variables),
            }
        if turn.title:
            body["title"] = turn.title
        if run.error and call.version < Since.NODE_ERROR_TEXT:
            body["error"] = {"message": run.error, "name": "Error", "code": run.error.split()[0], "status": None}
        elif run.error and call.version >= Since.ERROR_IN_ANSWER:
            body["error"] = run.error
        typed = turn.request.api == "v1" or call.version < Since.NO_TYPE_IN_V2_ITEMS
        message = message_of(call.version, run.items, detail=self.detail, typed=typed, citations=run.keep_citations)
        usage = dict.fromkeys(("prompt_tokens", "completion_tokens", "total_tokens"), 1)
        choice = {"message": message, "finish_reason": "stop", "index": 0}
        return {**body, "id": self._id(), "model": "", "usage": usage, "choices": [choice]}

    def _id(self) -> str:
        """Return the ID of the chat, if this version sends it."""
        version, turn = self.call.version, self.turn
        if turn.request.api == "v2":
            known = version >= Since.V2_ID_IS_THE_SAVED_CHAT
        elif version >= Since.ID_IS_AS_SENT:
            known = version >= Since.V1_ID_IS_THE_SAVED_CHAT
        else:
            known = version >= Since.ID_IS_THE_SAVED_CHAT
        return turn.chat_id if known else turn.request.chat_id


def stop(call: Call) -> Any:
    """v2/chat/stop: ends v2 runs, and responds before they have ended."""
    call.check({"chatId": text})
    app = call.app()
    call.chat(app)
    runs = call.state.running.get((app.id, call.values["chatId"]), [])
    for run in runs:
        if run.api == "v2":
            run.stop()
    if call.version < Since.CHATS_NEED_A_TARGET:
        return {"success": True}
    completed = not runs and call.version < Since.STOP_RETURNS_AT_ONCE
    return {"success": True, "completed": completed, "chatGenerateStatus": GENERATING if runs else DONE}
