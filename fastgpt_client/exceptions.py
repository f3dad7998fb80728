"""Every error this package raises.

```
FastGPTError
├── APIConnectionError            no answer: refused, reset, DNS, TLS, a cut body
│   └── APITimeoutError           a phase's timeout or the call's deadline passed
├── APIError                      the server answered with an error
│   ├── AuthenticationError       the key is missing, unknown or of the wrong kind
│   ├── PermissionDeniedError     the key's owner may not use this app, chat or model
│   ├── NotFoundError             no such app, chat item or file; path unknown to this server
│   ├── BadRequestError           the server's own validation refused an argument
│   ├── ConflictError             the chat is still generating; what is to be made is there already
│   ├── QuotaExceededError        points or another allowance are used up
│   ├── RateLimitError            too many requests; .retry_after
│   ├── CommercialFeatureError    only the commercial edition answers this call
│   └── ServerError               everything else, an unreadable answer included
├── ValidationError (ValueError)  refused before anything was sent
├── StreamInterruptedError        the stream ended without its end; .partial holds what came
├── WorkflowError                 the run itself failed; .completion holds what came
└── TrainingError                 a knowledge base did not learn; .errors
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
    """Base of all errors of this package.

    Attributes:
        message: what happened and what to do about it, fit for a log.
        attempts: how many requests were sent for the call, 0 if none.
        request_id: the server's `x-request-id`, where it sent one (4.14.7 and later).
        partial: what had come of the answer when the call failed, else None.
        pushed: what became of the rows that `push_data` had sent before, else None.
        outcome_unknown: True if the server may have done what was asked, or may be doing it still, although no answer
            says so. A completion that ends so may have run, and cost.
    """

    partial: ChatCompletion | None = None
    pushed: PushResult | None = None
    outcome_unknown: bool = False

    # Every argument but the first has a default, so that the stock pickling (class, args, attributes) restores all.
    def __init__(self, message: str = "", *, attempts: int = 0, request_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.attempts = attempts
        self.request_id = request_id

    def __str__(self) -> str:
        return self.message if self.request_id is None else f"{self.message} [request {self.request_id}]"


class APIConnectionError(FastGPTError):
    """The server gave no answer, or none that was whole: refused, reset, DNS, TLS, cut in the body.

    Attributes:
        request_sent: False if the request is known not to have reached the server, so that it is safe to repeat.
    """

    def __init__(
        self, message: str = "", *, request_sent: bool = True, attempts: int = 0, request_id: str | None = None
    ) -> None:
        super().__init__(message, attempts=attempts, request_id=request_id)
        self.request_sent = request_sent
        self.outcome_unknown = request_sent


class APITimeoutError(APIConnectionError):
    """The answer did not come in time: a phase of `timeout=` or the call's `deadline=` passed."""


class APIError(FastGPTError):
    """The server answered with an error.

    Attributes:
        status_code: HTTP status of the answer (200 is possible: FastGPT sends errors with it).
        code: the envelope's `code`, None where the answer was no envelope.
        status_text: the envelope's `statusText`, the stable name of the error; "" if it has none.
        body: the answer as parsed JSON, or a short excerpt of its text.
        zod_error: the server's list of refused fields (`path`, `message`), else None.
        hint: what the caller can do, else None.
        retry_after: seconds to wait as the server gave them (header or message), None if it gave none.
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
    """The key is missing, unknown, or not of the kind this call needs; `.hint` says which."""


class PermissionDeniedError(APIError):
    """The owner of the key may not use this app, chat, file or model."""


class NotFoundError(APIError):
    """The server does not know this app, item or path."""


class BadRequestError(APIError):
    """The server refused an argument; `.zod_error` and the message name it where the server says which."""


class ConflictError(APIError):
    """The chat is still generating an answer, the item id was used before, or what is to be made is there already."""


class QuotaExceededError(APIError):
    """Points, or another allowance of the team or the key, are used up."""


class RateLimitError(APIError):
    """Too many requests; `.retry_after` says how many seconds to wait, where the server does."""


class CommercialFeatureError(APIError):
    """Only FastGPT's commercial edition (or its cloud) answers this call."""


class ServerError(APIError):
    """The server failed, or its answer was not what this call is answered with (a proxy's page, broken JSON)."""


class ValidationError(FastGPTError, ValueError):
    """An argument was refused before anything was sent."""


class StreamInterruptedError(FastGPTError):
    """The stream ended with neither `[DONE]`, nor a stop chunk, nor an error; `.partial` holds what came."""

    outcome_unknown: bool = True


class WorkflowError(FastGPTError):
    """The run failed (a model or a node); `.completion` holds the answer as far as it came."""

    completion: ChatCompletion | None = None


class TrainingError(FastGPTError):
    """A knowledge base did not learn all; `.errors` says of each collection what failed, stalled or is blocked."""

    errors: tuple[TrainingFailure, ...] = ()


def complete_error(
    error: FastGPTError,
    *,
    attempts: int,
    request_id: str | None = None,
    partial: ChatCompletion | None = None,
    outcome_unknown: bool | None = None,
) -> None:
    """Add what only the call knows that met an error; it is the one place where an error changes once it is made."""
    if outcome_unknown is not None:
        error.outcome_unknown = outcome_unknown
    error.attempts = attempts
    error.request_id = error.request_id or request_id
    if partial is not None:
        error.partial = partial
        if isinstance(error, WorkflowError):
            error.completion = partial
