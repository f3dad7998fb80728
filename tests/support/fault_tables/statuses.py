"""HTTP errors without an envelope, once, twice and for ever; web pages; answers without a body.

A completion is repeated after what says that it did not start, an idempotent call after a proxy's errors too. 503 says
nothing: proxies answer it after the server had the request.
"""

from __future__ import annotations

from fastgpt_client.exceptions import APIError, ConflictError, NotFoundError, RateLimitError, ServerError
from tests.support.fault_actions import sent
from tests.support.faults import ANSWER, OK, Row, bare, fails, head, page, plain


def never_repeated(status: int, error: type[APIError]) -> list[Row]:
    step, always = plain(status), fails(error, status_code=status, code=None)
    return [
        Row(f"{status}-once", [step, OK], error, completion=1, histories=1, stream=1),
        Row(f"{status}-twice", [step, step, OK], error, completion=1, histories=1, stream=1),
        Row(f"{status}-with-text-for-ever", step, always, completion=1, histories=1, stream=1),
        Row(f"{status}-with-nothing-for-ever", bare(status), always, completion=1, histories=1, stream=1),
    ]


def repeated_if_idempotent(status: int, error: type[APIError]) -> list[Row]:
    step, always = plain(status), fails(error, status_code=status, code=None)
    return [
        Row(f"{status}-once", [step, OK], error, completion=1, histories=(ANSWER, 2), stream=1),
        Row(f"{status}-twice", [step, step, OK], error, completion=1, histories=(ANSWER, 3), stream=1),
        Row(f"{status}-with-text-for-ever", step, always, completion=1, histories=4, stream=1),
        Row(f"{status}-with-nothing-for-ever", bare(status), always, completion=1, histories=4, stream=1),
    ]


def repeated(status: int, error: type[APIError]) -> list[Row]:
    step, always = plain(status), fails(error, status_code=status, code=None)
    return [
        Row(f"{status}-once", [step, OK], ANSWER, completion=2, histories=2, stream=2),
        Row(f"{status}-twice", [step, step, OK], ANSWER, completion=3, histories=3, stream=3),
        Row(f"{status}-with-text-for-ever", step, always, completion=4, histories=4, stream=4),
        Row(f"{status}-with-nothing-for-ever", bare(status), always, completion=4, histories=4, stream=4),
    ]


NO_RETRIES = {"max_retries": 0}
REQUEST_ID = [("x-request-id", "r-1")]

# fmt: off
ROWS = [
    *repeated_if_idempotent(408, ServerError),
    *never_repeated(409, ConflictError),
    *repeated(425, ServerError),
    *repeated(429, RateLimitError),
    *never_repeated(500, ServerError),
    *never_repeated(501, ServerError),
    *repeated_if_idempotent(502, ServerError),
    *repeated_if_idempotent(503, ServerError),
    *repeated_if_idempotent(504, ServerError),
    *never_repeated(999, ServerError),
    Row("503-without-retries", [plain(503), OK], ServerError, completion=1, histories=1, stream=1, client=NO_RETRIES),

    Row("page-with-200", [page(200), OK], ServerError, completion=1, histories=1, stream=1),
    # The histories have two spellings of their path; an unknown path has run nothing.
    Row("page-with-404",                 page(404),                        NotFoundError,                        completion=1, histories=2, stream=1),
    Row("text-with-404",                 plain(404),                       NotFoundError,                        completion=1, histories=1, stream=1),
    Row("page-with-502",                 page(502),                        ServerError,                          completion=1, histories=4, stream=1),
    Row("page-with-503",                 page(503),                        ServerError,                          completion=1, histories=4, stream=1),
    Row("no-content",                    sent(head(204)),                  ServerError,                          completion=1, histories=1, stream=1),
    Row("early-hints-before-the-answer", sent(head(103) * 3) + plain(500), ServerError,                          completion=1, histories=1, stream=1),
    Row("request-id-is-kept",            plain(500, REQUEST_ID),           fails(ServerError, request_id="r-1"), completion=1, histories=1),
]
