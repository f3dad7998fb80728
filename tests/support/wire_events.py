"""One event of each kind as the wire has it, and what it must become."""

from __future__ import annotations

from typing import Any

from fastgpt_client import events

NODE = {"id": "x1", "nodeId": "n7", "moduleName": "AI Chat", "moduleType": "chatNode", "runningTime": 0.8}
SELECT = {
    "type": "userSelect",
    "params": {"description": "Which?", "userSelectOptions": [{"key": "k", "value": "Pro"}]},
}
FULL_SELECT = {**SELECT, "entryNodeIds": ["n1"], "memoryEdges": [], "nodeOutputs": []}
WRAPPED = {
    "type": "childrenInteractive",
    "entryNodeIds": ["n0"],
    "params": {
        "childrenResponse": {"type": "loopInteractive", "params": {"childrenResponse": SELECT, "currentIndex": 1}}
    },
}
PLAN = {"planId": "a1", "name": "p", "steps": [{"id": "s1", "status": "pending"}]}
SKILL = {"id": "k1", "skillName": "s", "skillAvatar": "", "description": "", "skillMdPath": ""}


def delta(finish_reason: str | None = None, **delta: Any) -> dict[str, Any]:
    choice = {"delta": {"role": "assistant", **delta}, "index": 0, "finish_reason": finish_reason}
    return {"id": "", "object": "", "created": 0, "model": "", "choices": [choice]}


def tool(**parts: Any) -> dict[str, Any]:
    return {"tool": {"id": "call_1", **parts}}


# Name on the wire, JSON of the data, class, and the fields without `raw`.
WIRE_EVENTS: list[tuple[str, Any, type[events.Event], dict[str, Any]]] = [
    ("answer", delta(content="Hel"), events.Answer, {"text": "Hel", "reasoning": "", "finish_reason": None}),
    ("", delta(content="Hel"), events.Answer, {"text": "Hel", "reasoning": "", "finish_reason": None}),
    ("answer", delta(content=""), events.Answer, {"text": "", "reasoning": "", "finish_reason": None}),
    ("answer", delta(reasoning_content="hm"), events.Answer, {"text": "", "reasoning": "hm", "finish_reason": None}),
    ("answer", delta("stop", content=None), events.Answer, {"text": "", "reasoning": "", "finish_reason": "stop"}),
    (
        "answer",
        {"choices": [{"delta": {"content": "a"}}]},
        events.Answer,
        {"text": "a", "reasoning": "", "finish_reason": None},
    ),
    ("answer", {"choices": [{}]}, events.Answer, {"text": "", "reasoning": "", "finish_reason": None}),
    ("fastAnswer", delta(content="Hi"), events.FastAnswer, {"text": "Hi", "reasoning": "", "finish_reason": None}),
    ("flowNodeStatus", {"status": "running", "name": "AI"}, events.FlowNodeStatus, {"name": "AI", "status": "running"}),
    ("flowNodeResponse", NODE, events.FlowNodeResponse, {"node": NODE}),
    ("flowResponses", [NODE, NODE], events.FlowResponses, {"nodes": [NODE, NODE]}),
    ("flowResponses", {"0": NODE, "1": NODE}, events.FlowResponses, {"nodes": [NODE, NODE]}),
    (
        "toolCall",
        tool(toolName="Search", toolAvatar="", functionName="search", params="", response=""),
        events.ToolCall,
        {"id": "call_1", "name": "Search", "function_name": "search", "params": ""},
    ),
    ("toolParams", tool(toolName="", params='{"q":'), events.ToolParams, {"id": "call_1", "params": '{"q":'}),
    ("toolResponse", tool(params="", response="ok"), events.ToolResponse, {"id": "call_1", "response": "ok"}),
    ("updateVariables", {"city": "Oslo"}, events.UpdateVariables, {"variables": {"city": "Oslo"}}),
    ("interactive", {"interactive": FULL_SELECT}, events.Interactive, {"interactive": FULL_SELECT}),
    ("interactive", {"interactive": WRAPPED}, events.Interactive, {"interactive": SELECT}),
    ("workflowDuration", {"durationSeconds": 3.21}, events.WorkflowDuration, {"seconds": 3.21}),
    ("workflowDuration", {"durationSeconds": 3}, events.WorkflowDuration, {"seconds": 3}),
    ("chatTitle", {"title": "Trip"}, events.ChatTitle, {"title": "Trip"}),
    ("plan", {"plan": PLAN}, events.Plan, {"plan": PLAN}),
    ("planStatus", {"planStatus": {"status": "generating"}}, events.PlanStatus, {"status": "generating"}),
    ("stepTitle", {"stepTitle": {"stepId": "s1", "title": "t"}}, events.StepTitle, {"step_id": "s1", "title": "t"}),
    (
        "sandboxStatus",
        {"sandboxId": "b", "phase": "ready", "isWarmStart": True},
        events.SandboxStatus,
        {"sandbox_id": "b", "phase": "ready"},
    ),
    ("skillCall", {"skill": SKILL}, events.SkillCall, {"skill": SKILL}),
    ("collectionForm", {"anything": 1}, events.CollectionForm, {}),
    ("topAgentConfig", {"anything": 1}, events.TopAgentConfig, {}),
]
