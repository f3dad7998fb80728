"""Values that are named on a command line: `KEY=VALUE`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from .errors import CommandError

__all__ = ["parse_pairs"]


def parse_pairs(flag: str, given: Sequence[str]) -> dict[str, Any] | None:
    """Return what `KEY=VALUE` name: what is JSON is taken as such, all else as text.

    Raises:
        CommandError: one is no such pair.
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
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(constant)
