"""Handle each kind of failure. Exits with 0 for an answer, 1 for a temporary failure, 2 for a permanent one.

Run it with:

    FASTGPT_API_KEY=fastgpt-… python examples/error_handling.py "Hello!"
"""

from __future__ import annotations

import sys

from fastgpt_client import (
    APIConnectionError,
    APIError,
    AuthenticationError,
    BadRequestError,
    ChatClient,
    ConflictError,
    FastGPTError,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    StreamInterruptedError,
    ValidationError,
    WorkflowError,
)


def ask(question: str) -> str:
    # A call that did not start is retried twice; the answer must begin within half a minute.
    with ChatClient(max_retries=2, retry_delay=0.5, deadline=30) as client:
        stream = client.create_chat_completion([{"role": "user", "content": question}], stream=True, detail=True)
        return stream.final().text


def advice(error: FastGPTError) -> tuple[int, str]:
    """Return the exit code, and advice for the user of this program."""
    match error:
        case ValidationError():
            return 2, "correct the argument: nothing was sent"
        case AuthenticationError() | PermissionDeniedError():
            return 2, "check the key, and that its owner may use this app"
        case BadRequestError():
            return 2, "the server refused an argument: it is named above"
        case QuotaExceededError():
            return 2, "top up, or raise the key's limit"
        case RateLimitError(retry_after=seconds):
            return 1, f"try again in {seconds:.0f} s" if seconds is not None else "try again in a minute"
        case ConflictError():
            return 1, "the chat is still answering: wait for it"
        case WorkflowError():
            return 1, "the app's model or one of its nodes failed: ask again, or look at the app"
        case StreamInterruptedError(partial=partial):
            return 1, f"the connection broke; until then it said {partial.text if partial else ''!r}"
        case APIConnectionError():
            return 1, "is the server running, and FASTGPT_BASE_URL its address?"
        case APIError():
            return 1, f"the server failed with HTTP {error.status_code}; its log has request {error.request_id}"
        case _:
            return 1, "see above"


def main() -> int:
    try:
        print(ask(" ".join(sys.argv[1:]) or "Hello!"))
    except FastGPTError as exc:
        code, what_to_do = advice(exc)
        print(f"{type(exc).__name__}: {exc}\n-> {what_to_do}", file=sys.stderr)
        return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
