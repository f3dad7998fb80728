"""Reading a completion's stream without I/O: chunks in; events, texts or lines out, and what they mean for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from fastgpt_client._api.envelope import event_error
from fastgpt_client._http.httpx import Headers
from fastgpt_client._http.redaction import Secret
from fastgpt_client.events import Event
from fastgpt_client.exceptions import FastGPTError

from .accumulator import CompletionAccumulator
from .decoder import decode_event, parse_text_chunk, text_chunk_answer
from .sse import SSEDecoder

__all__ = ["EventStreamParser"]


class EventStreamParser:
    """Decodes a stream chunk by chunk and keeps of it what its answer is made of.

    Attributes:
        accumulator: the answer so far.
        error: what an `error` event stands for; to be raised once the items before it were handed out.
        started: whether any event came.
    """

    def __init__(self, headers: Headers, secret: Secret, max_event_bytes: int, clock: Callable[[], float]) -> None:
        self.accumulator = CompletionAccumulator()
        self.error: FastGPTError | None = None
        self.started = False
        self._headers = headers
        self._secret = secret
        self._clock = clock
        self._decoder = SSEDecoder(max_event_bytes)

    def add(self, events: Iterable[Event]) -> None:
        """Take events that came in another way than the stream."""
        for event in events:
            self.accumulator.add(event)
            self.started = True

    def events(self, chunk: bytes) -> list[Event]:
        """Return the events that a chunk completes; `[DONE]` is none."""
        items: list[Event] = []
        write = self.accumulator.add_answer
        for block in self._blocks(chunk):
            piece = parse_text_chunk(block)
            if piece is not None:
                text, reasoning = piece
                write(text, reasoning, None)
                items.append(text_chunk_answer(text, reasoning, block))
                self.started = True
            elif (event := self._other(block)) is not None:
                items.append(event)
            elif self.error is not None:
                break
        return items

    def texts(self, chunk: bytes) -> list[str | Event]:
        """Return what a chunk completes: plain pieces of text as they are, all else as events."""
        items: list[str | Event] = []
        write = self.accumulator.add_answer
        for block in self._blocks(chunk):
            piece = parse_text_chunk(block)
            if piece is not None:
                text, reasoning = piece
                write(text, reasoning, None)
                self.started = True
                items.append(text or text_chunk_answer(text, reasoning, block))
            elif (event := self._other(block)) is not None:
                items.append(event)
            elif self.error is not None:
                break
        return items

    def lines(self, chunk: bytes) -> list[str]:
        """Return the lines of the blocks that a chunk completes, with the blank lines after them."""
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
        """Return the event of a block that is no plain piece of the answer, None if it is none or an error."""
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
        self.accumulator.add(event)
        self.started = True
        return event

    def _note(self, block: bytes) -> None:
        """Note what a block means for a stream that is read as lines."""
        if block.startswith((b"data: {", b"event: answer\ndata: {")) and b'"finish_reason":null' in block:
            self.started = True
            return
        pair = self._decoder.event(block)
        if pair is not None and not self._ends(*pair):
            self.started = True
            if pair[0] in ("", "answer", "fastAnswer") and "finish_reason" in pair[1]:
                self._decoded(pair)

    def _ends(self, name: str, data: str) -> bool:
        """Return whether a block is the mark of the end, or an error, and note it."""
        if data == "[DONE]":
            self.accumulator.finished = True
        elif name == "error":
            self.error = self._secret.redact_error(
                event_error(data, self._headers, self._clock(), started=self.started)
            )
        else:
            return False
        return True
