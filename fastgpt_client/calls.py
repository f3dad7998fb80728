"""Metrics and traces: a client reports each attempt at a call as a `CallAttempt`.

```python
def count(call: CallAttempt) -> None:
    print(call.operation, call.attempt, call.seconds, call.error or call.status)

client = ChatClient(on_call=count)
```
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CallAttempt"]


@dataclass(frozen=True, slots=True)
class CallAttempt:
    """A finished attempt at a call, passed to a client's `on_call=`. Contains neither the key nor the query.

    The attempt of a blocking call ends when its response has been read, that of a stream when the stream is closed. A
    stream that was dropped without closing is reported with the client's next call, or when the client is closed.

    Attributes:
        operation: method and path, such as "POST /api/v1/chat/completions": constant for each method of a client and
            without IDs, so that it can name metrics and spans.
        attempt: 1 for the first attempt, higher for retries.
        seconds: duration of the attempt, without the waits between attempts.
        status: the HTTP status, None if there was no response.
        error: why it failed, whether it was raised or retried; None if it succeeded or a stream was closed early. A
            cancelled call has its cancellation.
        request_id: the server's `x-request-id` (4.14.7 and later), otherwise None.
        stream: whether the response is a stream.
        retry_in: seconds until the next attempt; None if the call is not retried.
    """

    operation: str
    attempt: int
    seconds: float
    status: int | None = None
    error: BaseException | None = None
    request_id: str | None = None
    stream: bool = False
    retry_in: float | None = None
