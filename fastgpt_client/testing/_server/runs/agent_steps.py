"""What an agent does in a run besides speaking: it sets a plan, and asks the user."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.state import Pause
from fastgpt_client.testing.answers import Agent, AskUser, SetPlan

from . import interactive
from .agent_node import AgentRound, agent_item, plan_report
from .model_node import ModelNode
from .model_steps import ModelSteps

__all__ = ["AgentSteps", "EndOfAgent", "PausedAgent"]

_PLAN = "agent-plan-stream"


@dataclass(frozen=True)
class EndOfAgent:
    """Marks the end of what an agent says."""


@dataclass(frozen=True)
class PausedAgent:
    """An agent that waits for the user."""

    ask: AskUser
    agent: str


class AgentSteps(ModelSteps):
    """A run, with the agent that is active, if any."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._rounds: int | None = None
        self._agent = ""

    def new_node(self, *, tools: bool) -> ModelNode:
        if self._rounds is None:
            return super().new_node(tools=tools)
        if tools:
            raise TypeError("an Agent cannot use a Tool, only SetPlan and AskUser")
        self._rounds += 1
        return AgentRound(self.app.model, self.messages, self.query, number=self._rounds)

    def begin_agent(self, agent: Agent) -> None:
        """Let an agent say its answer, followed by `EndOfAgent`."""
        self.work_as(agent.name)
        self.todo.appendleft((EndOfAgent(), False))
        self.todo.appendleft((agent.says, True))

    def work_as(self, agent: str) -> None:
        """Attribute what follows to an agent of this name."""
        self.close_node()
        self.status(agent)
        self._agent, self._rounds = agent, 0

    def end_agent(self) -> None:
        self.close_node()
        self._rounds = None

    def set_plan(self, plan: SetPlan) -> None:
        self._call("SetPlan")
        self.emit("planStatus", {"planStatus": {"status": "generating"}, "responseValueId": _PLAN})
        self.close_node()
        steps = [{"id": wire.nanoid(6), "name": name, "status": "pending"} for name in plan.steps]
        made = {"planId": wire.nanoid(6), "name": plan.name, "steps": steps}
        self.emit("plan", {"plan": made, "responseValueId": _PLAN})
        call_id, report = _call_id(), plan_report(plan.name, steps)
        self.note(agent_item("plan_update", call_id, agentPlanResult=report, agentPlanStatus="set_plan"))
        update = {"id": call_id, "functionName": "set_plan", "response": report}
        params = json.dumps({"name": plan.name, "steps": [*plan.steps]}, ensure_ascii=False)
        self.items += [{"plan": made}, {"id": call_id, "agentPlanUpdate": {**update, "params": params}}]

    def ask_user(self, part: AskUser) -> None:
        self._call("AskUser")
        self.close_node()
        call_id = _call_id()
        asked = "\n".join(str(question["question"]) for question in part.questions)
        self.note(agent_item("collect_questions", call_id, textOutput=asked))
        params = {"reason": part.reason, "blockerType": "user_choice", "questions": interactive.questions_of(part)}
        call = {"id": call_id, "askId": call_id, "functionName": "ask_user"}
        self.items.append({"id": call_id, "agentAsk": {**call, "params": json.dumps(params, ensure_ascii=False)}})
        node_id, data = interactive.open_pause(self.version, part, self.question, ask_id=call_id)
        paused = PausedAgent(part, self._agent)
        self.pause(Pause(data, paused, self.rest(), self.messages, self.query, node_id), ask_id=call_id)

    def pause(self, pause: Pause, *, ask_id: str = "") -> None:
        """Wait for the user. In the body of a loop, the loop waits and emits the event."""
        self.paused = pause
        if self.parent is None:
            self.emit("interactive", {"interactive": pause.interactive})
            key = {"askId": ask_id} if ask_id else {}
            self.items.append({**key, "interactive": pause.interactive})

    def rest(self) -> list[Any]:
        """Remove and return the parts that were not played."""
        rest = [part for part, _ in self.todo]
        self.todo.clear()
        return rest

    def _call(self, name: str) -> None:
        """Make the agent's model call one of its tools, which ends its round."""
        if self._rounds is None:
            raise TypeError(f"{name} can only be used in an Agent")
        node = self.open_node()
        node.finish_reason, node.tools = "tool_calls", True


def _call_id() -> str:
    return f"call_{wire.nanoid(8)}"
