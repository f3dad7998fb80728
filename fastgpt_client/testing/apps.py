"""Apps: list, logs, figures, and what an API key may not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from . import wire
from .calls import Call, Page
from .errors import ServerError, coded
from .histories import in_span
from .state import App, Chat
from .validation import text
from .versions import Since

__all__ = ["app_list", "chart", "log_list", "log_users", "login_only", "permission", "totals"]

_OWNER = {"name": "Owner", "avatar": "/imgs/avatar/AdoraAvatar.svg", "status": "active"}
_RIGHTS = {"isOwner": True, "hasManagePer": True, "hasWritePer": True, "hasReadPer": True}
_ALL = 4294967295
_LIMIT = 50
_ROLE_NAMES = {
    "read": "app:permission.name.read",
    "write": "common:permission.write",
    "manage": "common:permission.manager",
}


def login_only(call: Call) -> Any:
    """What takes a login token only."""
    raise coded("unAuthorization")


def permission(call: Call) -> Any:
    """app/getPermission answers no to every key, its owner's too."""
    return dict.fromkeys(("hasReadPer", "hasWritePer", "hasManagePer", "hasReadChatLogPer", "isOwner"), False)


def app_list(call: Call) -> Any:
    """app/list"""
    call.key()
    values = call.values
    types = values.get("type") or ()
    wanted = [types] if isinstance(types, str) else types
    search = str(values.get("searchKey") or "").lower()
    found = [
        app
        for app in sorted(call.state.apps.values(), key=lambda app: app.update_time, reverse=True)
        if (not wanted or app.type in wanted)
        and (
            search in f"{app.name}\n{app.intro}".lower()
            if search
            else app.parent_id == (values.get("parentId") or None)
        )
    ]
    return [_listed(call, app) for app in found[: _LIMIT if search else None]]


def _listed(call: Call, app: App) -> dict[str, Any]:
    return {
        "_id": app.id,
        "parentId": app.parent_id,
        "tmbId": call.state.member_id,
        "name": app.name,
        "avatar": "",
        "intro": app.intro,
        "type": app.type,
        "updateTime": wire.iso(app.update_time),
        "permission": _permission(call),
        "inheritPermission": True,
        "private": True,
        "sourceMember": _OWNER,
        "hasInteractiveNode": app.interactive,
    }


def _permission(call: Call) -> dict[str, Any]:
    def role(key: str, value: int, kind: str, name: str) -> dict[str, Any]:
        description = "" if kind == "multiple" else f"app:permission.des.{key}"
        return {"name": name, "description": description, "value": value, "checkBoxType": kind}

    names = {"read": 4, "write": 2, "manage": 1}
    if call.version < Since.FLAT_CHILDREN:
        names = {"read": 4, "write": 6, "manage": 7}
        shown = {name: role(name, value, "single", _ROLE_NAMES[name]) for name, value in names.items()}
        shown["read"]["name"] = "common:permission.read"
        for one in shown.values():
            one["description"] = ""
        return {**_RIGHTS, "value": _ALL, "_permissionList": shown}
    roles = {name: role(name, value, "single", _ROLE_NAMES[name]) for name, value in names.items()}
    return {
        **_RIGHTS,
        "role": _ALL,
        "permission": _ALL,
        **dict.fromkeys(
            ("hasManageRole", "hasWriteRole", "hasReadRole", "hasReadChatLogPer", "hasReadChatLogRole"), True
        ),
        "roleList": {**roles, "readChatLog": role("readChatLog", 8, "multiple", "app:permission.name.readChatLog")},
        "perList": {"owner": _ALL, **names, "readChatLog": 8},
        "rolePerMap": {},
    }


def _logged(call: Call) -> list[Chat]:
    """Return the chats that a log request asks for; those deleted in the history count too."""
    if call.version < Since.LOGS_BY_KEY:
        raise coded("unAuthorization")
    call.key()
    call.check({"dateStart": text, "dateEnd": text})
    return _chats(call, call.app(), call.values.get("sources"))


