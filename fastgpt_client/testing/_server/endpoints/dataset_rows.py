"""The rows of knowledge bases, called data by FastGPT."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.store import Collection, Row
from fastgpt_client.testing._server.errors import ServerError, coded
from fastgpt_client.testing._server.validation import an_id, text
from fastgpt_client.testing._server.versions import Since

from .dataset_lookup import EMBEDDING_FAILED, at_most, begin, find_collection, find_row, objects, page_of, validated

__all__ = [
    "create_index",
    "delete",
    "delete_index",
    "detail",
    "insert",
    "listing",
    "old_list",
    "push",
    "quote",
    "update",
    "update_index",
]

_MOST = 200
_PAGE = 30
_DUPLICATE = "已经存在完全一致的数据"


def push(call: Call) -> dict[str, Any]:
    """pushData: rows without a text are dropped, from 4.9.11 on silently."""
    begin(call, {"collectionId": an_id, "data": at_most(_MOST)})
    values = call.values
    if not validated(call) and ("collectionId" not in values or "data" not in values):
        raise ServerError("collectionId or data is empty")
    rows = objects(values["data"])
    if len(rows) > _MOST:
        raise ServerError(f"Data is too long, max {_MOST}")
    collection = find_collection(call, values["collectionId"])
    kept = [row for row in rows if row.get("q") or row.get("imageId")]
    call.context.school.learn(collection, kept, str(values.get("billId") or ""))
    if call.version >= Since.DROPPED_ROWS_UNNAMED:
        return {"insertLen": len(kept)}
    dropped = [row for row in rows if not (row.get("q") or row.get("imageId"))]
    return {"insertLen": len(kept), "overToken": [], "repeat": [], "error": dropped}


def insert(call: Call) -> str:
    """insertData: learnt at once; duplicates are refused."""
    begin(call, {"collectionId": an_id, "q": text})
    values = call.values
    collection = find_collection(call, values.get("collectionId"))
    q, a = str(values.get("q") or ""), str(values.get("a") or "")
    if not q:
        raise coded("missingParams")
    if any((row.q, row.a) == (q, a) for row in collection.rows.values()):
        raise ServerError(_DUPLICATE)
    _embed(q)
    row = Row(q, a, metadata=values.get("metadata"))
    row.status = call.context.school.learnt
    call.state.shelf.set_indexes(row, objects(values.get("indexes")))
    collection.rows[row.id] = row
    return row.id


def _embed(said: str) -> None:
    if "EMBFAIL" in said:
        raise ServerError(EMBEDDING_FAILED)


def listing(call: Call) -> dict[str, Any]:
    """v2/list"""
    return _listed(call, deprecated=False)


def old_list(call: Call) -> dict[str, Any]:
    """list: like v2/list, with one field less on older servers."""
    return _listed(call, deprecated=True)


def _listed(call: Call, *, deprecated: bool) -> dict[str, Any]:
    begin(call, {"collectionId": an_id})
    collection = find_collection(call, call.values.get("collectionId"))
    search = str(call.values.get("searchText") or "").lower()
    found = [row for row in collection.listed if not search or search in f"{row.q}\n{row.a}".lower()]
    page = page_of(call, _PAGE)
    shown = found[page.offset : page.offset + page.size]
    forms = call.context.forms
    return {"list": [forms.row_item(collection, row, deprecated=deprecated) for row in shown], "total": len(found)}


def detail(call: Call) -> dict[str, Any]:
    begin(call, {"id": an_id})
    return call.context.forms.row(*find_row(call, call.values.get("id")))


def update(call: Call) -> Any:
    """update: up to 4.14, indexes that are not listed are removed."""
    needed = {"dataId": an_id, "q": text} if call.version < Since.INDEXES_KEPT else {"dataId": an_id}
    begin(call, needed)
    values = call.values
    _, row = find_row(call, values.get("dataId"))
    _changeable(call, row)
    _embed(str(values.get("q") or ""))
    row.q = str(values.get("q") or row.q)
    if "a" in values:
        row.a = str(values["a"] or "")
    kept = [{"text": index.text, "type": index.type} for index in row.indexes]
    given = objects(values.get("indexes"))
    keeps = "indexes" not in values and call.version >= Since.INDEXES_KEPT
    call.state.shelf.set_indexes(row, kept if keeps else given)
    row.update_time = wire.now()
    return {"q": row.q, "a": row.a} if call.version >= Since.TRAINING_STATUS else None


def _changeable(call: Call, row: Row) -> None:
    """Refuse to change a row while it is being learnt."""
    if row.status == "indexing" or row.status.endswith(("Pending", "Running")):
        raise coded("dataNotIndexed")


def delete(call: Call) -> str | None:
    begin(call, {"id": an_id})
    collection, row = find_row(call, call.values.get("id"))
    del collection.rows[row.id]
    return None if call.version >= Since.TRAINING_STATUS else "success"


def quote(call: Call) -> dict[str, Any]:
    """getQuoteData"""
    begin(call, {"id": an_id})
    collection, row = find_row(call, call.values.get("id"))
    return {"q": row.q, "a": row.a, "collection": call.context.forms.quoted_collection(collection)}


# Indexes


def create_index(call: Call) -> dict[str, Any]:
    """index/create"""
    begin(call, {"dataId": an_id, "text": text})
    _, row = _found(call)
    index = call.state.shelf.index(call.values["text"], call.values.get("type", "custom"))
    row.indexes.append(index)
    return {"index": {"type": index.type, "dataId": index.data_id, "text": index.text}}


def update_index(call: Call) -> dict[str, Any]:
    """index/update: the index gets a new ID."""
    begin(call, {"dataId": an_id, "indexDataId": text, "text": text})
    _, row = _found(call)
    index = _index(call, row)
    index.text = call.values["text"]
    index.type = call.values.get("type", index.type)
    index.data_id = call.state.shelf.index("").data_id
    return {"index": {"type": index.type, "dataId": index.data_id, "text": index.text}}


def delete_index(call: Call) -> None:
    """index/delete"""
    begin(call, {"dataId": an_id, "indexDataId": text})
    _, row = _found(call)
    row.indexes.remove(_index(call, row))


def _found(call: Call) -> tuple[Collection, Row]:
    collection, row = find_row(call, call.values["dataId"])
    _changeable(call, row)
    return collection, row


def _index(call: Call, row: Row) -> Any:
    wanted = call.values["indexDataId"]
    found = next((index for index in row.indexes if index.data_id == wanted), None)
    if found is None:
        raise ServerError("Dataset data index not found")
    return found
