"""The calls about apps, each with its least and with all of its arguments."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.call import DAYS, EXTRA, OTHER_APP, PAGE, TRACE, Call
from tests.support.fake_server import APP_ID

_SPANS = {"userTimespan": "day", "chatTimespan": "day", "appTimespan": "day"}

APPS = [
    Call(
        name="get_app_logs_chart",
        client="app",
        arguments={"dateStart": "2024-01-01", "dateEnd": "2024-12-31"},
        path="/api/proApi/core/app/logs/getChartData",
        body={"appId": APP_ID, "dateStart": "2024-01-01", "dateEnd": "2024-12-31", "offset": 1, **_SPANS},
    ),
    Call(
        name="get_app_logs_chart",
        case="all",
        client="app",
        arguments={
            "appId": OTHER_APP,
            "dateStart": datetime(2026, 1, 1, tzinfo=UTC),
            "dateEnd": datetime(2026, 2, 1, tzinfo=UTC),
            "source": ["api", "share"],
            "offset": 2,
            "userTimespan": "week",
            "chatTimespan": "month",
            "appTimespan": "quarter",
            **EXTRA,
        },
        path="/api/proApi/core/app/logs/getChartData",
        query=TRACE,
        body={
            "appId": OTHER_APP,
            **DAYS,
            "source": ["api", "share"],
            "offset": 2,
            "userTimespan": "week",
            "chatTimespan": "month",
            "appTimespan": "quarter",
            "newer": 1,
        },
    ),
    Call(
        name="get_app_logs_total",
        client="app",
        verb="GET",
        path="/api/proApi/core/app/logs/getTotalData",
        query={"appId": APP_ID},
    ),
    Call(
        name="get_app_logs_total",
        case="all",
        client="app",
        arguments={"appId": OTHER_APP, **EXTRA},
        verb="GET",
        path="/api/proApi/core/app/logs/getTotalData",
        query={"appId": OTHER_APP, **TRACE},
        body={"newer": 1},
    ),
    Call(name="list_apps", client="app", path="/api/core/app/list", body={}),
    Call(
        name="list_apps",
        case="all",
        client="app",
        arguments={"parentId": "p1", "type": ["simple", "folder"], "searchKey": "k", **EXTRA},
        path="/api/core/app/list",
        query=TRACE,
        body={"parentId": "p1", "type": ["simple", "folder"], "searchKey": "k", "newer": 1},
    ),
    Call(
        name="list_app_logs",
        client="app",
        arguments={"dateStart": datetime(2026, 1, 1, tzinfo=UTC), "dateEnd": datetime(2026, 2, 1, tzinfo=UTC)},
        path="/api/core/app/logs/list",
        body={"appId": APP_ID, **DAYS, **PAGE},
    ),
    Call(
        name="list_app_logs",
        case="all",
        client="app",
        arguments={
            "appId": OTHER_APP,
            **DAYS,
            "sources": ["api"],
            "tmbIds": ["t1"],
            "outLinkUids": ["u1"],
            "chatSearch": "s",
            "feedbackType": "good",
            "unreadOnly": False,
            "errorFilter": "has_error",
            "offset": 7,
            "pageSize": 3,
            **EXTRA,
        },
        path="/api/core/app/logs/list",
        query=TRACE,
        body={
            "appId": OTHER_APP,
            **DAYS,
            "sources": ["api"],
            "tmbIds": ["t1"],
            "outLinkUids": ["u1"],
            "chatSearch": "s",
            "feedbackType": "good",
            "unreadOnly": False,
            "errorFilter": "has_error",
            "offset": 7,
            "pageSize": 3,
            "newer": 1,
        },
    ),
    Call(
        name="list_app_log_users",
        client="app",
        arguments=DAYS,
        path="/api/core/app/logs/getUsers",
        body={"appId": APP_ID, **DAYS},
    ),
    Call(
        name="list_app_log_users",
        case="all",
        client="app",
        arguments={"appId": OTHER_APP, **DAYS, "searchKey": "k", "sources": ["api"], **EXTRA},
        path="/api/core/app/logs/getUsers",
        query=TRACE,
        body={"appId": OTHER_APP, **DAYS, "searchKey": "k", "sources": ["api"], "newer": 1},
    ),
]
