"""What a client tells of its calls, for metrics and traces: one `CallAttempt` for each time that something is sent.

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
    """One attempt at a call, when it is over; `on_call=` of a client is called with it. It holds no key and no query.

    A blocking call's attempt is over when its answer was read, a stream's when the stream is closed. A stream that was
    dropped unclosed is told of with the client's next call, or when the client is closed.

    Attributes:
        operation: method and path, such as "POST /api/v1/chat/completions": always the same for one method of a client
            and without ids, as names of metrics and spans should be.
        attempt: from 1; more than 1 for a repeat.
        seconds: how long the attempt took, waits between attempts left out.
        status: the HTTP status, None if no answer came.
        error: what it failed with, as it is raised or was before a repeat; None if it went well, or a stream was left
            early. A cancelled call has its cancellation.
        request_id: the server's `x-request-id` (4.14.7 and later), else None.
        stream: whether the answer is a stream.
    """

    operation: str
    attempt: int
    seconds: float
    status: int | None = None
    error: BaseException | None = None
    request_id: str | None = None
    stream: bool = False
