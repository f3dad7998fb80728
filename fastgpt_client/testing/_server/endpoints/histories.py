"""The chats of an app: listing, opening, changing, deleting, and their status."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import ServerError, coded
from fastgpt_client.testing._server.pagination import Page
from fastgpt_client.testing._server.state import App, Chat
from fastgpt_client.testing._server.validation import SOURCES, a_list, flag, one_of, text
from fastgpt_client.testing._server.versions import Since

__all__ = [
    "batch_delete",
    "chat_config",
    "clear",
    "delete",
    "init",
    "listing",
    "mark_read",
    "status",
    "update",
    "visitor_init",
]

_MAX_FILES = 10


def listing(call: Call) -> Any:
    """getHistories"""
    app_id = call.values.get("appId")
    if call.version >= Since.CHATS_NEED_A_TARGET:
        call.check(optional={"source": one_of(*SOURCES)}, target=False)
    elif call.visitor is None and call.key() and app_id not in call.state.apps:
        if app_id and call.version < Since.VALIDATION:
            call.check_id(app_id)
        return {"list": [], "total": 0}
    found = [chat for chat in call.chats(call.app()) if not chat.deleted]
    wanted = call.values.get("source", None if call.version >= Since.HISTORIES_OF_ALL_SOURCES else "")
    if wanted is not None and call.visitor is None:
        found = [chat for chat in found if chat.source == wanted]
    if call.version >= Since.HISTORY_TIMES:
        found = [chat for chat in found if _in_time(call.values, chat)]
    page = Page.of(call.values, call.version)
    shown = [_listed(call, chat) for chat in found[page.offset : page.offset + page.size]]
    return {"list": shown, "total": len(found)}


def _listed(call: Call, chat: Chat) -> dict[str, Any]:
    item: dict[str, Any] = {
        "chatId": chat.chat_id,
        "updateTime": wire.iso(chat.update_time),
        "customTitle": chat.custom_title,
        "title": chat.title,
        "top": chat.top,
        "appId": chat.app_id,
    }
    if call.version >= Since.CHAT_STATUS:
        item |= {"chatGenerateStatus": chat.status, "hasBeenRead": chat.read}
    return item


def in_span(start: Any, time: datetime, end: Any) -> bool:
    """Return whether a time is between two ISO texts; a missing or invalid one is no bound."""
    return _parse(start, datetime.min) <= time <= _parse(end, datetime.max)


def _parse(value: Any, default: datetime) -> datetime:
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError):
        return default.replace(tzinfo=UTC)


def _in_time(params: dict[str, Any], chat: Chat) -> bool:
    created = in_span(params.get("startCreateTime"), chat.create_time, params.get("endCreateTime"))
    return created and in_span(params.get("startUpdateTime"), chat.update_time, params.get("endUpdateTime"))


def init(call: Call) -> Any:
    """chat/init"""
    if call.version >= Since.INIT_NEEDS_CHAT_ID:
        call.check({"chatId": text})
    if not call.values.get("appId") and call.visitor_name is None and call.bound_app_id is None:
        call.key()
        raise ServerError("You don't have an app yet", code=501, http=501)
    app = call.app()
    data: dict[str, Any] = {"appId": app.id, "app": _app_part(call, app)}
    if call.values.get("chatId"):
        data["chatId"] = call.values["chatId"]
    chat = call.chat(app)
    if chat is None:
        return data | ({"title": ""} if call.version >= Since.CHAT_STATUS else {})
    data |= {"title": chat.title, "variables": chat.variables}
    if call.version >= Since.CHAT_STATUS:
        chat.read = True
        data |= {"chatGenerateStatus": chat.status, "hasBeenRead": True}
    return data


def visitor_init(call: Call) -> Any:
    """chat/outLink/init: like chat/init, only for visitors of share links."""
    if call.visitor is None:
        raise coded("unAuthorization")
    return init(call)


def _app_part(call: Call, app: App) -> dict[str, Any]:
    return {
        "chatConfig": chat_config(call, app),
        "chatModels": [app.model] if app.model else [],
        "name": app.name,
        "avatar": "",
        "intro": app.intro,
        "type": app.type,
        "pluginInputs": [dict(item) for item in app.inputs],
    }


def chat_config(call: Call, app: App) -> dict[str, Any]:
    """Return the chat settings of an app."""
    older = call.version < Since.MODULE_LOGO
    variables = [{"id": f"v{number}", **item} if older else dict(item) for number, item in enumerate(app.variables, 1)]
    guide: dict[str, Any] = {"open": False}
    if app.is_plugin:
        guide |= {"model": "gpt-4o-mini" if older else "gpt-5", "customPrompt": ""}
    config: dict[str, Any] = {
        "welcomeText": app.welcome,
        "variables": variables,
        "autoExecute": {"open": False, "defaultPrompt": ""},
        "questionGuide": guide,
        "ttsConfig": {"type": "web"},
        "whisperConfig": {"open": False, "autoSend": False, "autoTTSResponse": False},
        "chatInputGuide": {"open": False, "customUrl": ""} | ({"textList": []} if older else {}),
        "instruction": "",
    }
    if app.takes_files:
        config["fileSelectConfig"] = {"canSelectFile": True, "canSelectImg": True, "maxFiles": _MAX_FILES}
    return config | ({"_id": app.id} if older else {})


def update(call: Call) -> Any:
    """updateHistory"""
    call.check({"chatId": text}, {"title": text, "customTitle": text, "top": flag})
    chat = call.chat(call.app())
    if chat is not None:
        values = call.values
        chat.title = values.get("title", chat.title)
        chat.custom_title = values.get("customTitle", chat.custom_title)
        chat.top = values.get("top", chat.top)
        call.state.touch(chat)


def delete(call: Call) -> Any:
    """delHistory"""
    call.check({"chatId": text})
    chat = call.chat(call.app())
    if chat is not None:
        _delete(call, chat)


def clear(call: Call) -> Any:
    """clearHistories"""
    call.check()
    for chat in call.chats(call.app()):
        if chat.source == "api" or call.visitor is not None:
            _delete(call, chat)


def _delete(call: Call, chat: Chat) -> None:
    if call.version >= Since.SOFT_DELETED_CHATS:
        chat.deleted = True
    else:
        call.state.drop(chat)


def batch_delete(call: Call) -> Any:
    """history/batchDelete"""
    call.check({"chatIds": a_list})
    app = call.app()
    for chat_id in call.values["chatIds"]:
        chat = call.state.chat(app.id, chat_id)
        if chat is not None:
            call.state.drop(chat)


def status(call: Call) -> Any:
    """history/getHistoryStatus"""
    call.check({"chatIds": a_list})
    app = call.app()
    chats = [call.state.chat(app.id, chat_id) for chat_id in call.values["chatIds"]]
    return {
        "list": [
            {
                "chatId": chat.chat_id,
                "updateTime": wire.iso(chat.update_time),
                "chatGenerateStatus": chat.status,
                "hasBeenRead": chat.read,
            }
            for chat in chats
            if chat is not None and not chat.deleted
        ]
    }


def mark_read(call: Call) -> Any:
    """history/markRead"""
    call.check({"chatId": text})
    chat = call.chat(call.app())
    if chat is not None:
        chat.read = True
        call.state.touch(chat)
