"""Taking up a stream that was dropped: only a v2 run whose first call asked for it is mirrored."""

from __future__ import annotations

from typing import Any

from starlette.types import Send

from . import wire
from .calls import Call
from .errors import ServerError
from .records import linked_page
from .replies import raw
from .state import DONE
from .streams import STREAM_HEADERS, EventStream, Look
from .turns import Turn
from .validation import text

__all__ = ["resume"]


def resume(call: Call) -> Any:
    """chat/resume"""
    call.check({"chatId": text})
    app = call.app()
    turns = call.state.running.get((app.id, call.values["chatId"]), [])
    stream = "text/event-stream" in call.header("accept")
    if turns and not stream:
        again = "This chat is still generating. Retry /api/core/chat/resume with Accept: text/event-stream."
        raise ServerError(again, code=406)
    if turns:
        return _Taken(call, turns[-1])
    chat = call.chat(app)
    state = {"hasBeenRead": True, "chatGenerateStatus": chat.status if chat else DONE}
    found = linked_page(call, custom=True)
    found["list"] = [{"deleteTime": None, **item} for item in found["list"]]
    data = {**state, "records": found}
    if not stream:
        return data
    events = [*wire.block("resumeCompleted", wire.dump(data)), *wire.block("done", wire.DONE)]
    return raw(b"".join(events), 200, {**STREAM_HEADERS, **_HEADERS})


_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8"}


class _Taken(EventStream):
    """The stream of a run under way: what was sent so far, if it was mirrored, then the rest."""

    def __init__(self, call: Call, turn: Turn) -> None:
        look = Look(call.version, turn.asked.api, turn.asked.detail)
        super().__init__(turn.run, look, _HEADERS, call.server.heartbeat, lambda: None)
        self.mirrored = turn.mirrored

    async def _follow(self, send: Send, leaving: Any) -> bool:
        phases = [*wire.block("resumePhase", "catchup"), *wire.block("resumePhase", "live")]
        await self._send(send, phases)
        if self.mirrored:
            return await super()._follow(send, leaving)
        await leaving
        return False
