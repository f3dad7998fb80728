"""The logs of an app: its chats and their users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import coded
from fastgpt_client.testing._server.pagination import Page
from fastgpt_client.testing._server.state import App, Chat
from fastgpt_client.testing._server.validation import text
from fastgpt_client.testing._server.versions import Since

from .apps import OWNER
from .histories import in_span

__all__ = ["chats_of", "feedback_count", "log_list", "log_users"]


def _logged(call: Call) -> list[Chat]:
    """Return the chats that a log request asks for, including those deleted from the history."""
    if call.version < Since.LOGS_BY_KEY:
        raise coded("unAuthorization")
    call.key()
    call.check({"dateStart": text, "dateEnd": text})
    return chats_of(call, call.app(), call.values.get("sources"))


def chats_of(call: Call, app: App, sources: Any) -> list[Chat]:
    values = call.values
    found = [chat for chat in call.state.chats_of(app.id) if not sources or chat.source in sources]
    return [chat for chat in found if in_span(values.get("dateStart"), chat.update_time, values.get("dateEnd"))]


def log_list(call: Call) -> Any:
    """app/logs/list"""
    found = [chat for chat in _logged(call) if all(test(call.values, chat) for test in _LOG_FILTERS)]
    found.sort(key=lambda chat: -chat.order)
    page = Page.of(call.values, call.version)
    shown = found[page.offset : page.offset + page.size]
    return {"total": len(found), "list": [_log_item(call, chat) for chat in shown]}


def _by_user(values: dict[str, Any], chat: Chat) -> bool:
    return not values.get("outLinkUids") or chat.out_link_uid in values["outLinkUids"]


def _by_title(values: dict[str, Any], chat: Chat) -> bool:
    return str(values.get("chatSearch") or "").lower() in f"{chat.title}\n{chat.custom_title}\n{chat.chat_id}".lower()


def _by_feedback(values: dict[str, Any], chat: Chat) -> bool:
    good, bad = feedback_count(chat, "userGoodFeedback"), feedback_count(chat, "userBadFeedback")
    return {"good": good > 0, "bad": bad > 0, "has_feedback": good + bad > 0}.get(values.get("feedbackType", ""), True)


def _by_error(values: dict[str, Any], chat: Chat) -> bool:
    return values.get("errorFilter") != "has_error" or any(record.error for record in chat.records)


_LOG_FILTERS: tuple[Callable[[dict[str, Any], Chat], bool], ...] = (_by_user, _by_title, _by_feedback, _by_error)


def feedback_count(chat: Chat, name: str) -> int:
    return sum(name in record.feedback for record in chat.records)


def _log_item(call: Call, chat: Chat) -> dict[str, Any]:
    item = {
        "_id": chat.id,
        "chatId": chat.chat_id,
        "title": chat.title,
        "customTitle": chat.custom_title,
        "source": chat.source,
        "sourceName": chat.source_name,
        "updateTime": wire.iso(chat.update_time),
        "createTime": wire.iso(chat.create_time),
        "messageCount": 0,  # as on real servers
        "userGoodFeedbackCount": feedback_count(chat, "userGoodFeedback"),
        "userBadFeedbackCount": feedback_count(chat, "userBadFeedback"),
        "customFeedbacksCount": 0,
        "markCount": 0,
        "averageResponseTime": 0,
        "errorCount": sum(record.error is not None for record in chat.records),
        "totalPoints": 0,
        "tmbId": call.state.member_id,
        "sourceMember": OWNER,
        "versionName": None,
        "originIp": "127.0.0.1",
        "region": "Other",
    }
    return item | ({"outLinkUid": chat.out_link_uid} if chat.out_link_uid else {})


def log_users(call: Call) -> Any:
    """app/logs/getUsers"""
    search = str(call.values.get("searchKey") or "").lower()
    counted = Counter(chat.out_link_uid for chat in _logged(call))
    users = [
        {"outLinkUid": uid, "tmbId": None if uid else call.state.member_id, "name": uid or "Owner", "count": count}
        for uid, count in counted.most_common()
    ]
    return {"list": [user for user in users if search in str(user["name"]).lower()]}
