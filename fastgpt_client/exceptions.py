"""All exceptions raised by this package.

```
FastGPTError
├── APIConnectionError            no complete response: refused, reset, DNS, TLS, truncated body
│   └── APITimeoutError           a timeout or the call's deadline was exceeded
├── APIError                      the server responded with an error
│   ├── AuthenticationError       the key is missing, unknown or of the wrong kind
│   ├── PermissionDeniedError     the key's owner may not use this app, chat or model
│   ├── NotFoundError             no such app, chat item or file; path unknown to this server
│   ├── BadRequestError           the server rejected an argument
│   ├── ConflictError             the chat is still generating, or the item already exists
│   ├── QuotaExceededError        points or another quota are used up
│   ├── RateLimitError            too many requests; see .retry_after
│   ├── CommercialFeatureError    the call requires the commercial edition
│   └── ServerError               everything else, including unreadable responses
├── ValidationError (ValueError)  an argument was rejected before anything was sent
├── StreamInterruptedError        the stream was cut; .partial holds what was received
├── WorkflowError                 the run failed; .completion holds what was received
└── TrainingError                 a knowledge base was not fully learnt; see .errors
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .datasets import PushResult
    from .knowledge import TrainingFailure
    from .responses import ChatCompletion

__all__ = [
    "APIConnectionError",
    "APIError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "CommercialFeatureError",
    "ConflictError",
    "FastGPTError",
    "NotFoundError",
    "PermissionDeniedError",
    "QuotaExceededError",
    "RateLimitError",
    "ServerError",
    "StreamInterruptedError",
    "TrainingError",
    "ValidationError",
    "WorkflowError",
]


class FastGPTError(Exception):
    """Base class of all exceptions in this package.

    Attributes:
        message: what happened and what to do about it; safe to log.
        attempts: number of requests sent for the call, 0 if none.
        request_id: the server's `x-request-id` if it sent one (4.14.7 and later).
        partial: the part of the answer received before the call failed, otherwise None.
        pushed: result of the rows that `push_data` had already sent, otherwise None.
        outcome_unknown: True if the server may have carried out the call, or may still be doing so, although it did
            not confirm it. A completion that ends like this may have run and used points.
    """

    partial: ChatCompletion | None = None
    pushed: PushResult | None = None
    outcome_unknown: bool = False

    # All arguments have defaults so that default pickling (class, args, attributes) restores everything.
    def __init__(self, message: str = "", *, attempts: int = 0, request_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.attempts = attempts
        self.request_id = request_id

    def __str__(self) -> str:
        return self.message if self.request_id is None else f"{self.message} [request {self.request_id}]"


class APIConnectionError(FastGPTError):
    """The server sent no complete response: connection refused or reset, DNS, TLS, truncated body.

    Attributes:
        request_sent: False if the request is known not to have reached the server, so it is safe to retry.
    """

    def __init__(
        self, message: str = "", *, request_sent: bool = True, attempts: int = 0, request_id: str | None = None
    ) -> None:
        super().__init__(message, attempts=attempts, request_id=request_id)
        self.request_sent = request_sent
        self.outcome_unknown = request_sent


class APITimeoutError(APIConnectionError):
    """The response did not arrive in time: a phase of `timeout=` or the call's `deadline=` was exceeded."""


class APIError(FastGPTError):
    """The server responded with an error.

    Attributes:
        status_code: HTTP status code (may be 200: FastGPT also sends errors with it).
        code: the envelope's `code`, None if the response was not an envelope.
        status_text: the envelope's `statusText`, the stable name of the error; "" if missing.
        body: the response as parsed JSON, or a short excerpt of its text.
        zod_error: the server's list of rejected fields (`path`, `message`), otherwise None.
        hint: what the caller can do about it, None if unknown.
        retry_after: seconds to wait according to the server (header or message), None if it did not say.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status_code: int = 0,
        code: int | None = None,
        status_text: str = "",
        body: Any = None,
        zod_error: list[Any] | None = None,
        hint: str | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
        attempts: int = 0,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(message, attempts=attempts, request_id=request_id)
        self.outcome_unknown = outcome_unknown
        self.status_code = status_code
        self.code = code
        self.status_text = status_text
        self.body = body
        self.zod_error = zod_error
        self.hint = hint
        self.retry_after = retry_after

    def __str__(self) -> str:
        text = super().__str__()
        return text if self.hint is None else f"{text} ({self.hint})"


class AuthenticationError(APIError):
    """The key is missing, unknown, or not of the kind this call needs; see `.hint`."""


class PermissionDeniedError(APIError):
    """The key's owner may not use this app, chat, file or model."""


class NotFoundError(APIError):
    """The server does not know this app, item or path."""


class BadRequestError(APIError):
    """The server rejected an argument; `.zod_error` and the message name it if the server does."""


class ConflictError(APIError):
    """The chat is still generating an answer, the item ID was used before, or the item already exists."""


class QuotaExceededError(APIError):
    """Points, or another quota of the team or the key, are used up."""


class RateLimitError(APIError):
    """Too many requests; `.retry_after` is the number of seconds to wait, if the server reports it."""


class CommercialFeatureError(APIError):
    """The call is available only in FastGPT's commercial edition and its cloud."""


class ServerError(APIError):
    """The server failed, or its response was not a valid one for this call (a proxy's page, invalid JSON)."""


class ValidationError(FastGPTError, ValueError):
    """An argument was rejected before anything was sent."""


class StreamInterruptedError(FastGPTError):
    """The stream ended without `[DONE]`, a stop chunk or an error; `.partial` holds what was received."""

    outcome_unknown: bool = True


class WorkflowError(FastGPTError):
    """The run failed (a model or a node); `.completion` holds the part of the answer that was received."""

    completion: ChatCompletion | None = None


class TrainingError(FastGPTError):
    """A knowledge base was not fully learnt; `.errors` lists the collections that failed, stalled or are blocked."""

    errors: tuple[TrainingFailure, ...] = ()


def complete_error(
    error: FastGPTError,
    *,
    attempts: int,
    request_id: str | None = None,
    partial: ChatCompletion | None = None,
    outcome_unknown: bool | None = None,
) -> None:
    """Add what only the failed call knows to an error; errors are modified nowhere else once created."""
    if outcome_unknown is not None:
        error.outcome_unknown = outcome_unknown
    error.attempts = attempts
    error.request_id = error.request_id or request_id
    if partial is not None:
        error.partial = partial
        if isinstance(error, WorkflowError):
            error.completion = partial
