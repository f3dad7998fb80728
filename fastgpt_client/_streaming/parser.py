"""Parse a completion's stream without I/O: chunks in; events, texts or lines out, and the state of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from fastgpt_client._api.envelope import event_error
from fastgpt_client._http.httpx import Headers
from fastgpt_client._http.redaction import Secret
from fastgpt_client._json import whole_text
from fastgpt_client.events import Answer, Event
from fastgpt_client.exceptions import FastGPTError

from .accumulator import MANY, CompletionAccumulator
from .decoder import decode_event
from .halves import HalfJoiner
from .sse import SSEDecoder
from .string_scanner import string_scanner

__all__ = ["EventStreamParser", "Item", "parse_text_chunk", "text_chunk_answer"]


# A plain piece of the answer: text, reasoning, and block.
TextChunk = tuple[str, str, bytes]
Item = TextChunk | Event

# How every version of FastGPT writes a piece of text or reasoning. Nearly all blocks of a stream look like this and are
# read without parsing their JSON; a block that differs by a byte is parsed.
_HEAD = b'data: {"id":"","object":"","created":0,"model":"","choices":[{"delta":{"role":"assistant","'
_NAME = b"event: answer\n"
_TEXT = _HEAD + b'content":"'
_NAMED_TEXT = _NAME + _TEXT
_REASONING = _HEAD + b'reasoning_content":"'
_NAMED_REASONING = _NAME + _REASONING
_TAIL = b'"},"index":0,"finish_reason":null}]}'
_END = 1 - len(_TAIL)
# json's own string scanner: a single pass that finds the end and the escapes, and rejects invalid strings.
_scan_string = string_scanner()
_new = object.__new__


def parse_text_chunk(block: bytes) -> TextChunk | None:
    """Return a plain piece of the answer, None for any other block or if it contains half a character."""
    if not block.endswith(_TAIL):
        return None
    if block.startswith(_TEXT):
        start, is_text = len(_TEXT), True
    elif block.startswith(_NAMED_TEXT):
        start, is_text = len(_NAMED_TEXT), True
    elif block.startswith(_REASONING):
        start, is_text = len(_REASONING), False
    elif block.startswith(_NAMED_REASONING):
        start, is_text = len(_NAMED_REASONING), False
    else:
        return None
    # Includes the closing quote; empty if the opening quote is also the closing one.
    content = block[start:_END].decode("utf-8", "replace")
    try:
        piece, end = _scan_string(content, 0)
    except ValueError:
        return None
    if end != len(content):
        return None  # another key follows
    if len(piece) + 1 != end and whole_text(piece) is not piece:  # half a character can only be an escape
        return None
    return (piece, "", block) if is_text else ("", piece, block)


def text_chunk_answer(text: str, reasoning: str, block: bytes) -> Answer:
    """Return the event of a plain piece; its JSON is parsed lazily."""
    event = _new(Answer)
    # Twice as fast as the constructor, and this runs for nearly every event.
    fields = event.__dict__
    fields["text"], fields["reasoning"], fields["_block"] = text, reasoning, block
    return event


class EventStreamParser:
    """Decodes a stream chunk by chunk and assembles its answer.

    Attributes:
        accumulator: the answer so far.
        error: the error that ended the stream, to be raised after the items before it were delivered.
        started: whether any event was received.
    """

    def __init__(self, headers: Headers, secret: Secret, max_event_bytes: int, clock: Callable[[], float]) -> None:
        self.accumulator: CompletionAccumulator = CompletionAccumulator()
        self.error: FastGPTError | None = None
        self.started: bool = False
        self._headers = headers
        self._secret = secret
        self._clock = clock
        self._decoder = SSEDecoder(max_event_bytes)
        self._halves = HalfJoiner()

    def add(self, events: Iterable[Event]) -> None:
        """Add events that were not received from the stream."""
        self._halves.waiting.clear()  # they start where the delivered text ended
        for event in events:
            self.accumulator.add(event)
            self.started = True

    def items(self, chunk: bytes) -> list[Item]:
        """Return the items that a chunk completes: plain pieces of the answer unchanged, everything else as events."""
        items: list[Item] = []
        texts, reasonings = self.accumulator.texts, self.accumulator.reasonings
        waiting = self._halves.waiting
        for block in self._blocks(chunk):
            piece = None if waiting else parse_text_chunk(block)
            if piece is not None:
                self.started = True
                if piece[0]:
                    texts.append(piece[0])
                elif piece[1]:
                    reasonings.append(piece[1])
                items.append(piece)
            elif (event := self._other(block)) is not None:
                items.append(event)
            elif self.error is not None:
                break
        if waiting and self.accumulator.finished:
            for event in self._halves.rest():
                self.accumulator.add(event)
                items.append(event)
        if len(texts) > MANY or len(reasonings) > MANY:
            self.accumulator.compact()
        return items

    def events(self, chunk: bytes) -> list[Event]:
        """Return the events that a chunk completes; `[DONE]` is not one."""
        return [text_chunk_answer(*item) if isinstance(item, tuple) else item for item in self.items(chunk)]

    def lines(self, chunk: bytes) -> list[str]:
        """Return the lines of the blocks that a chunk completes, each block followed by a blank line."""
        items: list[str] = []
        for block in self._blocks(chunk):
            items += block.decode("utf-8", "replace").split("\n")
            items.append("")
            self._note(block)
            if self.error is not None:
                break
        return items

    def _blocks(self, chunk: bytes) -> list[bytes]:
        try:
            return self._decoder.blocks(chunk)
        except FastGPTError as error:
            self.error = error
            return []

    def _other(self, block: bytes) -> Event | None:
        """Return the event of a block that is not a plain piece, None if it is not an event or is an error."""
        pair = self._decoder.event(block)
        if pair is None or self._ends(*pair):
            return None
        return self._decoded(pair)

    def _decoded(self, pair: tuple[str, str]) -> Event | None:
        try:
            event = decode_event(*pair)
        except FastGPTError as error:
            self.error = error
            return None
        if self._secret.occurs_in(pair[1]):
            event = decode_event(pair[0], json.dumps(self._secret.redact_json(event.raw)))
        if self._halves.waiting or "\\u" in pair[1]:
            event = self._halves.join(event)
        self.accumulator.add(event)
        self.started = True
        return event

    def _note(self, block: bytes) -> None:
        """Update the state from a block of a stream that is read as lines."""
        if block.startswith((b"data: {", b"event: answer\ndata: {")) and b'"finish_reason":null' in block:
            self.started = True
            return
        pair = self._decoder.event(block)
        if pair is not None and not self._ends(*pair):
            self.started = True
            if pair[0] in ("", "answer", "fastAnswer") and "finish_reason" in pair[1]:
                self._decoded(pair)

    def _ends(self, name: str, data: str) -> bool:
        """Record the end of the stream or an error; return whether the block was one of these."""
        if data == "[DONE]":
            self.accumulator.finished = True
        elif name == "error":
            now, redact = self._clock(), self._secret.redact_json
            self.error = event_error(data, self._headers, now, started=self.started, redact=redact)
        else:
            return False
        return True
