"""The API key, wrapped so that no repr, log line, traceback or pickle can show it."""

from __future__ import annotations

from typing import Any, NoReturn

from fastgpt_client._json import is_array, is_object

__all__ = ["Secret"]

# Shorter values are not redacted: FastGPT's keys have sixty characters, and redacting "test" would corrupt answers.
_MIN_LENGTH = 12


class Secret:
    """A value that only `reveal()` returns, and that can be redacted from texts."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        """Return whether the secret is not empty."""
        return bool(self._value)

    def redact(self, text: str) -> str:
        """Return `text` with all occurrences of the secret redacted."""
        return text.replace(self._value, "***") if len(self._value) >= _MIN_LENGTH else text

    def redact_json(self, value: Any) -> Any:
        """Return parsed JSON with the secret redacted from its strings; keys are unchanged so it stays readable."""
        if isinstance(value, str):
            return self.redact(value)
        if is_object(value):
            return {key: self.redact_json(item) for key, item in value.items()}
        if is_array(value):
            return [self.redact_json(item) for item in value]
        return value

    def occurs_in(self, text: str | bytes) -> bool:
        """Return whether a text contains the secret."""
        if len(self._value) < _MIN_LENGTH:
            return False
        return self._value in text if isinstance(text, str) else self._value.encode("ascii") in text

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key cannot be pickled: create the client where it is used")
