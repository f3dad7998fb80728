"""What type checkers say of answers, events and errors. Nothing here is called: mypy and pyright read it."""

from __future__ import annotations

import dataclasses
from typing import Any, assert_type

import httpx

from fastgpt_client import (
    Answer,
    APIError,
    ChatCompletion,
    ChatTitle,
    DataResponse,
    Event,
    FastGPTError,
    FlowNodeResponse,
    FlowNodeStatus,
    FlowResponses,
    Plan,
    RateLimitError,
    Response,
    StreamInterruptedError,
    ToolCall,
    UnknownEvent,
    UpdateVariables,
    WorkflowDuration,
    WorkflowError,
)
from fastgpt_client.types import ChatChoice, ChatCompletionData, Envelope, NodeResponse, ToolCallData


def completion(answer: ChatCompletion) -> None:
    assert_type(answer.json(), ChatCompletionData)
    assert_type(answer.json()["choices"], list[ChatChoice])
    print(answer.json()["choices"][0]["message"]["content"])  # noqa: T201 - as the owner's documentation has it
    assert_type(answer.raise_for_status(), ChatCompletion)
    assert_type(answer.text, str)
    assert_type(answer.reasoning, str)
    assert_type(answer.chat_id, str | None)
    assert_type(answer.title, str | None)
    assert_type(answer.error, str | None)
    assert_type(answer.node_responses, list[NodeResponse])
    assert_type(answer.tool_calls, list[ToolCallData])
    assert_type(answer.new_variables, dict[str, Any])
    assert_type(answer.attempts, int)
    assert_type(answer.request_id, str | None)


def data(answer: DataResponse[list[str]]) -> None:
    assert_type(answer.data, list[str])
    assert_type(answer.json(), Envelope[list[str]])
    assert_type(answer.json()["data"], list[str])
    assert_type(answer.raise_for_status(), DataResponse[list[str]])
    assert_type(answer.status_code, int)
    assert_type(answer.headers, httpx.Headers)
    assert_type(answer.http_response, httpx.Response)
    plain: Response[Envelope[list[str]]] = answer
    assert_type(plain.json(), Envelope[list[str]])


def events(event: Event) -> None:
    assert_type(event.event, str)
    assert_type(event.raw, Any)
    match event:
        case Answer(text=text, reasoning=reasoning, finish_reason=finish_reason):
            assert_type(text, str)
            assert_type(reasoning, str)
            assert_type(finish_reason, str | None)
        case FlowNodeStatus(name, status):
            assert_type(name, str)
            assert_type(status, str)
        case FlowNodeResponse(node=node):
            assert_type(node, NodeResponse)
        case FlowResponses(nodes=nodes):
            assert_type(nodes, list[NodeResponse])
        case ToolCall(id=call_id, function_name=function_name, params=params):
            assert_type(call_id, str)
            assert_type(function_name, str)
            assert_type(params, str)
        case UpdateVariables(variables=variables):
            assert_type(variables, dict[str, Any])
        case WorkflowDuration(seconds=seconds):
            assert_type(seconds, float)
        case ChatTitle(title=title):
            assert_type(title, str)
        case Plan(plan=plan):
            assert_type(plan, dict[str, Any])
        case UnknownEvent(name=name):
            assert_type(name, str)
        case _:
            pass


def made(event: Answer, base: Event) -> None:
    assert_type(Answer("Hi", "", None, {}), Answer)
    assert_type(Answer(text="Hi"), Answer)
    assert_type(ChatTitle(title="t", raw={}), ChatTitle)
    assert_type(dataclasses.asdict(event), dict[str, Any])
    ChatTitle()  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    ChatTitle(5, {})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    str(event.other)  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
    base.raw = {}  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
    event.text = "other"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]


def errors(error: FastGPTError) -> None:
    assert_type(error.message, str)
    assert_type(error.attempts, int)
    assert_type(error.request_id, str | None)
    assert_type(error.partial, ChatCompletion | None)
    if isinstance(error, APIError):
        assert_type(error.status_code, int)
        assert_type(error.code, int | None)
        assert_type(error.status_text, str)
        assert_type(error.hint, str | None)
        assert_type(error.zod_error, list[Any] | None)
    if isinstance(error, RateLimitError):
        assert_type(error.retry_after, float | None)
    if isinstance(error, WorkflowError):
        assert_type(error.completion, ChatCompletion | None)
    if isinstance(error, StreamInterruptedError) and error.partial is not None:
        assert_type(error.partial.text, str)
