"""A complete answer: its message and content, and the nodes of the run."""

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
    """The text of a content item."""

    content: str


class ToolCallData(TypedDict, total=False):
    """One tool call; `params` and `response` are text, usually JSON."""

    id: str
    toolName: str
    toolAvatar: str
    functionName: str
    params: str
    response: str


class InteractiveData(TypedDict, total=False):
    """A pause for the user: `type` is its kind, `params` has the options or the form."""

    type: str
    params: dict[str, Any]


class ContentItem(TypedDict, total=False):
    """One item of an answer's content list. The key that is present determines what it is, not `type`."""

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
    """The message of an answer. Some servers omit `content` when a run pauses; `ChatCompletion.text` always works."""

    role: str
    content: Required[str | list[ContentItem] | None]
    reasoning_content: str


class ChatChoice(TypedDict, total=False):
    """One choice of a completion; only the first one is read."""

    message: Required[ResponseMessage]
    finish_reason: str | None
    index: int


class QuoteItem(TypedDict, total=False):
    """A row of a knowledge base that a node found."""

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
    """What one node of the run did. Kinds of nodes send further keys."""

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
    """A complete answer. FastGPT sends only placeholders for `usage` and `model`."""

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
    """The outcome of stopping a run."""

    success: bool
    completed: bool
    chatGenerateStatus: int
