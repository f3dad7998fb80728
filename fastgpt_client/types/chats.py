"""Chats and their content: histories, records, quotes, voices."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict

from .completions import ContentItem, NodeResponse, QuoteItem

__all__ = [
    "AppInfo",
    "ChatHistory",
    "ChatHistoryPage",
    "ChatInit",
    "ChatRecord",
    "ChatRecordPage",
    "ChatStatus",
    "ChatStatusList",
    "CollectionQuotePage",
    "LinkedRecord",
    "LinkedRecordPage",
    "QuoteText",
    "TTSConfig",
]


class ChatHistory(TypedDict, total=False):
    """A chat in a list."""

    chatId: Required[str]
    appId: str
    title: str | None
    customTitle: str | None
    top: bool | None
    updateTime: str
    chatGenerateStatus: int
    hasBeenRead: bool


class ChatHistoryPage(TypedDict):
    """A page of chats; `total` counts all of them."""

    list: list[ChatHistory]
    total: int


class ChatStatus(TypedDict, total=False):
    """Whether a chat is generating an answer, and whether it has been read."""

    chatId: Required[str]
    updateTime: str
    chatGenerateStatus: Literal[0, 1, 2]
    hasBeenRead: bool


class ChatStatusList(TypedDict):
    """The status of each requested chat that exists."""

    list: list[ChatStatus]


class QuoteText(TypedDict, total=False):
    """The current text of a cited row."""

    _id: Required[str]
    q: str
    a: str
    history: list[dict[str, Any]]
    updateTime: str
    index: int
    updated: bool


class CollectionQuotePage(TypedDict):
    """A page of the rows around a citation in its collection."""

    list: list[dict[str, Any]]
    hasMorePrev: bool
    hasMoreNext: bool


class TTSConfig(TypedDict, total=False):
    """A voice for speech output; the app's own is in its `chatConfig.ttsConfig`."""

    type: str
    model: Required[str]
    voice: Required[str]
    speed: float


class AppInfo(TypedDict, total=False):
    """What a key may read about an app."""

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
    """A chat and its app, as needed to open it."""

    chatId: str
    appId: str
    title: str
    userAvatar: str
    variables: dict[str, Any]
    chatGenerateStatus: int
    hasBeenRead: bool
    app: Required[AppInfo]


class ChatRecord(TypedDict, total=False):
    """One message of a chat. From 4.15 on, a question and its answer share a `dataId`: key by (`dataId`, `obj`)."""

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
    """A page of messages; `total` counts all messages of the chat."""

    list: list[ChatRecord]
    total: int


class LinkedRecord(ChatRecord, total=False):
    """A message with the `id` that links pages, which is its `dataId`."""

    id: Required[str]
    deleteTime: str


class LinkedRecordPage(TypedDict):
    """A page of messages. The cursors are null at the ends; they are known only from the documentation of 4.18."""

    list: list[LinkedRecord]
    total: int
    hasMorePrev: bool
    hasMoreNext: bool
    prevCursor: NotRequired[str | None]
    nextCursor: NotRequired[str | None]
