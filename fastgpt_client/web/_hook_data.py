"""The requests of FastGPT to the server behind a share link, and the responses it expects; without I/O."""

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
    """A request that FastGPT would not send."""


@dataclass(frozen=True)
class Allow:
    """Let the visitor in. Their chats are stored and listed under the given ID.

    Args:
        uid: the visitor's ID: 1 to 255 bytes of UTF-8 without `|`, `/` or backslash. Always the same for one token.

    Raises:
        ValidationError: FastGPT (4.14.10 and later) would refuse the ID.
    """

    uid: str

    def __post_init__(self) -> None:
        uid: object = self.uid
        if not isinstance(uid, str) or not uid:
            raise ValidationError(f"uid must be a non-empty str, not {shown(uid)}")
        try:
            size = len(uid.encode())
        except UnicodeEncodeError:
            raise ValidationError("uid contains a lone surrogate, which cannot be encoded") from None
        if size > _UID_BYTES:
            raise ValidationError(f"uid has {size} bytes; FastGPT accepts at most {_UID_BYTES}")
        if any(sign in uid for sign in _UID_SIGNS):
            raise ValidationError(f"uid must not contain {' '.join(_UID_SIGNS)}: FastGPT refuses {shown(uid)}")


@dataclass(frozen=True)
class Deny:
    """Refuse the visitor.

    Args:
        message: what the visitor is shown. Default: "" for FastGPT's own message.
    """

    message: str = ""


@dataclass(frozen=True)
class ShareInit:
    """Who is this visitor? Sent for nearly every action of a visitor, so answer it quickly.

    Attributes:
        token: the `authToken` in the URL of the link, or an ID that the page made up.
    """

    token: str


@dataclass(frozen=True)
class ShareStart:
    """May this visitor ask this question? Sent by the commercial edition only.

    Attributes:
        token: the visitor's token, as in `ShareInit`.
        question: the text of the question; "" if only files are sent.
    """

    token: str
    question: str


@dataclass(frozen=True)
class ShareFinish:
    """What the answer to a visitor used. Sent by the commercial edition only, and only once, even if delivery fails.

    Attributes:
        token: the visitor's token, as in `ShareInit`; not the uid.
        app_name: the name of the app.
        chat_id: the ID of the chat, None before 4.14.7.
        raw: the data as received.
    """

    token: str
    app_name: str
    chat_id: str | None
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def node_responses(self) -> list[NodeResponse]:
        """What each node of the run did, in the server's order."""
        return node_list(self.raw.get("responseData"))

    @property
    def has_nodes(self) -> bool:
        """Whether the data has node responses; without them `usage`, `trace` and `citations` raise."""
        return bool(self.node_responses)

    @property
    def usage(self) -> Usage:
        """The tokens and points of the run: in total, by node and by model. `usage.total.points` is what it cost.

        Raises:
            ValidationError: there are no node responses, see `has_nodes`.
        """
        return run_usage(known_nodes("usage", self.node_responses))

    @property
    def trace(self) -> list[TraceNode]:
        """The nodes of the run as a tree, with their durations and errors.

        Raises:
            ValidationError: there are no node responses, see `has_nodes`.
        """
        return trace(known_nodes("trace", self.node_responses))

    @property
    def citations(self) -> list[Citation]:
        """The knowledge base rows that the run found, without duplicates and without `positions`.

        Raises:
            ValidationError: there are no node responses, see `has_nodes`.
        """
        return citations(known_nodes("citations", self.node_responses))


def init_of(data: object) -> ShareInit:
    """Parse a request of the hook `init`.

    Raises:
        BadCallError: FastGPT would not send it.
    """
    return ShareInit(_token(as_object(data)))


def start_of(data: object) -> ShareStart:
    """Parse a request of the hook `start`; raises like `init_of`."""
    given = as_object(data)
    question = given.get("question")
    if not isinstance(question, str):
        raise BadCallError("question must be a string")
    return ShareStart(_token(given), question)


def finish_of(data: object) -> ShareFinish:
    """Parse a request of the hook `finish`; raises like `init_of`."""
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
        raise BadCallError("token must be a non-empty string")
    return token


def answer_of(verdict: Allow | Deny) -> dict[str, Any]:
    """Return a verdict in FastGPT's form."""
    if isinstance(verdict, Allow):
        return {"success": True, "data": {"uid": verdict.uid}}
    return {"success": False, "message": verdict.message} if verdict.message else {"success": False}
