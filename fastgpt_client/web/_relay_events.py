"""What a browser gets of an answer's stream, without I/O: which events, in which bytes, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from json import JSONEncoder
from typing import Any

from fastgpt_client import events as event_types
from fastgpt_client._json import as_object, shown
from fastgpt_client.citations import citations
from fastgpt_client.events import Answer, Event, FlowNodeResponse, FlowResponses, Interactive
from fastgpt_client.exceptions import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    CommercialFeatureError,
    ConflictError,
    FastGPTError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    StreamInterruptedError,
    ValidationError,
    WorkflowError,
)

__all__ = ["CITATIONS", "DONE", "HEARTBEAT", "KNOWN_EVENTS", "EventEncoder", "describe_error", "encode_error"]

CITATIONS = "citations"
"""An event of our own: what was found in knowledge bases, by name alone."""

KNOWN_EVENTS: frozenset[str] = frozenset({CITATIONS}) | frozenset(
    kind.wire_name
    for name in event_types.__all__
    if isinstance(kind := getattr(event_types, name), type) and issubclass(kind, Event) and kind.wire_name
)
# A comment, of which browsers take no notice.
HEARTBEAT = b": thinking\n\n"
DONE = b"event: answer\ndata: [DONE]\n\n"

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# What a visitor may know of a failure. The server's own words stay here: they may name keys, models and hosts.
_WORDS: dict[type[FastGPTError], str] = {
    RateLimitError: "Too many questions at once. Please wait a moment, then ask again.",
    ConflictError: "The last answer is still being written. Please wait for its end.",
    QuotaExceededError: "This service has reached its limit. Please try again later.",
    AuthenticationError: "This service is not set up correctly.",
    PermissionDeniedError: "This service is not set up correctly.",
    CommercialFeatureError: "This service is not set up correctly.",
    NotFoundError: "This chat or app is not there any more.",
    BadRequestError: "The question could not be taken.",
    ValidationError: "The question could not be taken.",
    WorkflowError: "The answer failed.",
    StreamInterruptedError: "The answer was cut off.",
    APITimeoutError: "The answer took too long.",
    APIConnectionError: "The service cannot be reached.",
}
_ELSE = "Something went wrong."


class EventEncoder:
    """Makes the bytes of the chosen events of one answer.

    Raises:
        ValidationError: an event is chosen that no server sends.
    """

    def __init__(self, chosen: Iterable[str]) -> None:
        self._chosen = frozenset([chosen] if isinstance(chosen, str) else chosen)
        self._told: set[str] = set()
        for name in sorted(self._chosen - KNOWN_EVENTS):
            raise ValidationError(f"events: there is no event {shown(name)}, but {', '.join(sorted(KNOWN_EVENTS))}")

    def encode(self, event: Event) -> bytes:
        """Return an event as it goes to the browser, b"" if it was not chosen."""
        if event.event not in self._chosen:
            return self._citations(event)
        if type(event) is Answer and event.finish_reason is None:  # nearly all: its JSON is neither parsed nor dumped
            if not event.reasoning:
                return _TEXT + _text(event.text) + _END
            if not event.text:
                return _REASONING + _text(event.reasoning) + _END
        return self._citations(event) + _event(event.event, _data(event))

    def _citations(self, event: Event) -> bytes:
        """Return what a node found that was not told yet."""
        if CITATIONS not in self._chosen or not isinstance(event, (FlowNodeResponse, FlowResponses)):
            return b""
        nodes = event.nodes if isinstance(event, FlowResponses) else [event.node]
        found = [citation for citation in citations(nodes) if citation.id not in self._told]
        self._told.update(citation.id for citation in found)
        data = [{"id": citation.id, "sourceName": citation.source_name} for citation in found]
        return _event(CITATIONS, data) if data else b""


def _event(name: str, data: Any) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), _text(data))


_DELTA = b'event: answer\ndata: {"choices":[{"delta":{"role":"assistant","'
_TEXT = _DELTA + b'content":'
_REASONING = _DELTA + b'reasoning_content":'
_END = b'},"index":0,"finish_reason":null}]}\n\n'


def _text(value: Any) -> bytes:
    return _encode(value).encode("utf-8", "replace")


def _data(event: Event) -> Any:
    if isinstance(event, Interactive):
        # What is asked; the state of the run that comes beside it is the server's own affair.
        node = as_object(event.interactive)
        return {"interactive": {name: node[name] for name in ("type", "params") if name in node}}
    if isinstance(event, Answer):
        delta = {"role": "assistant", "content": event.text}
        if event.reasoning:
            delta["reasoning_content"] = event.reasoning
        return {"choices": [{"delta": delta, "index": 0, "finish_reason": event.finish_reason}]}
    return event.raw


def describe_error(error: FastGPTError) -> str:
    """Return what a visitor may know of a failure, in plain English; never the server's own words."""
    return next((_WORDS[kind] for kind in type(error).__mro__ if kind in _WORDS), _ELSE)


def encode_error(error: Exception, describe: Callable[[FastGPTError], str]) -> bytes:
    """Return the event of a failure: its class, its number and name on the wire, and words for the visitor."""
    data: dict[str, Any] = {"type": "Error", "message": _ELSE}
    if isinstance(error, FastGPTError):
        data = {"type": type(error).__name__, "message": describe(error)}
        if error.request_id is not None:
            data["requestId"] = error.request_id
    if isinstance(error, APIError):
        data |= {"code": error.code, "statusText": error.status_text}
        if error.retry_after is not None:
            data["retryAfter"] = error.retry_after
    return _event("error", data)
