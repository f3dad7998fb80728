"""The figures of an app, which only the commercial edition has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.state import Chat

from .app_logs import chats_of, feedback_count

__all__ = ["chart", "totals"]


def _need_commercial(call: Call) -> None:
    if not call.context.commercial:
        path = call.request.path.removeprefix("/api/proApi/").replace("/", ",")
        raise ServerError(f"未配置商业版链接: {path}")
    call.key()


def chart(call: Call) -> Any:
    """proApi: app/logs/getChartData, with one point per day with chats."""
    _need_commercial(call)
    app = call.app()
    days: dict[datetime, list[Chat]] = {}
    for chat in chats_of(call, app, call.values.get("source")):
        days.setdefault(chat.update_time.replace(hour=0, minute=0, second=0, microsecond=0), []).append(chat)
    points = sorted(days.items())

    def line(summary: Callable[[list[Chat]], dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"timestamp": int(day.timestamp() * 1000), "summary": summary(chats)} for day, chats in points]

    return {"userData": line(_users), "chatData": line(_counts), "appData": line(_opinions)}


def _users(chats: list[Chat]) -> dict[str, Any]:
    count = len({chat.out_link_uid for chat in chats})
    return {
        "userCount": count,
        "newUserCount": count,
        "retentionUserCount": 0,
        "points": 0,
        "sourceCountMap": {"api": len(chats)},
    }


def _counts(chats: list[Chat]) -> dict[str, Any]:
    records = [record for chat in chats for record in chat.records]
    failed = sum(record.error is not None for record in records)
    return {"chatItemCount": len(records), "chatCount": len(chats), "errorCount": failed, "points": 0}


def _opinions(chats: list[Chat]) -> dict[str, Any]:
    return {
        "goodFeedBackCount": sum(feedback_count(chat, "userGoodFeedback") for chat in chats),
        "badFeedBackCount": sum(feedback_count(chat, "userBadFeedback") for chat in chats),
        "chatCount": len(chats),
        "totalResponseTime": sum(record.duration or 0 for chat in chats for record in chat.records),
    }


def totals(call: Call) -> Any:
    """proApi: app/logs/getTotalData"""
    _need_commercial(call)
    chats = call.state.chats_of(call.app().id)
    return {"totalUsers": len({chat.out_link_uid for chat in chats}), "totalChats": len(chats), "totalPoints": 0}
