"""The quotes of an answer."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import coded
from fastgpt_client.testing._server.validation import a_list, text
from fastgpt_client.testing._server.versions import Since

__all__ = ["collection_quotes", "quotes"]


def _kept_quotes(call: Call) -> list[dict[str, Any]]:
    """Return the quotes of the requested answer."""
    chat = call.chat(call.app())
    record = chat.find(call.values["chatItemDataId"]) if chat else None
    if record is None:
        raise coded("unAuthChat")
    return record.quotes


def _quote(quote: dict[str, Any]) -> dict[str, Any]:
    names = {"_id": "id", "q": "q", "a": "a", "updateTime": "updateTime", "index": "chunkIndex"}
    return {**{name: quote[source] for name, source in names.items()}, "history": []}


def quotes(call: Call) -> Any:
    """getQuote: the texts of an answer's quotes."""
    call.check({"chatId": text, "chatItemDataId": text, "datasetDataIdList": a_list})
    wanted = call.values["datasetDataIdList"]
    return [_quote(quote) for quote in _kept_quotes(call) if quote["id"] in wanted]


def collection_quotes(call: Call) -> Any:
    """getCollectionQuote: the quotes of one collection, all on one page."""
    call.check({"chatId": text, "chatItemDataId": text, "collectionId": text})
    if "anchor" not in call.values and call.version >= Since.CHATS_NEED_A_TARGET:
        raise coded("unAuthChat")
    found = [quote for quote in _kept_quotes(call) if quote["collectionId"] == call.values["collectionId"]]
    shown = [{**_quote(quote), "id": quote["id"], "anchor": quote["chunkIndex"]} for quote in found]
    return {"list": shown, "hasMorePrev": False, "hasMoreNext": False}
