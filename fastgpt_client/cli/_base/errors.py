"""Failures in a terminal: one line with what happened and what to do, and an exit code."""

from __future__ import annotations

import re

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

from .flags import Flags

__all__ = ["NO_APP", "CommandError", "connection_failure", "describe", "exit_code"]

NO_APP = "no app: pass --app-id, set FASTGPT_APP_ID, or run fastgpt-client login"
# What the library says, and what servers say, where no app is named.
_NO_APP = re.compile(r"appId is (missing|empty)")
# The library names the exception of the transport, and that the number of the system: users need neither.
_CAUSE = re.compile(r"[^:]+: \w+(?:: (?:\[Errno -?\d+\] )?(.*))?$")

_REMEDIES: tuple[tuple[type[FastGPTError], str], ...] = (
    (AuthenticationError, "set another key with fastgpt-client login, or run fastgpt-client doctor"),
    (APITimeoutError, "try again later, or run fastgpt-client doctor"),
    (APIConnectionError, "check --base-url, or run fastgpt-client doctor"),
    (ConflictError, "wait until the answer is complete"),
    (StreamInterruptedError, "ask again"),
)
# What a server says of something that does not exist, and which command lists what does.
_LISTS = {
    "appUnExist": "fastgpt-client app list shows the apps of this key",
    "unExistDataset": "fastgpt-client dataset ls lists the datasets",
    "unExistCollection": "fastgpt-client dataset show lists the collections",
}


class CommandError(Exception):
    """A command cannot continue; the user sees the message, and nothing else."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def describe(error: Exception, base_url: str | None = None, flags: Flags | None = None) -> str:
    """Return the one line for an error.

    Args:
        base_url: the server that a failed connection is named with.
        flags: those of the command, which replace the names that programs use.
    """
    text = one_line(error) or type(error).__name__
    if isinstance(error, ValidationError) and text.startswith("api_key is missing"):
        return "no API key: run fastgpt-client login, set FASTGPT_API_KEY, or try --demo, which needs no server"
    if isinstance(error, (APIError, ValidationError)):
        if _NO_APP.search(text):
            return NO_APP
        text = (flags or Flags()).translate(text, first=isinstance(error, ValidationError))
    if isinstance(error, APIError) and error.status_text in _LISTS:
        return f"{text}; {_LISTS[error.status_text]}"
    if isinstance(error, APIConnectionError) and base_url is not None:
        text = connection_failure(error, base_url)
    for kind, remedy in _REMEDIES:
        if isinstance(error, kind):
            return f"{text}; {remedy}"
    return text


def connection_failure(error: APIConnectionError, base_url: str) -> str:
    """Return what a failure of the connection to a server was, without the names of Python's exceptions."""
    text = one_line(error)
    found = _CAUSE.match(text)
    if found is None:
        return f"{base_url}: {text}"
    if isinstance(error, APITimeoutError):
        return f"{base_url} did not answer in time"
    cause = found[1] or ""
    if cause[1:2].islower():
        cause = cause[0].lower() + cause[1:]
    what = "lost the connection to" if error.request_sent else "cannot connect to"
    return f"{what} {base_url}{f': {cause}' if cause else ''}"


def exit_code(error: Exception) -> int:
    """Return 2 if the command line or the settings are wrong, 1 for any other error."""
    if isinstance(error, CommandError):
        return error.code
    return 2 if isinstance(error, ValidationError) else 1
