"""The events of an answer that are sent to a browser, and their encoding; without I/O."""

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
"""An additional event: the names of the sources that were found in knowledge bases."""

KNOWN_EVENTS: frozenset[str] = frozenset({CITATIONS}) | frozenset(
    kind.wire_name
    for name in event_types.__all__
    if isinstance(kind := getattr(event_types, name), type) and issubclass(kind, Event) and kind.wire_name
)
# A comment, which browsers ignore.
HEARTBEAT = b": thinking\n\n"
DONE = b"event: answer\ndata: [DONE]\n\n"

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

# What a visitor may know about a failure. The server's messages are withheld: they may name keys, models and hosts.
_WORDS: dict[type[FastGPTError], str] = {
    RateLimitError: "Too many questions at once. Please wait a moment, then ask again.",
    ConflictError: "The last answer is still being written. Please wait until it is finished.",
    QuotaExceededError: "This service has reached its limit. Please try again later.",
    AuthenticationError: "This service is not set up correctly.",
    PermissionDeniedError: "This service is not set up correctly.",
    CommercialFeatureError: "This service is not set up correctly.",
    NotFoundError: "This chat or app no longer exists.",
    BadRequestError: "The question was not accepted.",
    ValidationError: "The question was not accepted.",
    WorkflowError: "The answer failed.",
    StreamInterruptedError: "The answer was cut off.",
    APITimeoutError: "The answer took too long.",
    APIConnectionError: "The service cannot be reached.",
}
_ELSE = "Something went wrong."


class EventEncoder:
    """Encodes the chosen events of one answer.

    Raises:
        ValidationError: a chosen event is unknown.
    """

    def __init__(self, chosen: Iterable[str]) -> None:
        self._chosen = frozenset([chosen] if isinstance(chosen, str) else chosen)
        self._told: set[str] = set()
        for name in sorted(self._chosen - KNOWN_EVENTS):
            raise ValidationError(f"events: unknown event {shown(name)}; choose from {', '.join(sorted(KNOWN_EVENTS))}")

    def encode(self, event: Event) -> bytes:
        """Return the bytes of an event for the browser, b"" if it was not chosen."""
        if event.event not in self._chosen:
            return self._citations(event)
        if type(event) is Answer and event.finish_reason is None:  # the usual case: avoids parsing and dumping JSON
            if not event.reasoning:
                return _TEXT + _text(event.text) + _END
            if not event.text:
                return _REASONING + _text(event.reasoning) + _END
        return self._citations(event) + _event(event.event, _data(event))

    def _citations(self, event: Event) -> bytes:
        """Return an event with the citations of a node that were not sent before, b"" if there are none."""
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
        # Only what is asked: the state of the run that comes with it is internal to the server.
        node = as_object(event.interactive)
        return {"interactive": {name: node[name] for name in ("type", "params") if name in node}}
    if isinstance(event, Answer):
        delta = {"role": "assistant", "content": event.text}
        if event.reasoning:
            delta["reasoning_content"] = event.reasoning
        return {"choices": [{"delta": delta, "index": 0, "finish_reason": event.finish_reason}]}
    return event.raw


def describe_error(error: FastGPTError) -> str:
    """Return what a visitor may know about an error, in plain English; never the server's own message."""
    return next((_WORDS[kind] for kind in type(error).__mro__ if kind in _WORDS), _ELSE)


def encode_error(error: Exception, describe: Callable[[FastGPTError], str]) -> bytes:
    """Return the event for an error: its class, its code and status text on the wire, and a message for the visitor."""
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
