"""What a failure looks like in a terminal: one line that says what happened and what to do, and an exit code."""

from __future__ import annotations

from fastgpt_client.cli._output.formatting import one_line
from fastgpt_client.exceptions import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AuthenticationError,
    ConflictError,
    FastGPTError,
    StreamInterruptedError,
    ValidationError,
)

__all__ = ["CommandError", "describe", "exit_code"]

_REMEDIES: tuple[tuple[type[FastGPTError], str], ...] = (
    (AuthenticationError, "fastgpt-client login sets another key, fastgpt-client doctor looks for the reason"),
    (APITimeoutError, "try again later, or let fastgpt-client doctor look for the reason"),
    (APIConnectionError, "is --base-url right? fastgpt-client doctor looks for the reason"),
    (ConflictError, "wait until the answer is there"),
    (StreamInterruptedError, "ask again"),
)
# What a server says that something is not there, and what lists those that are.
_LISTS = {
    "unExistDataset": "fastgpt-client dataset ls lists those there are",
    "unExistCollection": "fastgpt-client dataset show lists those there are",
}


class CommandError(Exception):
    """A command cannot go on for a reason of its own; the message is all that the user gets to see."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def describe(error: Exception, base_url: str | None = None) -> str:
    """Return the one line for an error; of a failed connection it names the `base_url`."""
    text = one_line(error) or type(error).__name__
    if isinstance(error, ValidationError) and text.startswith("api_key is missing"):
        return (
            "there is no API key: run fastgpt-client login, set FASTGPT_API_KEY, or try it without a server by --demo"
        )
    if isinstance(error, APIError) and error.status_text in _LISTS:
        return f"{text}; {_LISTS[error.status_text]}"
    if isinstance(error, APIConnectionError) and base_url is not None:
        text = f"{base_url}: {text}"
    for kind, remedy in _REMEDIES:
        if isinstance(error, kind):
            return f"{text}; {remedy}"
    return text


def exit_code(error: Exception) -> int:
    """Return 2 for what the command line or the settings got wrong, 1 for all else."""
    if isinstance(error, CommandError):
        return error.code
    return 2 if isinstance(error, ValidationError) else 1
