"""The calls about completions and whole chats, each with its least and with all of its arguments."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.support.call import EXTRA, OTHER_APP, PAGE, QUESTION, TRACE, VISITOR, Call
from tests.support.fake_server import APP_ID

COMPLETIONS = [
    Call(
        name="create_chat_completion",
        arguments={"messages": QUESTION},
        path="/api/v1/chat/completions",
        body={"messages": QUESTION, "stream": False, "appId": APP_ID},
    ),
    Call(
        name="create_chat_completion",
        case="plugin",
        path="/api/v1/chat/completions",
        arguments={"variables": {"input": "x"}, "detail": True},
        body={"messages": [], "stream": False, "detail": True, "variables": {"input": "x"}, "appId": APP_ID},
    ),
    Call(
        name="create_chat_completion",
        case="all",
        arguments={
            "messages": QUESTION,
            "stream": False,
            "detail": False,
            "chatId": "c1",
            "appId": OTHER_APP,
            "responseChatItemId": "r1",
            "variables": {"city": "Oslo", "none": None},
            "customUid": "u7",
            "metadata": {"k": "v"},
            "retainDatasetCite": True,
            "showSkillReferences": False,
            "shareId": "s1",
            "outLinkUid": "u1",
            "teamId": "t1",
            "teamToken": "tt",
            "authProxy": {"username": "ann"},
            **EXTRA,
        },
        path="/api/v1/chat/completions",
        query=TRACE,
        body={
            "messages": QUESTION,
            "stream": False,
            "detail": False,
            "chatId": "c1",
            "appId": OTHER_APP,
            "responseChatItemId": "r1",
            "variables": {"city": "Oslo", "none": None},
            "customUid": "u7",
            "metadata": {"k": "v"},
            "retainDatasetCite": True,
            "showSkillReferences": False,
            "shareId": "s1",
            "outLinkUid": "u1",
            "teamId": "t1",
            "teamToken": "tt",
            "authProxy": {"username": "ann"},
            "newer": 1,
        },
    ),
    Call(
        name="create_chat_completion",
        case="visitor",
        arguments={"messages": QUESTION, "outLinkAuthData": VISITOR},
        path="/api/v1/chat/completions",
        body={"messages": QUESTION, "stream": False, "outLinkAuthData": VISITOR},
    ),
    Call(
        name="stop_chat", arguments={"chatId": "c1"}, path="/api/v2/chat/stop", body={"appId": APP_ID, "chatId": "c1"}
    ),
    Call(
        name="stop_chat",
        case="all",
        arguments={"chatId": "c1", "outLinkAuthData": VISITOR, **EXTRA},
        path="/api/v2/chat/stop",
        query=TRACE,
        body={"outLinkAuthData": VISITOR, "chatId": "c1", "newer": 1},
    ),
]

HISTORIES = [
    Call(
        name="get_chat_histories", path="/api/core/chat/getHistories", body={"appId": APP_ID, "source": "api", **PAGE}
    ),
    Call(
        name="get_chat_histories",
        case="all",
        arguments={
            "appId": OTHER_APP,
            "source": None,
            "pageNum": 3,
            "pageSize": 5,
            "startCreateTime": "2026-01-01",
            "endCreateTime": date(2026, 1, 2),
            "startUpdateTime": datetime(2026, 1, 3, 4, 5, 6, tzinfo=UTC),
            "endUpdateTime": "2026-02-01T00:00:00Z",
            **EXTRA,
        },
        path="/api/core/chat/getHistories",
        query=TRACE,
        body={
            "appId": OTHER_APP,
            "pageNum": 3,
            "pageSize": 5,
            "startCreateTime": "2026-01-01",
            "endCreateTime": "2026-01-02T00:00:00.000Z",
            "startUpdateTime": "2026-01-03T04:05:06.000Z",
            "endUpdateTime": "2026-02-01T00:00:00Z",
            "newer": 1,
        },
    ),
    Call(
        name="get_chat_init",
        arguments={"chatId": "c 1&x=y"},
        verb="GET",
        path="/api/core/chat/init",
        query={"appId": APP_ID, "chatId": "c 1&x=y"},
    ),
    Call(
        name="get_chat_init",
        case="all",
        arguments={"chatId": "c1", "appId": OTHER_APP, **EXTRA},
        verb="GET",
        path="/api/core/chat/init",
        query={"appId": OTHER_APP, "chatId": "c1", **TRACE},
        body={"newer": 1},
    ),
    Call(
        name="update_chat_history",
        arguments={"chatId": "c1"},
        verb="PUT",
        path="/api/core/chat/updateHistory",
        body={"appId": APP_ID, "chatId": "c1"},
    ),
    Call(
        name="update_chat_history",
        case="all",
        arguments={"chatId": "c1", "appId": OTHER_APP, "customTitle": "", "title": "t", "top": False, **EXTRA},
        verb="PUT",
        path="/api/core/chat/updateHistory",
        query=TRACE,
        body={"appId": OTHER_APP, "chatId": "c1", "customTitle": "", "title": "t", "top": False, "newer": 1},
    ),
    Call(
        name="delete_chat_history",
        arguments={"chatId": "c1"},
        verb="DELETE",
        path="/api/core/chat/delHistory",
        query={"appId": APP_ID, "chatId": "c1"},
    ),
    Call(
        name="delete_chat_history",
        case="all",
        arguments={"chatId": "c1", "appId": OTHER_APP, **EXTRA},
        verb="DELETE",
        path="/api/core/chat/delHistory",
        query={"appId": OTHER_APP, "chatId": "c1", **TRACE},
        body={"newer": 1},
    ),
    Call(name="clear_chat_histories", verb="DELETE", path="/api/core/chat/clearHistories", query={"appId": APP_ID}),
    Call(
        name="clear_chat_histories",
        case="all",
        arguments={"appId": OTHER_APP, **EXTRA},
        verb="DELETE",
        path="/api/core/chat/clearHistories",
        query={"appId": OTHER_APP, **TRACE},
        body={"newer": 1},
    ),
]
