"""Named values on a command line: `KEY=VALUE`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from .errors import CommandError

__all__ = ["parse_pairs"]


def parse_pairs(flag: str, given: Sequence[str]) -> dict[str, Any] | None:
    """Return the values of `KEY=VALUE` pairs: parsed if they are JSON, as text otherwise.

    Raises:
        CommandError: something is not such a pair.
    """
    found: dict[str, Any] = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not key.strip() or not equals:
            raise CommandError(f"{flag} takes KEY=VALUE, not {each!r}", 2)
        try:
            found[key.strip()] = json.loads(value, parse_constant=_refuse)
        except ValueError:
            found[key.strip()] = value
    return found or None


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python parses although they are not JSON."""
    raise ValueError(constant)
