"""The records of a chat: pages, details, deleting, feedback."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.pagination import Page
from fastgpt_client.testing._server.runs.message_content import record_value
from fastgpt_client.testing._server.state import App, Record
from fastgpt_client.testing._server.validation import text
from fastgpt_client.testing._server.versions import Since

__all__ = ["delete", "detail", "feedback", "linked_page", "page"]

_FEEDBACKS = ("userGoodFeedback", "userBadFeedback")


def page(call: Call) -> Any:
    """getPaginationRecords: newest page first, each page in chronological order."""
    call.check(target=False)
    if call.visitor is None:
        call.key()
    values = call.values
    if call.version >= Since.CHATS_NEED_A_TARGET:
        call.need_target()
    elif not values.get("appId"):
        return {"list": [], "total": 0}
    if not values.get("chatId"):
        return {"list": [], "total": 0}
    app = call.app()
    chat = call.chat(app)
    deleted = values.get("includeDeleted") is True and call.version >= Since.DELETED_RECORDS_LISTED
    records = (chat.records if deleted else chat.alive) if chat else []
    wanted = Page.of(values, call.version)
    end = max(len(records) - wanted.offset, 0)
    shown = records[max(end - wanted.size, 0) : end]
    custom = values.get("loadCustomFeedbacks") is True
    return {
        "list": [item(call, app, record, typed=True, custom=custom) for record in shown],
        "total": len(records),
    }


def linked_page(call: Call) -> Any:
    """getRecords_v2: pages linked by the IDs of their first and last items."""
    call.check()
    app = call.app()
    chat = call.chat(app)
    deleted = call.values.get("includeDeleted") is True
    records = (chat.records if deleted else chat.alive) if chat else []
    by_turns = call.version >= Since.CURSORS
    start, end = _span(records, call.values, call.values.get("pageSize", 10), by_turns=by_turns)
    custom, typed = call.values.get("loadCustomFeedbacks") is True, call.version < Since.NO_TYPE_IN_V2_ITEMS
    found: dict[str, Any] = {
        "list": [
            {**item(call, app, record, typed=typed, custom=custom), "id": record.data_id}
            for record in records[start:end]
        ],
        "total": len(records),
        "hasMorePrev": start > 0,
        "hasMoreNext": end < len(records),
    }
    if by_turns:
        found["prevCursor"] = records[start].data_id if start > 0 else None
        found["nextCursor"] = records[end - 1].data_id if end < len(records) else None
    return found


def _span(records: list[Record], values: dict[str, Any], size: int, *, by_turns: bool) -> tuple[int, int]:
    """Return the range of the requested records; with `by_turns`, extended to complete turns.

    A question and its answer share an ID. It refers to the question, or with `by_turns` to whichever is needed.
    """
    ids = [record.data_id for record in records]

    def find(name: str, title: str, *, last: bool = False) -> int:
        wanted = values[name]
        if wanted not in ids:
            raise ServerError(f"{title} item not found")
        return len(ids) - 1 - ids[::-1].index(wanted) if last and by_turns else ids.index(wanted)

    if values.get("prevId"):
        end = find("prevId", "Prev")
        start = max(end - size, 0)
    elif values.get("nextId"):
        start = find("nextId", "Next", last=True) + 1
        end = min(start + size, len(records))
    elif values.get("initialId"):
        middle = find("initialId", "Target", last=True)
        start, end = max(middle - size // 2, 0), min(middle + size // 2 + 1, len(records))
    else:
        start, end = max(len(records) - size, 0), len(records)
    if by_turns:
        while 0 < start < len(records) and records[start].obj != "Human":
            start -= 1
        while 0 < end < len(records) and records[end].obj != "Human":
            end += 1
    return start, end


def item(call: Call, app: App, record: Record, *, typed: bool, custom: bool) -> dict[str, Any]:
    """Return a record in a list."""
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
    shown = [] if call.visitor is not None else record.nodes
    asked = [node for node in shown if node["moduleType"] in ("chatNode", "tools")]
    found |= {"totalQuoteList": _quotes(call, record), "llmModuleAccount": len(asked)}
    if version >= Since.FLAT_CHILDREN:
        return found | {"useAgentSandbox": False}
    seen = [len(node["historyPreview"]) for node in asked if "historyPreview" in node]
    return found | ({"historyPreviewLength": seen[-1]} if seen else {})


def _quotes(call: Call, record: Record) -> list[dict[str, Any]]:
    if call.version >= Since.FLAT_CHILDREN:
        return []  # only cited quotes are sent, and scripted answers cite none
    return [quote for node in record.nodes for quote in node.get("quoteList", ())]


def detail(call: Call) -> Any:
    """getResData"""
    call.check({"dataId": text})
    chat = call.chat(call.app())
    record = chat.find(str(call.values.get("dataId", ""))) if chat else None
    if record is None:
        return [] if call.version >= Since.UNKNOWN_RECORD_IS_A_LIST else {}
    return record.nodes if call.visitor is None else []


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
    """feedback/updateUserFeedback: omitted fields are unset."""
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


def _find(call: Call, app: App) -> Record | None:
    chat = call.chat(app)
    return chat.find(call.values["dataId"]) if chat else None
