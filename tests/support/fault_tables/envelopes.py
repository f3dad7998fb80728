"""Errors as FastGPT sends them: its own code in an envelope, under whatever HTTP status."""

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
from tests.support.faults import ANSWER, HISTORIES, OK, Row, envelope, fails


def refused(text: str, code: int, message: str, error: type[APIError], *, statuses: list[int]) -> list[Row]:
    """An error that is never repeated. Old servers send each with HTTP 200, some versions all with 500."""
    return [
        Row(
            f"{text or 'uncoded'}-{code}-with-{status}",
            [envelope(code, text, message, status=status), OK],
            fails(error, code=code, status_code=status),
            completion=1,
            histories=1,
            stream=1,
        )
        for status in statuses
    ]


def limited(status: int) -> list[Row]:
    """The limit of a key: nothing has started."""
    step = envelope(429, "tooManyRequest", "slow down", status=status)
    always = fails(RateLimitError, code=429, status_code=status, retry_after=None, attempts=4)
    return [
        Row(f"limited-once-with-{status}", [step, OK], ANSWER, completion=2, histories=2, stream=2),
        Row(f"limited-for-ever-with-{status}", step, always, completion=4, histories=4, stream=4),
    ]


def explained(status: int) -> Row:
    """A status of proxies, but the server explains itself."""
    return Row(
        f"explained-{status}", [envelope(500, status=status), OK], ServerError, completion=1, histories=1, stream=1
    )


def says_the_same(status: int) -> Row:
    """The server, not a proxy, asks to come again."""
    step = envelope(status, status=status)
    return Row(f"envelope-{status}-once", [step, OK], ServerError, completion=1, histories=(ANSWER, 2), stream=1)


# fmt: off
ROWS = [
    *refused("unAuthApiKey",      514,    "common:code_error.error_message.514",               AuthenticationError,    statuses=[200, 500]),
    *refused("unAuthorization",   403,    "common:code_error.error_message.403",               AuthenticationError,    statuses=[200, 403, 500]),
    *refused("unAuthApp",         502001, "common:code_error.app_error.un_auth_app",           PermissionDeniedError,  statuses=[200, 500]),
    *refused("appUnExist",        502000, "common:code_error.app_error.not_exist",             NotFoundError,          statuses=[200, 500]),
    *refused("error",             400,    "Data validation error",                             BadRequestError,        statuses=[200, 400, 500]),
    *refused("aiPointsNotEnough", 500004, "common:code_error.team_error.ai_points_not_enough", QuotaExceededError,     statuses=[200, 500]),
    *refused("chatIsGenerating",  504001, "common:code_error.chat_error.chat_is_generating",   ConflictError,          statuses=[200, 409, 500]),
    *refused("commercialFeature", 509001, "common:code_error.system_error.commercial",         CommercialFeatureError, statuses=[200, 403, 500]),
    *refused("error",             500,    "something went wrong",                              ServerError,            statuses=[200, 500]),
    *refused("",                  500,    "请求错误",                                          ServerError,            statuses=[200, 500, 503]),

    explained(408),
    explained(425),
    says_the_same(425),
    explained(502),
    explained(503),
    says_the_same(503),
    explained(504),

    *limited(200),
    *limited(429),
    *limited(500),

    Row("good-envelope-with-500", envelope(200, "", "", status=500, data=HISTORIES), ANSWER, histories=1),
]
