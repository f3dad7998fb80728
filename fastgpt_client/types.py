"""The JSON of the wire as TypedDicts: keys as the server spells them, none refused, none required that may be missing.

Nothing is checked against these at run time: servers 4.9 to 4.17 differ, and a newer one may send more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, NotRequired, Required, TypeAlias, TypedDict, TypeVar

__all__ = [
    "AppInfo",
    "AppListItem",
    "AppLog",
    "AppLogPage",
    "AppLogUser",
    "AppLogUsers",
    "AppLogsChart",
    "AppLogsTotal",
    "AuthProxy",
    "ChatChoice",
    "ChatCompletionData",
    "ChatHistory",
    "ChatHistoryPage",
    "ChatInit",
    "ChatMessage",
    "ChatRecord",
    "ChatRecordPage",
    "ChatStatus",
    "ChatStatusList",
    "CollectionQuotePage",
    "ContentItem",
    "ContentPart",
    "Envelope",
    "FilePart",
    "ImagePart",
    "ImageURL",
    "InteractiveData",
    "LogsChartPoint",
    "Messages",
    "NodeResponse",
    "OutLinkAuth",
    "QuestionGuide",
    "QuoteItem",
    "QuoteText",
    "ResponseMessage",
    "Source",
    "StopResult",
    "TTSConfig",
    "TextContent",
    "TextPart",
    "Timespan",
    "ToolCallData",
    "UploadedImagePart",
]

D = TypeVar("D")

Source: TypeAlias = Literal[
    "test", "online", "share", "api", "cronJob", "feishu", "official_account", "wecom", "wechat", "mcp", "team"
]
Timespan: TypeAlias = Literal["day", "week", "month", "quarter"]


class Envelope(TypedDict, Generic[D]):
    """What every call but a completion is answered with."""

    code: int
    statusText: str
    message: str
    data: D


# --- what a caller writes -------------------------------------------------------------------------------------------


class TextPart(TypedDict):
    type: Literal["text"]
    text: str


class ImageURL(TypedDict, total=False):
    url: Required[str]
    detail: str


class ImagePart(TypedDict):
    type: Literal["image_url"]
    image_url: ImageURL


class FilePart(TypedDict, total=False):
    """A file by URL; `name` is required by servers 4.14.11 to 4.14.20, so give it always."""

    type: Required[Literal["file_url"]]
    name: str
    url: Required[str]
    key: str
    fileType: Literal["file", "audio", "video"]


class UploadedImagePart(TypedDict, total=False):
    """An image that was uploaded; `key` lets the server keep it."""

    type: Required[Literal["image_url"]]
    image_url: Required[ImageURL]
    key: str


ContentPart: TypeAlias = TextPart | ImagePart | UploadedImagePart | FilePart


class ChatMessage(TypedDict, total=False):
    """One message; the last one of a list is the question."""

    role: Required[Literal["system", "developer", "user", "assistant", "tool", "function"]]
    content: str | Sequence[ContentPart] | None
    name: str
    tool_calls: Sequence[Mapping[str, Any]]
    tool_call_id: str
    dataId: str
    hideInUI: bool
    reasoning_content: str


Messages: TypeAlias = Sequence[ChatMessage] | Sequence[Mapping[str, Any]]


class OutLinkAuth(TypedDict):
    """A visitor of a share link (4.15 and later)."""

    shareId: str
    outLinkUid: str


class AuthProxy(TypedDict, total=False):
    """Another member of the team to act as; at least one of both (4.15 and later)."""

    username: str
    tmbId: str


class QuestionGuide(TypedDict, total=False):
    """How suggested questions are made; left out, the app's own settings count."""

    open: Required[bool]
    model: str
    customPrompt: str


# --- completions ----------------------------------------------------------------------------------------------------


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


# --- chats ----------------------------------------------------------------------------------------------------------


class ChatHistory(TypedDict, total=False):
    chatId: Required[str]
    appId: str
    title: str | None
    customTitle: str | None
    top: bool | None
    updateTime: str
    chatGenerateStatus: int
    hasBeenRead: bool


