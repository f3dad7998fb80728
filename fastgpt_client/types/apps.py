"""Apps, their charts and their logs."""

from __future__ import annotations

from typing import Any, NotRequired, Required, TypedDict

__all__ = [
    "AppListItem",
    "AppLog",
    "AppLogPage",
    "AppLogUser",
    "AppLogUsers",
    "AppLogsChart",
    "AppLogsTotal",
    "LogsChartPoint",
]


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
