"""A finished completion: its message, the content of it, and the nodes of the run."""

from __future__ import annotations

from typing import Any, Required, TypedDict

__all__ = [
    "ChatChoice",
    "ChatCompletionData",
    "ContentItem",
    "InteractiveData",
    "NodeResponse",
    "QuoteItem",
    "ResponseMessage",
    "StopResult",
    "TextContent",
    "ToolCallData",
]


class TextContent(TypedDict, total=False):
    content: str


class ToolCallData(TypedDict, total=False):
    """One tool call; `params` and `response` are texts, mostly JSON."""

    id: str
    toolName: str
    toolAvatar: str
    functionName: str
    params: str
    response: str


class InteractiveData(TypedDict, total=False):
    """A pause for the user: `type` says what is asked for, `params` holds the options or the form."""

    type: str
    params: dict[str, Any]


class ContentItem(TypedDict, total=False):
    """One item of an answer's content list: which key is there says what it is, not `type`."""

    type: str
    id: str
    text: TextContent
    reasoning: TextContent
    tools: list[ToolCallData]
    tool: ToolCallData
    interactive: InteractiveData
    plan: dict[str, Any]
    file: dict[str, Any]


class ResponseMessage(TypedDict, total=False):
    """The answer. Some servers leave `content` out when a run pauses: `ChatCompletion.text` is there always."""

    role: str
    content: Required[str | list[ContentItem] | None]
    reasoning_content: str


class ChatChoice(TypedDict, total=False):
    message: Required[ResponseMessage]
    finish_reason: str | None
    index: int


class QuoteItem(TypedDict, total=False):
    id: str
    datasetId: str
    collectionId: str
    sourceName: str
    sourceId: str
    chunkIndex: int
    score: Any
    q: str
    a: str
    tokens: int
    updateTime: str


class NodeResponse(TypedDict, total=False):
    """What one node of the run did; open: each kind of node adds keys of its own."""

    id: str
    nodeId: str
    moduleName: str
    moduleType: str
    moduleLogo: str
    runningTime: float
    totalPoints: float
    childTotalPoints: float
    model: str
    tokens: int
    inputTokens: int
    outputTokens: int
    toolCallInputTokens: int
    toolCallOutputTokens: int
    embeddingTokens: int
    reRankInputTokens: int
    query: str
    datasetQueries: list[str]
    textOutput: str
    reasoningText: str
    historyPreview: list[dict[str, Any]]
    quoteList: list[QuoteItem]
    error: Any
    errorText: str
    errorCaptured: bool
    finishReason: str
    pluginOutput: Any
    toolDetail: list[Any]
    pluginDetail: list[Any]
    loopDetail: list[Any]
    loopRunDetail: list[Any]
    parallelDetail: list[Any]
    childrenResponses: list[Any]
    parentId: str
    userSelectResult: str
    formInputResult: Any
    updateVarResult: list[Any]


class ChatCompletionData(TypedDict, total=False):
    """A finished completion; of `usage` and `model` FastGPT fills in placeholders only."""

    id: str
    model: str
    choices: Required[list[ChatChoice]]
    usage: dict[str, int]
    responseData: list[NodeResponse] | dict[str, NodeResponse]
    newVariables: dict[str, Any]
    title: str
    error: Any
    durationSeconds: float


class StopResult(TypedDict, total=False):
    success: bool
    completed: bool
    chatGenerateStatus: int