def _chats(call: Call, app: App, sources: Any) -> list[Chat]:
    values = call.values
    if sources and "api" not in sources:
        return []
    found = call.state.chats_of(app.id)
    return [chat for chat in found if in_span(values.get("dateStart"), chat.update_time, values.get("dateEnd"))]


def log_list(call: Call) -> Any:
    """app/logs/list"""
    found = [chat for chat in _logged(call) if all(test(call.values, chat) for test in _LOG_FILTERS)]
    found.sort(key=lambda chat: -chat.order)
    page = Page.of(call.values)
    shown = found[page.offset : page.offset + page.size]
    return {"total": len(found), "list": [_log_item(call, chat) for chat in shown]}


def _by_user(values: dict[str, Any], chat: Chat) -> bool:
    return not values.get("outLinkUids") or chat.out_link_uid in values["outLinkUids"]


def _by_title(values: dict[str, Any], chat: Chat) -> bool:
    return str(values.get("chatSearch") or "").lower() in f"{chat.title}\n{chat.custom_title}\n{chat.chat_id}".lower()


def _by_feedback(values: dict[str, Any], chat: Chat) -> bool:
    good, bad = _feedback(chat, "userGoodFeedback"), _feedback(chat, "userBadFeedback")
    return {"good": good > 0, "bad": bad > 0, "has_feedback": good + bad > 0}.get(values.get("feedbackType", ""), True)


def _by_error(values: dict[str, Any], chat: Chat) -> bool:
    return values.get("errorFilter") != "has_error" or any(record.error for record in chat.records)


_LOG_FILTERS: tuple[Callable[[dict[str, Any], Chat], bool], ...] = (_by_user, _by_title, _by_feedback, _by_error)


def _feedback(chat: Chat, name: str) -> int:
    return sum(name in record.feedback for record in chat.records)


def _log_item(call: Call, chat: Chat) -> dict[str, Any]:
    item = {
        "_id": chat.id,
        "chatId": chat.chat_id,
        "title": chat.title,
        "customTitle": chat.custom_title,
        "source": "api",
        "sourceName": chat.source_name,
        "updateTime": wire.iso(chat.update_time),
        "createTime": wire.iso(chat.create_time),
        "messageCount": 0,  # so it is on real servers too
        "userGoodFeedbackCount": _feedback(chat, "userGoodFeedback"),
        "userBadFeedbackCount": _feedback(chat, "userBadFeedback"),
        "customFeedbacksCount": 0,
        "markCount": 0,
        "averageResponseTime": 0,
        "errorCount": sum(record.error is not None for record in chat.records),
        "totalPoints": 0,
        "tmbId": call.state.member_id,
        "sourceMember": _OWNER,
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


def _need_commercial(call: Call) -> None:
    if not call.server.commercial:
        path = call.request.path.removeprefix("/api/proApi/").replace("/", ",")
        raise ServerError(f"未配置商业版链接: {path}")
    call.key()


def chart(call: Call) -> Any:
    """proApi: app/logs/getChartData, one point for each day with chats."""
    _need_commercial(call)
    app = call.app()
    days: dict[datetime, list[Chat]] = {}
    for chat in _chats(call, app, call.values.get("source")):
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
        "goodFeedBackCount": sum(_feedback(chat, "userGoodFeedback") for chat in chats),
        "badFeedBackCount": sum(_feedback(chat, "userBadFeedback") for chat in chats),
        "chatCount": len(chats),
        "totalResponseTime": sum(record.duration or 0 for chat in chats for record in chat.records),
    }


def totals(call: Call) -> Any:
    """proApi: app/logs/getTotalData"""
    _need_commercial(call)
    chats = call.state.chats_of(call.app().id)
    return {"totalUsers": len({chat.out_link_uid for chat in chats}), "totalChats": len(chats), "totalPoints": 0}
