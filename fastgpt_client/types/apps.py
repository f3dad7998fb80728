"""Apps, and their charts and logs."""

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
    """One point of a chart. `timestamp` is in milliseconds, on some servers in seconds."""

    timestamp: int
    summary: dict[str, Any]


class AppLogsChart(TypedDict):
    """The figures of an app over time: its users, its chats, and the app itself."""

    userData: list[LogsChartPoint]
    chatData: list[LogsChartPoint]
    appData: list[LogsChartPoint]


class AppLogsTotal(TypedDict):
    """How many users and chats an app has ever had, and the points they used."""

    totalUsers: int
    totalChats: int
    totalPoints: float


class AppListItem(TypedDict, total=False):
    """An app in a list."""

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
    """A chat in the log of an app."""

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
    """A page of an app's log; `total` counts all chats."""

    list: list[AppLog]
    total: int


class AppLogUser(TypedDict, total=False):
    """A user in the log of an app: a member of the team, or a visitor of a share link."""

    outLinkUid: str | None
    tmbId: str | None
    name: str
    avatar: NotRequired[str | None]
    count: int


class AppLogUsers(TypedDict):
    """The users in the log of an app."""

    list: list[AppLogUser]
