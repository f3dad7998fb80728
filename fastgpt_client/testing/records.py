"""The records of a chat: pages, details, deletion, feedback."""

from __future__ import annotations

from typing import Any

from . import wire
from .calls import Call, Page
from .content import record_value
from .errors import ServerError, invalid
from .state import App, Record
from .validation import flag, missing_target, text
from .versions import Since

__all__ = ["delete", "detail", "feedback", "feedback_ids", "feedback_read", "item", "linked_page", "page"]

_FEEDBACKS = ("userGoodFeedback", "userBadFeedback")


def page(call: Call) -> Any:
    """getPaginationRecords: the first page is the newest one, each in the order of time."""
    call.check(target=False)
    call.key()
    values = call.values
    if not values.get("appId") and call.version >= Since.CHATS_NEED_A_TARGET:
        raise invalid(missing_target())
    if not values.get("appId") or not values.get("chatId"):
        return {"list": [], "total": 0}
    app = call.app()
    chat = call.chat(app)
    records = chat.alive if chat else []
    wanted = Page.of(values)
    end = max(len(records) - wanted.offset, 0)
    shown = records[max(end - wanted.size, 0) : end]
    custom = values.get("loadCustomFeedbacks") is True
    return {
        "list": [item(call, app, record, typed=True, custom=custom) for record in shown],
        "total": len(records),
    }


def linked_page(call: Call, *, custom: bool = False) -> Any:
    """getRecords_v2: pages linked by the ids of their first and last items."""
    call.check()
    app = call.app()
    chat = call.chat(app)
    deleted = call.values.get("includeDeleted") is True
    records = (chat.records if deleted else chat.alive) if chat else []
    size = call.values.get("pageSize", 10)
    start, end = _span(records, call.values, size)
    custom = custom or call.values.get("loadCustomFeedbacks") is True
    shown = [linked_item(call, app, record, custom=custom) for record in records[start:end]]
    return {"list": shown, "total": len(records), "hasMorePrev": start > 0, "hasMoreNext": end < len(records)}


def _span(records: list[Record], values: dict[str, Any], size: int) -> tuple[int, int]:
    """Return which records are asked for. A question and its answer share an id: the question is found first."""

    def find(name: str, title: str) -> int:
        ids = [record.data_id for record in records]
        if values[name] not in ids:
            raise ServerError(f"{title} item not found")
        return ids.index(values[name])

    if values.get("prevId"):
        end = find("prevId", "Prev")
        return max(end - size, 0), end
    if values.get("nextId"):
        start = find("nextId", "Next") + 1
        return start, min(start + size, len(records))
    if values.get("initialId"):
        middle = find("initialId", "Target")
        return max(middle - size // 2, 0), min(middle + size // 2 + 1, len(records))
    return max(len(records) - size, 0), len(records)


def linked_item(call: Call, app: App, record: Record, *, custom: bool) -> dict[str, Any]:
    typed = call.version < Since.NO_TYPE_IN_V2_ITEMS
    return {**item(call, app, record, typed=typed, custom=custom), "id": record.data_id}


def item(call: Call, app: App, record: Record, *, typed: bool, custom: bool) -> dict[str, Any]:
    """Return a record as it is listed."""
    version = call.version
    found: dict[str, Any] = {
        "_id": record.id,
        "dataId": record.data_id,
        "hideInUI": False,
        "obj": record.obj,
        "value": record_value(record.value, typed=typed),
        "time": wire.iso(record.time),
        **record.feedback,
    }
    if custom:
        found["customFeedbacks"] = []
    if record.deleted is not None:
        found["deleteTime"] = wire.iso(record.deleted)
    if record.obj == "Human":
        return found | ({"responseData": []} if app.is_plugin and version < Since.FLAT_CHILDREN else {})
    if record.duration is not None and version >= Since.RECORD_DURATION:
        found["durationSeconds"] = record.duration
    if app.is_plugin:
        return found | {"responseData": record.nodes}
    if record.error and version >= Since.ERROR_TEXT_IN_RECORDS:
        found["errorText"] = {"moduleName": record.error[0], "errorText": record.error[1]}
    asked = [node for node in record.nodes if node["moduleType"] in ("chatNode", "tools")]
    found |= {"totalQuoteList": _quotes(call, record), "llmModuleAccount": len(asked)}
    if version >= Since.FLAT_CHILDREN:
        return found | {"useAgentSandbox": False}
    seen = [len(node["historyPreview"]) for node in asked if "historyPreview" in node]
    return found | ({"historyPreviewLength": seen[-1]} if seen else {})


def _quotes(call: Call, record: Record) -> list[dict[str, Any]]:
    if call.version >= Since.FLAT_CHILDREN:
        return []  # those that the answer cites, and no script of ours does
    return [quote for node in record.nodes for quote in node.get("quoteList", ())]


def detail(call: Call) -> Any:
    """getResData"""
    call.check({"dataId": text})
    chat = call.chat(call.app())
    record = chat.find(str(call.values.get("dataId", ""))) if chat else None
    if record is None:
        return [] if call.version >= Since.UNKNOWN_RECORD_IS_A_LIST else {}
    return record.nodes


def delete(call: Call) -> Any:
    """record/delete, item/delete before 4.14.11"""
    call.check()
    chat = call.chat(call.app())
    ids = call.values.get("contentIds") or [call.values.get("contentId")]
    if isinstance(ids, str):
        ids = ids.split(",")
    if call.version < Since.RECORD_DELETE and not (ids[0] and call.values.get("chatId")):
        raise ServerError("contentId or chatId is empty")
    if chat is None:
        return
    if call.version < Since.SOFT_DELETED_RECORDS:
        chat.records = [record for record in chat.records if record.data_id not in ids]
        return
    for record in chat.alive:
        if record.data_id in ids:
            record.deleted = wire.now()


def feedback(call: Call) -> Any:
    """feedback/updateUserFeedback: what is left out is unset."""
    call.check({"chatId": text, "dataId": text})
    app = call.app()
    if not call.values.get("chatId") or not call.values.get("dataId"):
        raise ServerError("chatId or dataId is empty")
    record = _find(call, app)
    if record is None:
        if call.version >= Since.FEEDBACK_NEEDS_A_RECORD:
            raise ServerError("Chat item not found")
        return
    given = {name: call.values.get(name) for name in _FEEDBACKS}
    record.feedback = {name: value for name, value in given.items() if value is not None}
    record.feedback_read = False


def _find(call: Call, app: App) -> Record | None:
    chat = call.chat(app)
    return chat.find(call.values["dataId"]) if chat else None


def feedback_ids(call: Call) -> Any:
    """feedback/getFeedbackRecordIds"""
    call.check({"chatId": text, "feedbackType": text})
    names = {"good": _FEEDBACKS[:1], "bad": _FEEDBACKS[1:]}.get(call.values["feedbackType"], _FEEDBACKS)
    chat = call.chat(call.app())
    unread = call.values.get("unreadOnly") is True
    found = [
        record.data_id
        for record in (chat.alive if chat else ())
        if any(name in record.feedback for name in names) and not (unread and record.feedback_read)
    ]
    return {"total": len(found), "dataIds": found}


def feedback_read(call: Call) -> Any:
    """feedback/updateFeedbackReadStatus"""
    call.check({"chatId": text, "dataId": text, "isRead": flag})
    record = _find(call, call.app())
    if record is None:
        raise ServerError("Chat item not found")
    record.feedback_read = call.values["isRead"]
    return {"success": True}
