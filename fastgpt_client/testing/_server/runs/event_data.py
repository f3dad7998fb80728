"""The JSON of scripted events: their `raw`, or made from their fields."""

from __future__ import annotations

from typing import Any

from fastgpt_client import events
from fastgpt_client.events import Event
from fastgpt_client.testing._server import wire

__all__ = ["data_of"]


def data_of(event: Event) -> Any:
    """Return the data of an event on the wire."""
    if event.raw is not None:
        return event.raw
    match event:
        case events.Answer(text=text, reasoning=reasoning, finish_reason=finish):
            return wire.chunk({"reasoning_content": reasoning} if reasoning else {"content": text}, finish)
        case events.FlowNodeStatus(name=name, status=status):
            return {"status": status, "name": name}
        case events.FlowNodeResponse(node=node):
            return node
        case events.ToolCall(id=id, name=name, function_name=function, params=params):
            return {"tool": {"id": id, "toolName": name, "toolAvatar": "", "functionName": function, "params": params}}
        case events.ToolParams(id=id, params=params):
            return {"tool": {"id": id, "toolName": "", "toolAvatar": "", "params": params}}
        case events.ToolResponse(id=id, response=response):
            return {"tool": {"id": id, "toolName": "", "toolAvatar": "", "params": "", "response": response}}
        case events.UpdateVariables(variables=variables):
            return variables
        case events.Plan(plan=plan):
            return {"plan": plan}
        case events.PlanStatus(status=status):
            return {"planStatus": {"status": status}}
        case events.SandboxStatus(sandbox_id=sandbox_id, phase=phase):
            return {"sandboxId": sandbox_id, "phase": phase}
        case _:
            raise ValueError(f"{type(event).__name__} needs raw=, the JSON of its data")
