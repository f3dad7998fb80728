"""The nodes that run their body once per item, sequentially or in parallel."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.state import Pause
from fastgpt_client.testing.answers import Loop

from . import interactive
from .agent_steps import AgentSteps
from .run_state import Stopped

__all__ = ["LoopSteps", "PausedLoop"]

_NAMES = {"loop": "Loop", "loopRun": "Loop run", "parallelRun": "Parallel"}


@dataclass(frozen=True)
class PausedLoop:
    """A loop that waits for the user: the index of the item, and what its body waits for."""

    loop: Loop
    index: int
    body: Pause


class LoopSteps(AgentSteps, ABC):
    """A run that may contain other runs."""

    @abstractmethod
    async def play(self, parts: Sequence[tuple[Any, bool]]) -> None:
        """Play parts until they end or pause."""
        ...

    @abstractmethod
    async def go_on(self, pause: Pause, answer: str) -> None:
        """Continue after a pause, with the user's reply."""
        ...

    async def loop(self, part: Loop, pause: Pause | None = None, answer: str = "") -> None:
        """Run the body of a loop for each item, or continue it."""
        self.close_node()
        self.status(_name(part))
        if part.kind == "loop":
            await self._loop(part, pause, answer)
        elif part.kind == "loopRun":
            await self._rounds_of(part)
        else:
            await self._parallel(part)

    def child(self, item: Any, parent_id: str) -> Self:
        """Return the run of the body for an item, which a model in it receives as the user's message."""
        text = item if isinstance(item, str) else wire.dump(item)
        child = type(self)(
            self.version,
            self.app,
            [{"role": "user", "content": text}],
            text,
            self.variables,
            self.search,
            streamed=self.streamed,
            keep_citations=self.keep_citations,
            items=self.items,
            fail_with=self.fail_with,
            crash_after=self.crash_after,
            parent=self,
            parent_id=parent_id,
        )
        self.fail_with = None
        return child

    # Sequential

    async def _loop(self, part: Loop, pause: Pause | None, answer: str) -> None:
        paused: PausedLoop | None = pause.part if pause is not None else None
        node_id = pause.interactive["nodeResponseId"] if pause is not None else wire.nanoid()
        results: list[Any] = pause.interactive["params"]["loopResult"] if pause is not None else []
        children: list[dict[str, Any]] = []
        started, stopped, waiting = time.monotonic(), False, None
        for index in range(paused.index if paused else 0, len(part.items)):
            child = self.child(part.items[index], node_id)
            try:
                if paused is not None and index == paused.index:
                    await child.go_on(paused.body, answer)
                else:
                    child.done("loopStart", "ls", "Loop start", {"loopInputValue": part.items[index]})
                    await child.play([(part.body, True)])
                if child.paused is None and not child.error:
                    results.append(child.result)
                    child.done("loopEnd", "le", "Loop end", {"loopOutputValue": child.result})
            except Stopped:
                stopped = True
            children += child.nodes
            if stopped or child.paused is not None:
                waiting = PausedLoop(part, index, child.paused) if child.paused is not None else None
                break
        fields = {"totalPoints": _points(children), "loopInput": [*part.items], "loopResult": [*results]}
        self._end(part, node_id, "loop", fields, children, started)
        if stopped:
            raise Stopped
        if waiting is not None:
            inside = waiting.body.interactive
            data = interactive.open_loop_pause(self.version, waiting.index, inside, results, node_id, self.question)
            self.pause(Pause(data, waiting, self.rest(), self.messages, self.query, "loop"))

    async def _rounds_of(self, part: Loop) -> None:
        node_id, started = wire.nanoid(), time.monotonic()
        rounds: list[dict[str, Any]] = []
        history: list[dict[str, Any]] = []
        try:
            for number, item in enumerate(part.items, 1):
                began = time.monotonic()
                child = self.child(item, f"{node_id}:iter:{number}")
                child.done("loopRunStart", "lrs", "Loop run start", {"loopInputValue": item})
                await child.play([(part.body, True)])
                child.refuse_pause(part)
                outcome: dict[str, Any] = {"error": child.error} if child.error else {"loopOutputValue": {}}
                history.append({"iteration": number, "customOutputs": {}, "success": not child.error})
                rounds.append(self._round(part, child, number, {"loopInputValue": item, **outcome}, node_id, began))
                self._tell_round(rounds[-1])
        finally:
            fields = {
                "totalPoints": _points(rounds),
                "loopRunInput": [*part.items],
                "loopRunIterations": len(history),
                "loopRunHistory": history,
                "childResponseCount": _count(rounds),
            }
            self._end(part, node_id, "lr", fields, rounds, started)

    # Parallel

    async def _parallel(self, part: Loop) -> None:
        node_id, started = wire.nanoid(), time.monotonic()
        turn = asyncio.Lock()
        attempts = [[self._attempt(index, 0, item, node_id, turn)] for index, item in enumerate(part.items)]
        runs = (self._run_attempt(part, index, tries[0]) for index, tries in enumerate(attempts))
        outcomes = await asyncio.gather(*runs, return_exceptions=True)
        for index, tries in enumerate(attempts):
            while tries[-1].error and len(tries) <= part.retries:
                tries[-1].tell_held()
                tries.append(self._attempt(index, len(tries), part.items[index], node_id, turn))
                await self._run_attempt(part, index, tries[-1])
            tries[-1].tell_held()
        rounds = [
            self._round(part, child, index + 1, _outcome(part.items[index], child), node_id, child.started)
            for index, tries in enumerate(attempts)
            for child in tries
        ]
        for item in rounds:
            self._tell_round(item)
        last = [tries[-1] for tries in attempts]
        fields = {
            "totalPoints": _points(rounds),
            "parallelInput": [*part.items],
            "parallelResult": [child.result for child in last if not child.error],
            "parallelRunDetail": [
                {"success": False, "index": index, "error": child.error}
                if child.error
                else {"success": True, "index": index, "data": child.result}
                for index, child in enumerate(last)
            ],
            "childResponseCount": _count(rounds),
        }
        self._end(part, node_id, "par", fields, rounds, started)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome

    def _attempt(self, index: int, number: int, item: Any, node_id: str, turn: asyncio.Lock) -> Self:
        child = self.child(item, f"{node_id}_task_{index}_attempt_{number}")
        child.turn, child.held = turn, []
        return child

    async def _run_attempt(self, part: Loop, index: int, child: Self) -> None:
        try:
            child.done("loopStart", "ls", "Loop start", {"loopInputValue": part.items[index]})
            await child.play([(part.body, True)])
            child.refuse_pause(part)
            if not child.error:
                child.done("loopEnd", "le", "Loop end", {"loopOutputValue": child.result})
        finally:
            child.end_turn()

    def tell_held(self) -> None:
        """Emit the events that were held back because of a failure."""
        held, self.held = self.held or [], None
        for name, data in held:
            self.emit(name, data)

    # Common to both

    def refuse_pause(self, part: Loop) -> None:
        if self.paused is not None:
            raise TypeError(f"the body of a {part.kind} cannot wait for the user, only that of a loop")

    def _round(
        self, part: Loop, child: Self, number: int, fields: dict[str, Any], node_id: str, began: float
    ) -> dict[str, Any]:
        """Return the node item for one run of the body."""
        return {
            "id": child.parent_id,
            "nodeId": child.parent_id,
            "moduleType": part.kind,
            "moduleName": "workflow:parallel_task",
            "moduleNameArgs": {"index": number},
            "runningTime": round(time.monotonic() - began, 2),
            "totalPoints": _points(child.nodes),
            **fields,
            "childResponseCount": len(child.nodes),
            "parentId": node_id,
            "childrenResponses": child.nodes,
        }

    def _tell_round(self, item: dict[str, Any]) -> None:
        self.emit("flowNodeResponse", {key: value for key, value in item.items() if key != "childrenResponses"})

    def _end(
        self,
        part: Loop,
        node_id: str,
        short: str,
        fields: dict[str, Any],
        children: list[dict[str, Any]],
        started: float,
    ) -> None:
        item = self.node(part.kind, short, _name(part), fields, id=node_id)
        item["runningTime"] = round(time.monotonic() - started, 2)
        self.note(item, childrenResponses=children)
        self.result = fields.get("loopResult") or fields.get("parallelResult") or {}


def _name(part: Loop) -> str:
    return part.name or _NAMES[part.kind]


def _outcome(item: Any, child: LoopSteps) -> dict[str, Any]:
    outcome: dict[str, Any] = {"error": child.error} if child.error else {"loopOutputValue": child.result}
    return {"loopInputValue": item, **outcome}


def _points(nodes: Sequence[dict[str, Any]]) -> float:
    return sum((float(node.get("totalPoints", 0)) for node in nodes), 0.0)


def _count(rounds: Sequence[dict[str, Any]]) -> int:
    """Return the number of node items: the rounds and those inside them."""
    return len(rounds) + sum(len(item["childrenResponses"]) for item in rounds)
