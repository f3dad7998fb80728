"""Arguments of calls: messages and their parts, visitors of share links, and others with keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypeAlias, TypedDict

__all__ = [
    "AuthProxy",
    "ChatMessage",
    "ContentPart",
    "FilePart",
    "ImagePart",
    "ImageURL",
    "Messages",
    "OutLinkAuth",
    "QuestionGuide",
    "Source",
    "TextPart",
    "Timespan",
    "UploadedImagePart",
]

Source: TypeAlias = Literal[
    "test", "online", "share", "api", "cronJob", "feishu", "official_account", "wecom", "wechat", "mcp", "team"
]
Timespan: TypeAlias = Literal["day", "week", "month", "quarter"]


class TextPart(TypedDict):
    """A part of a message with text."""

    type: Literal["text"]
    text: str


class ImageURL(TypedDict, total=False):
    """The URL of an image; may be a data URL."""

    url: Required[str]
    detail: str


class ImagePart(TypedDict):
    """A part of a message with an image."""

    type: Literal["image_url"]
    image_url: ImageURL


class FilePart(TypedDict, total=False):
    """A part of a message with a file by URL. Always set `name`: servers 4.14.11 to 4.14.20 require it."""

    type: Required[Literal["file_url"]]
    name: str
    url: Required[str]
    key: str
    fileType: Literal["file", "audio", "video"]


class UploadedImagePart(TypedDict, total=False):
    """A part of a message with an uploaded image; `key` lets the server keep it."""

    type: Required[Literal["image_url"]]
    image_url: Required[ImageURL]
    key: str


ContentPart: TypeAlias = TextPart | ImagePart | UploadedImagePart | FilePart


class ChatMessage(TypedDict, total=False):
    """One message. The last one of a list is the question."""

    role: Required[Literal["system", "developer", "user", "assistant", "tool", "function"]]
    content: str | Sequence[ContentPart] | None
    name: str
    tool_calls: Sequence[Mapping[str, Any]]
    tool_call_id: str
    dataId: str
    hideInUI: bool
    reasoning_content: str


Messages: TypeAlias = Sequence[ChatMessage | Mapping[str, Any]]


class OutLinkAuth(TypedDict):
    """A visitor of a share link (4.15 and later)."""

    shareId: str
    outLinkUid: str


class AuthProxy(TypedDict, total=False):
    """Another member of the team to act as (4.15 and later); needs `username`, `tmbId`, or both."""

    username: str
    tmbId: str


class QuestionGuide(TypedDict, total=False):
    """How suggested questions are made; omitted fields default to the app's settings."""

    open: Required[bool]
    model: str
    customPrompt: str
