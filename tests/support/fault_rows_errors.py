"""Rows: errors that the server tells in a stream."""

from __future__ import annotations

from fastgpt_client.exceptions import (
    APIError,
    AuthenticationError,
    ConflictError,
    PermissionDeniedError,
    QuotaExceededError,
    ServerError,
    WorkflowError,
)
from tests.support.fault_actions import Close, Reset, Send, Step
from tests.support.fault_answers import head
from tests.support.fault_row import Row, keeping, streaming
from tests.support.fault_streams import DONE, HEL, LAST_CHUNK, LO, STOP, chunk, chunked, error, stream

CODED: dict[str, tuple[int, type[APIError]]] = {
    "unAuthApiKey": (514, AuthenticationError),
    "unAuthApp": (502001, PermissionDeniedError),
    "aiPointsNotEnough": (500004, QuotaExceededError),
    "chatIsGenerating": (504001, ConflictError),
}


def _rows() -> list[Row]:
    rows: list[Row] = []
    for status_text, (code, kind) in CODED.items():
        block = error(code=code, statusText=status_text, message="trouble", data=None)
        # As the server sends it: HTTP 200 and no Content-Type.
        alone: Step = (Send(head(200, (("Transfer-Encoding", "chunked"),)) + chunk(block) + LAST_CHUNK),)
        rows += streaming(f"error-{status_text}-alone", alone, error=kind, attributes={"code": code})
        rows += keeping(f"error-{status_text}-after-text", stream(HEL, LO, block), error=kind, partial="Hello")
    told = error(message="model failed")
    rows += streaming("error-uncoded-alone", stream(told), error=ServerError)
    # The run had begun, so it is the run that failed. That counts, whatever comes after it or instead of an end.
    for name, step in {
        "then-end": stream(HEL, told),
        "then-close": (*chunked(HEL, told), Close()),
        "then-reset": (*chunked(HEL, told), Reset()),
        "then-done": stream(HEL, told, STOP, DONE),
        "after-the-stop-chunk": stream(HEL, STOP, told),
        "after-done": stream(HEL, DONE, told),
    }.items():
        rows += keeping(f"error-{name}", step, calls=("deltas", "final"), error=WorkflowError, partial="Hel")
    return rows


ROWS = _rows()
