"""Rows: HTTP errors once, twice and for ever; envelope errors; web pages."""

from __future__ import annotations

from fastgpt_client.exceptions import (
    APIError,
    AuthenticationError,
    BadRequestError,
    CommercialFeatureError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
)
from tests.support.fault_actions import Send
from tests.support.fault_answers import bare, envelope, head, page, plain
from tests.support.fault_row import OK, Row, blocking, everywhere

# Status without an envelope: its class, whether a completion is repeated, whether an idempotent call is.
STATUSES: list[tuple[int, type[APIError], bool, bool]] = [
    (408, ServerError, False, True),
    (409, ConflictError, False, False),
    (425, ServerError, True, True),
    (429, RateLimitError, True, True),
    (500, ServerError, False, False),
    (501, ServerError, False, False),
    (502, ServerError, False, True),
    (503, ServerError, True, True),
    (504, ServerError, False, True),
    (999, ServerError, False, False),
]

# Code, statusText, message, HTTP status of 4.16.0, class.
ENVELOPES: list[tuple[int, str, str, int, type[APIError]]] = [
    (514, "unAuthApiKey", "common:code_error.error_message.514", 500, AuthenticationError),
    (403, "unAuthorization", "common:code_error.error_message.403", 403, AuthenticationError),
    (502001, "unAuthApp", "common:code_error.app_error.un_auth_app", 500, PermissionDeniedError),
    (502000, "appUnExist", "common:code_error.app_error.not_exist", 500, NotFoundError),
    (400, "error", "Data validation error", 400, BadRequestError),
    (500004, "aiPointsNotEnough", "common:code_error.team_error.ai_points_not_enough", 500, QuotaExceededError),
    (504001, "chatIsGenerating", "common:code_error.chat_error.chat_is_generating", 409, ConflictError),
    (509001, "commercialFeature", "common:code_error.system_error.commercial", 403, CommercialFeatureError),
    (500, "error", "something went wrong", 500, ServerError),
    (500, "", "请求错误", 503, ServerError),
]


def _without_envelope() -> list[Row]:
    rows: list[Row] = []
    for status, error, always, idempotent in STATUSES:
        for times in (1, 2):
            script = (*[plain(status)] * times, OK)
            for row in everywhere(
                f"{status}-{('once', 'twice')[times - 1]}", *script, completion=1 + times, histories=1 + times
            ):
                again = always or (idempotent and row.call == "histories")
                rows.append(row if again else row.failing(error, hits=1))
        for body, step in {"text": plain(status), "nothing": bare(status)}.items():
            rows += everywhere(
                f"{status}-with-{body}-for-ever", step, error=error, completion=4 if always else 1,
                histories=4 if idempotent else 1, attributes={"status_code": status, "code": None},
            )  # fmt: skip
    rows += everywhere(
        "503-without-retries", plain(503), OK, error=ServerError, completion=1, histories=1, options={"max_retries": 0}
    )
    return rows


def _with_envelope() -> list[Row]:
    rows: list[Row] = []
    for code, status_text, message, status, error in ENVELOPES:
        # Old servers send every error with HTTP 200, some versions all with 500.
        for http in sorted({200, 500, status}):
            rows += everywhere(
                f"{status_text or 'uncoded'}-{code}-with-{http}",
                envelope(code, status_text, message, status=http),
                OK,
                error=error,
                completion=1,
                histories=1,
                attributes={"status_code": http, "code": code},
            )
    for status in (408, 425, 502, 503, 504):
        # The server explains itself: it is not in the way that a proxy is.
        rows += everywhere(
            f"explained-{status}", envelope(500, status=status), OK, error=ServerError, completion=1, histories=1
        )
    for status in (200, 429, 500):
        limited = envelope(429, "tooManyRequest", "slow down", status=status)
        rows += everywhere(f"limited-once-with-{status}", limited, OK, completion=2, histories=2)
        rows += everywhere(
            f"limited-for-ever-with-{status}", limited, error=RateLimitError, completion=4, histories=4,
            attributes={"code": 429, "status_code": status, "retry_after": None, "attempts": 4},
        )  # fmt: skip
    good_with_500 = envelope(200, "", "", status=500, data={"list": [], "total": 0})
    rows.append(Row(id="good-envelope-with-500", call="histories", script=(good_with_500,), hits=1))
    return rows


def _pages() -> list[Row]:
    rows = everywhere("page-with-200", page(200), OK, error=ServerError, completion=1, histories=1)
    # The histories have two spellings of their path; an unknown path has surely run nothing.
    rows += everywhere("page-with-404", page(404), error=NotFoundError, completion=1, histories=2)
    rows += everywhere("text-with-404", plain(404), error=NotFoundError, completion=1, histories=1)
    rows += everywhere("page-with-502", page(502), error=ServerError, completion=1, histories=4)
    rows += everywhere("page-with-503", page(503), error=ServerError, completion=4, histories=4)
    rows += everywhere("no-content", (Send(head(204)),), error=ServerError, completion=1, histories=1)
    rows += everywhere("early-hints-before-the-answer", (Send(head(103) * 3), *plain(500)), error=ServerError,
        completion=1, histories=1)  # fmt: skip
    rows += blocking("request-id-is-kept", plain(500, [("x-request-id", "r-1")]), error=ServerError, completion=1,
        histories=1, attributes={"request_id": "r-1"})  # fmt: skip
    return rows


ROWS = [*_without_envelope(), *_with_envelope(), *_pages()]