class ChatHistoryPage(TypedDict):
    list: list[ChatHistory]
    total: int


class ChatStatus(TypedDict, total=False):
    chatId: Required[str]
    updateTime: str
    chatGenerateStatus: Literal[0, 1, 2]
    hasBeenRead: bool


class ChatStatusList(TypedDict):
    list: list[ChatStatus]


class QuoteText(TypedDict, total=False):
    """The text of a citation, as the knowledge base has it now."""

    _id: Required[str]
    q: str
    a: str
    history: list[dict[str, Any]]
    updateTime: str
    index: int
    updated: bool


class CollectionQuotePage(TypedDict):
    list: list[dict[str, Any]]
    hasMorePrev: bool
    hasMoreNext: bool


class TTSConfig(TypedDict, total=False):
    """A voice: the app's own stands in its `chatConfig.ttsConfig`."""

    type: str
    model: Required[str]
    voice: Required[str]
    speed: float


class AppInfo(TypedDict, total=False):
    """What a key may know of an app."""

    appId: str
    name: str
    avatar: str
    intro: str
    type: str
    chatConfig: dict[str, Any]
    chatModels: list[str]
    pluginInputs: list[dict[str, Any]]
    canUse: bool
    useAgentSandbox: bool


class ChatInit(TypedDict, total=False):
    chatId: str
    appId: str
    title: str
    userAvatar: str
    variables: dict[str, Any]
    chatGenerateStatus: int
    hasBeenRead: bool
    app: Required[AppInfo]


class ChatRecord(TypedDict, total=False):
    """One message of a chat. From 4.15 on a question and its answer share one `dataId`: key by (`dataId`, `obj`)."""

    _id: str
    dataId: Required[str]
    obj: Required[Literal["Human", "AI", "System"]]
    value: Required[list[ContentItem]]
    time: str
    hideInUI: bool
    durationSeconds: float
    errorMsg: str
    userGoodFeedback: str | None
    userBadFeedback: str | None
    adminFeedback: dict[str, Any]
    customFeedbacks: list[str]
    totalQuoteList: list[QuoteItem]
    toolCiteLinks: list[dict[str, str]]
    errorText: dict[str, str]
    responseData: list[NodeResponse]


class ChatRecordPage(TypedDict):
    list: list[ChatRecord]
    total: int


# --- apps -----------------------------------------------------------------------------------------------------------


class LogsChartPoint(TypedDict):
    """One point of a chart; `timestamp` is in milliseconds or, on some servers, in seconds."""

    timestamp: int
    summary: dict[str, Any]


class AppLogsChart(TypedDict):
    userData: list[LogsChartPoint]
    chatData: list[LogsChartPoint]
    appData: list[LogsChartPoint]


class AppLogsTotal(TypedDict):
    totalUsers: int
    totalChats: int
    totalPoints: float


class AppListItem(TypedDict, total=False):
    _id: Required[str]
    parentId: str | None
    tmbId: str
    name: str
    avatar: str
    intro: str
    type: str
    updateTime: str
    permission: dict[str, Any]
    sourceMember: dict[str, Any]
    hasInteractiveNode: bool
    inheritPermission: bool
    private: bool


class AppLog(TypedDict, total=False):
    _id: str
    chatId: Required[str]
    title: str | None
    customTitle: str | None
    source: str
    sourceName: str | None
    outLinkUid: str | None
    tmbId: str | None
    createTime: str
    updateTime: str
    messageCount: int | None
    userGoodFeedbackCount: int | None
    userBadFeedbackCount: int | None
    customFeedbacksCount: int | None
    markCount: int | None
    errorCount: int | None
    averageResponseTime: float
    totalPoints: float
    sourceMember: dict[str, Any]
    versionName: str | None
    originIp: str | None
    region: str | None


class AppLogPage(TypedDict):
    list: list[AppLog]
    total: int


class AppLogUser(TypedDict, total=False):
    outLinkUid: str | None
    tmbId: str | None
    name: str
    avatar: NotRequired[str | None]
    count: int


class AppLogUsers(TypedDict):
    list: list[AppLogUser]
