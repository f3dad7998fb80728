"""Parsing and validating the body of a completion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastgpt_client._json import as_object, is_array, is_object
from fastgpt_client.testing._server import validation
from fastgpt_client.testing._server.errors import ServerError, invalid
from fastgpt_client.testing._server.validation import a_list, an_id, an_object, flag, text
from fastgpt_client.testing._server.versions import Since, Version
from fastgpt_client.testing.answers import Message, text_of

__all__ = ["CompletionRequest", "as_objects", "parse_request"]

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_FIELDS = {
    "messages": a_list,
    "stream": flag,
    "detail": flag,
    "chatId": text,
    "appId": an_id,
    "responseChatItemId": text,
    "variables": an_object,
    "customUid": text,
    "metadata": an_object,
    "retainDatasetCite": flag,
}
_USED_PARTS = ("text", "image_url", "file_url")


@dataclass(frozen=True)
class CompletionRequest:
    """The parsed request of a completion."""

    api: str
    messages: list[Message]
    stream: bool
    detail: bool
    chat_id: str
    app_id: str
    item_id: str
    variables: dict[str, Any]
    custom_uid: str | None
    metadata: dict[str, Any]
    keep_citations: bool

    @property
    def question(self) -> str:
        """The text of the last message, whatever its role."""
        return text_of(self.messages[-1]["content"]) if self.messages else ""

    @property
    def context(self) -> list[Message]:
        """The messages as the model sees them: the last one is the question, whatever its role."""
        return [*self.messages[:-1], {**self.messages[-1], "role": "user"}] if self.messages else []

    def need_messages(self) -> None:
        """Refuse a request without a question."""
        if not self.messages:
            raise ServerError("messages is empty", by_user=True)
        content = self.messages[-1].get("content")
        known = self.messages[-1].get("role") in _ROLES
        parts = as_objects(content)
        if not known or not (isinstance(content, str) or any(part.get("type") in _USED_PARTS for part in parts)):
            raise ServerError("User question is empty")

    def human_value(self) -> list[dict[str, Any]]:
        """Return the question in the form of a record."""
        content = self.messages[-1]["content"]
        if isinstance(content, str):
            return [{"text": {"content": content}}]
        return [_kept(part) for part in content if part.get("type") in _USED_PARTS]


def as_objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; [] if the value is not a list."""
    return [as_object(item) for item in value] if is_array(value) else []


def _kept(part: dict[str, Any]) -> dict[str, Any]:
    if part["type"] == "text":
        return {"text": {"content": part["text"]}}
    if part["type"] == "image_url":
        return {"file": {"type": "image", "url": part["image_url"]["url"]}}
    named = {name: part[name] for name in ("name", "url", "key") if name in part}
    return {"file": {"type": part.get("fileType", "file"), **named}}


def parse_request(version: Version, api: str, body: Any) -> CompletionRequest:
    """Parse a body. Older servers validate nothing and use what they can."""
    if version >= Since.COMPLETIONS_VALIDATION:
        _check(body)
    elif as_object(body).get("variables", {}) is None:
        raise ServerError("Cannot read properties of null (reading 'Language')")
    given = {name: value for name, value in as_object(body).items() if value is not None}
    messages: Any = given.get("messages", [])
    if not isinstance(messages, list):
        raise ServerError("messages is not array")
    return CompletionRequest(
        api=api,
        messages=as_objects(messages),
        stream=bool(given.get("stream")),
        detail=bool(given.get("detail")),
        chat_id=str(given.get("chatId", "")).strip(),
        app_id=str(given.get("appId", "")),
        item_id=str(given.get("responseChatItemId", "")),
        variables=as_object(given.get("variables")),
        custom_uid=given.get("customUid"),
        metadata=as_object(given.get("metadata")),
        keep_citations=bool(given.get("retainDatasetCite")),
    )


def _check(body: Any) -> None:
    validation.check(body, optional=_FIELDS, null_is_absent=True)
    for index, message in enumerate(body.get("messages") or ()):
        _check_message(index, message)
    share = body.get("outLinkAuthData")
    if share and not (as_object(share).get("shareId") and as_object(share).get("outLinkUid")):
        both = "outLinkAuthData.shareId and outLinkAuthData.outLinkUid must be provided together"
        raise invalid({"code": "custom", "message": both, "path": []})


def _check_message(index: int, given: Any) -> None:
    if not is_object(given):
        raise invalid(validation.wrong_type(["messages", index], "object", given))
    message = given
    path: list[str | int] = ["messages", index]
    if message.get("role") not in _ROLES:
        union: dict[str, Any] = {"code": "invalid_union", "errors": [], "discriminator": "role"}
        note = {"note": "No matching discriminator", "message": "Invalid input"}
        raise invalid({**union, **note, "path": [*path, "role"]})
    content = message.get("content")
    if not isinstance(content, str | list) and message["role"] == "user":
        errors = [[validation.wrong_type([], kind, content)] for kind in ("string", "array")]
        raise invalid(
            {"code": "invalid_union", "errors": errors, "path": [*path, "content"], "message": "Invalid input"}
        )
