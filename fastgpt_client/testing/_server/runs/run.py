"""A run of an app: plays an answer, emits events, and collects what is to be saved."""

from __future__ import annotations

import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from inspect import isawaitable
from typing import Any, cast

from fastgpt_client import events
from fastgpt_client.events import Event
from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.state import Pause
from fastgpt_client.testing._server.versions import Since
from fastgpt_client.testing.answers import (
    Agent,
    AnswerLike,
    AskUser,
    Delay,
    Failure,
    Fixed,
    Form,
    Loop,
    Output,
    Reasoning,
    Search,
    Select,
    SetPlan,
    SetVariables,
    Tool,
    pieces,
)

from . import interactive
from .agent_steps import EndOfAgent, PausedAgent
from .event_data import data_of
from .loop_steps import LoopSteps, PausedLoop
from .run_state import Stopped
from .search_node import search_fields

__all__ = ["Run"]


class Run(LoopSteps):
    """A run of an app, which plays its scripted answer."""

    async def begin(self) -> None:
        """Run the app from the start."""
        if self.app.is_plugin:
            self.done("pluginInput", "pluginInput", "Plugin input", {})
        else:
            self.announce("systemConfig", "System config")
            self.done("workflowStart", "start", "Workflow start", {})
        await self._to_the_end(self.play([(self.app.next_answer(), True)]))

    async def resume(self, pause: Pause, answer: str) -> None:
        """Continue a paused run, with the user's reply."""
        await self._to_the_end(self.go_on(pause, answer))

    async def _to_the_end(self, playing: Coroutine[Any, Any, None]) -> None:
        with suppress(Stopped):
            await playing
        self.duration = round(time.monotonic() - self.started, 2)
        if self.version >= Since.DURATION:
            self.emit("workflowDuration", {"durationSeconds": self.duration})

    async def go_on(self, pause: Pause, answer: str) -> None:
        waiting, rest = pause.part, [(part, False) for part in pause.rest]
        if isinstance(waiting, PausedLoop):
            self.todo.extend(rest)
            await self.loop(waiting.loop, pause, answer)
            await self.play([])
        elif isinstance(waiting, PausedAgent):
            _, _, then = interactive.answer_pause(self.version, waiting.ask, pause.interactive, answer)
            self.work_as(waiting.agent)
            await self.play([(then, True), *rest])
        else:
            name, result, then = interactive.answer_pause(self.version, waiting, pause.interactive, answer)
            self.result = answer
            kind = "userSelect" if pause.interactive["type"] == "userSelect" else "formInput"
            self.done(kind, pause.node_id, name, result, id=pause.interactive.get("nodeResponseId"))
            await self.play([] if then is None else [(then, True), *rest])

    async def play(self, parts: Sequence[tuple[Any, bool]]) -> None:
        self.todo.extend(parts)
        try:
            while self.todo:
                await self._step(*self.todo.popleft())
        except Stopped:
            if self.open is not None:
                self.open.finish_reason = "close"
                if not self.open.text and self.version < Since.REASONING_OF_STOPPED_KEPT:
                    self.open.reasoning = ""
            self.close_node()
            raise
        self.close_node()

    async def _step(self, part: Any, alone: bool) -> None:
        """Play the next part. With `alone`, a text is not a piece but everything that a model says."""
        if isinstance(part, str):
            await self.say(part, alone=alone)
        elif isinstance(part, Reasoning):
            for piece in pieces(part.text):
                await self.stream("reasoning_content", piece)
        elif callable(part):
            found: Any = part(list(self.messages), dict(self.variables))
            self.todo.appendleft((cast("AnswerLike", await found if isawaitable(found) else found), True))
        elif isinstance(part, Sequence):
            items = cast("Sequence[AnswerLike]", part)
            self.todo.extendleft((item, False) for item in reversed(items))
        else:
            await self._part(part)

    async def _part(self, part: Any) -> None:
        match part:
            case Delay(seconds=seconds):
                await self.wait(seconds)
            case Failure(message=message, blocking=blocking):
                if blocking is not None and not self.streamed:
                    message, self.open_node().text = blocking, ""
                self.fail(message)
            case Tool():
                await self.call_tool(part)
            case Select() | Form():
                self._ask(part)
            case Agent():
                self.begin_agent(part)
            case EndOfAgent():
                self.end_agent()
            case SetPlan():
                self.set_plan(part)
            case AskUser():
                self.ask_user(part)
            case Loop():
                await self.loop(part)
            case Event():
                self._event(part)
            case Fixed() | Search() | Output() | SetVariables():
                self.close_node()
                self._plain(part)
            case _:
                raise TypeError(f"{part!r} is not an answer: see fastgpt_client.testing.answers")

    # Other nodes

    def _plain(self, part: Fixed | Search | Output | SetVariables) -> None:
        match part:
            case Fixed(text=text, name=name):
                self.announce("answerNode", name)
                self.emit("fastAnswer", wire.chunk({"content": f"\n{text}"}))
                self.add_text(f"\n{text}")
                replies = sum(node["moduleType"] == "answerNode" for node in self.nodes)
                self.note(self.node("answerNode", f"a{replies + 1}", name, {"textOutput": text}))
            case Search(name=name):
                self.status(name)
                quotes = self.search(part, self.query)
                found = "\n".join(str(quote.get("q", "")) for quote in quotes)
                self.messages = [{"role": "system", "content": f"<Cites>\n{found}\n</Cites>"}, *self.messages]
                self.done("datasetSearchNode", "ds", name, search_fields(self.version, name, quotes, self.query))
            case Output(values=values):
                points = {} if self.version >= Since.FLAT_CHILDREN else {"totalPoints": 0}
                fields = {**points, "pluginOutput": dict(values)}
                self.done("pluginOutput", "pluginOutput", "Plugin output", fields)
                if self.version < Since.ONE_EVENT_FOR_PLUGIN_OUTPUT:
                    self.emit("flowNodeResponse", {**self.nodes[-1], "id": wire.nanoid()})
            case _:
                self.announce("variableUpdate", "Variable update")
                self.variables.update(part.values)
                self.emit("updateVariables", dict(self.variables))
                changed = {"updateVarResult": [*part.values.values()]}
                self.note(self.node("variableUpdate", "var", "Variable update", changed))

    def _ask(self, part: Select | Form) -> None:
        self.close_node()
        in_loop = self.parent is not None
        node_id, data = interactive.open_pause(self.version, part, self.question, in_loop=in_loop)
        self.announce(*(("userSelect", "User select") if isinstance(part, Select) else ("formInput", "Form input")))
        self.pause(Pause(data, part, self.rest(), self.messages, self.query, node_id))

    def _event(self, event: Event) -> None:
        data = data_of(event)
        if isinstance(event, events.Answer):
            self.add_text(event.text)
        elif isinstance(event, events.FlowNodeResponse):
            self.nodes.append(data)
        self.emit(event.event, data)
