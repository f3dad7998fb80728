"""The node of an agent: rounds of a model that plans and asks the user."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.versions import Version

from .model_node import ModelNode
from .node_response import token_count

__all__ = ["AgentRound", "agent_item", "plan_report"]

_LOGO = "core/app/type/agentFill"
_TOOL_LOGO = "core/app/agent/child/plan"


@dataclass
class AgentRound(ModelNode):
    """One round: the agent's model speaks, or calls one of the agent's built-in tools."""

    number: int = 1
    request_id: str = field(default_factory=lambda: wire.nanoid(12))

    @property
    def name(self) -> str:
        return self.model

    def response(self, version: Version, *, as_event: bool = False) -> dict[str, Any]:
        read, written = token_count(self.query), token_count(self.text)
        return {
            "id": f"agent-{self.number}-{self.request_id}",
            "nodeId": f"agent-main_agent-{self.number}",
            "moduleName": "chat:master_agent_call",
            "moduleType": "agent",
            "moduleLogo": _LOGO,
            "runningTime": round(time.monotonic() - self.started, 2),
            "model": self.model,
            "llmRequestIds": [self.request_id],
            "inputTokens": read,
            "outputTokens": written,
            "totalPoints": 0.001 * read + 0.002 * written,
            "finishReason": self.finish_reason,
            "textOutput": self.text,
            **self.error_fields(version),
        }


def agent_item(name: str, call_id: str, **fields: Any) -> dict[str, Any]:
    """Return the item of one of the agent's built-in tools: `plan_update` or `collect_questions`."""
    node_id = f"agent-{'plan' if name == 'plan_update' else 'ask'}-{call_id}"
    item = {"id": node_id, "nodeId": node_id, "moduleName": f"chat:{name}", "moduleType": "agent"}
    return {**item, "moduleLogo": _TOOL_LOGO, "runningTime": 0, **fields}


def plan_report(name: str, steps: Sequence[dict[str, str]]) -> str:
    """Return the report to the agent's model about the plan that it has set."""
    lines = [f"- {step['id']}: {step['name']} | status={step['status']}" for step in steps]
    return "\n".join(
        [
            f'Set active plan "{name}" with {len(steps)} steps.',
            f"Plan progress: 0 done, 0 in progress, {len(steps)} pending, 0 blocked, 0 skipped.",
            "Current plan steps:",
            *lines,
        ]
    )
