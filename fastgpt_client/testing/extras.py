"""The smaller endpoints: suggested questions, speech, quotes, input guides, the key check."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from fastgpt_client._json import as_object

from .calls import Call, authenticate
from .errors import ServerError, coded
from .files import form_parts
from .state import App
from .validation import a_list, check, one_of, text
from .versions import Since

__all__ = [
    "collection_quotes",
    "guide",
    "guide_of_messages",
    "health",
    "input_guide",
    "quotes",
    "recently_used",
    "speech",
    "transcribe",
]

_FAILING = "fake-fail"
_HEARD = "Hello!"
_SILENCE = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(16)


def guide(call: Call) -> Any:
    """agent/v2/createQuestionGuide"""
    call.check({"chatId": text})
    app = call.app()
    asked = as_object(call.values.get("questionGuide"))
    if asked.get("model") == _FAILING:
        raise ServerError("fake upstream exploded")
    return list(app.suggestions)


def guide_of_messages(call: Call) -> Any:
    """agent/createQuestionGuide"""
    call.key()
    messages = call.values.get("messages")
    if call.version >= Since.VALIDATION:
        call.check({"messages": a_list}, target=False)
    elif messages is None:
        raise ServerError("e is not iterable")
    return list(App(name="").suggestions)


def speech(call: Call) -> Any:
    """getSpeech: bytes without a type."""
    call.app()
    return Response(_SILENCE)


def _kept_quotes(call: Call) -> list[dict[str, Any]]:
    """Return the quotes of the answer that is asked about."""
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


def transcribe(call: Call) -> Any:
    """audio/transcriptions: everybody says hello."""
    call.key()
    if "file" not in form_parts(call):
        raise ServerError("file not found")
    return _HEARD


def input_guide(call: Call) -> Any:
    """inputGuide/query"""
    call.key()
    if call.version >= Since.FLAT_CHILDREN:
        call.check({"sourceType": one_of("app", "skillEdit", "chatAgentHelper"), "sourceId": text}, target=False)
    return []


def recently_used(call: Call) -> Any:
    """chat/recentlyUsed"""
    call.key()
    chats = sorted(call.state.chats.values(), key=lambda chat: -chat.order)
    ids = list(dict.fromkeys(chat.app_id for chat in chats))
    return [{"appId": app_id, "name": call.state.apps[app_id].name, "avatar": ""} for app_id in ids[:20]]


def health(call: Call) -> Any:
    """openapi/health: whether a key is good; it stands in the query."""
    check(call.values, {"apiKey": text})
    try:
        key, _ = authenticate(f"Bearer {call.api_key}", call.version, call.state.keys)
    except ServerError:
        raise ServerError("APIKey invalid") from None
    app = {"appId": key.app_id} if key.app_id else {}
    if call.version < Since.CHATS_NEED_A_TARGET:
        return app
    return {"valid": True, "usagePoints": call.state.points, "maxUsagePoints": -1, **app}
