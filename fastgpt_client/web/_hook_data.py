"""What FastGPT asks of the server behind a share link, and what it takes for an answer; without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastgpt_client._api.completion import known_nodes, node_list
from fastgpt_client._json import as_object, shown
from fastgpt_client.citations import citations
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.tracing import run_usage, trace

if TYPE_CHECKING:
    from fastgpt_client.citations import Citation
    from fastgpt_client.tracing import TraceNode
    from fastgpt_client.types import NodeResponse
    from fastgpt_client.usage import Usage

__all__ = [
    "Allow",
    "BadCallError",
    "Deny",
    "ShareFinish",
    "ShareInit",
    "ShareStart",
    "answer_of",
    "finish_of",
    "init_of",
    "start_of",
]

_UID_BYTES = 255
_UID_SIGNS = "|/\\"


class BadCallError(ValueError):
    """A call that FastGPT would not make."""


@dataclass(frozen=True)
class Allow:
    """Let the visitor in, under this id: his chats are kept and listed by it.

    Args:
        uid: 1 to 255 bytes of UTF-8, none of `|`, `/` and a backslash. The same one for one token, each time.

    Raises:
        ValidationError: FastGPT (4.14.10 and later) would refuse the id.
    """

    uid: str

    def __post_init__(self) -> None:
        uid: object = self.uid
        if not isinstance(uid, str) or not uid:
            raise ValidationError(f"uid must be a non-empty str, not {shown(uid)}")
        try:
            size = len(uid.encode())
        except UnicodeEncodeError:
            raise ValidationError("uid holds a lone surrogate, which is no text") from None
        if size > _UID_BYTES:
            raise ValidationError(f"uid has {size} bytes, more than the {_UID_BYTES} that FastGPT takes")
        if any(sign in uid for sign in _UID_SIGNS):
            raise ValidationError(f"uid must hold none of {' '.join(_UID_SIGNS)}: FastGPT refuses {shown(uid)}")


@dataclass(frozen=True)
class Deny:
    """Refuse the visitor; he reads the message, or words of FastGPT's own if it is empty."""

    message: str = ""


@dataclass(frozen=True)
class ShareInit:
    """Who is this visitor? Asked at nearly each of his steps: make it cheap.

    Attributes:
        token: what the link's address has as `authToken`, or an id that the page made up.
    """

    token: str


@dataclass(frozen=True)
class ShareStart:
    """May this visitor ask this? (Commercial edition.)

    Attributes:
        token: the visitor's, as in `ShareInit`.
        question: the text of his question; "" if he sends files only.
    """

    token: str
    question: str


@dataclass(frozen=True)
class ShareFinish:
    """What a visitor's answer took. (Commercial edition; sent once, whether it arrives or not.)

    Attributes:
        token: the visitor's, as in `ShareInit`; not his uid.
        app_name: the app's name.
        chat_id: the chat, None before 4.14.7.
        raw: the call as received.
    """

    token: str
    app_name: str
    chat_id: str | None
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def node_responses(self) -> list[NodeResponse]:
        """What each node of the run did."""
        return node_list(self.raw.get("responseData"))

    @property
    def has_nodes(self) -> bool:
        """Whether the call says what the nodes did; else `.usage`, `.trace`, `.citations` raise `ValidationError`."""
        return bool(self.node_responses)

    @property
    def usage(self) -> Usage:
        """The tokens and points of the run, in all, by node and by model: `.usage.total.points` is what it cost."""
        return run_usage(known_nodes("usage", self.node_responses))

    @property
    def trace(self) -> list[TraceNode]:
        """The nodes of the run as a tree, with their times and errors."""
        return trace(known_nodes("trace", self.node_responses))

    @property
    def citations(self) -> list[Citation]:
        """What the run found in knowledge bases, each piece once; where the answer cites it is not told."""
        return citations(known_nodes("citations", self.node_responses))


def init_of(data: object) -> ShareInit:
    """Return the call that asks who a visitor is.

    Raises:
        BadCallError: FastGPT does not ask so.
    """
    return ShareInit(_token(as_object(data)))


def start_of(data: object) -> ShareStart:
    """Return the call that asks whether a visitor may ask; it raises as `init_of` does."""
    given = as_object(data)
    question = given.get("question")
    if not isinstance(question, str):
        raise BadCallError("question must be a text")
    return ShareStart(_token(given), question)


def finish_of(data: object) -> ShareFinish:
    """Return the call that tells what an answer took; it raises as `init_of` does."""
    given = as_object(data)
    app_name, chat_id = given.get("appName"), given.get("chatId")
    return ShareFinish(
        _token(given),
        app_name if isinstance(app_name, str) else "",
        chat_id if isinstance(chat_id, str) else None,
        given,
    )


def _token(given: Mapping[str, Any]) -> str:
    token = given.get("token")
    if not isinstance(token, str) or not token:
        raise BadCallError("token must be a text that is not empty")
    return token


def answer_of(verdict: Allow | Deny) -> dict[str, Any]:
    """Return a verdict as FastGPT reads it."""
    if isinstance(verdict, Allow):
        return {"success": True, "data": {"uid": verdict.uid}}
    return {"success": False, "message": verdict.message} if verdict.message else {"success": False}
