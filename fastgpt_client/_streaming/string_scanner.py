"""The string scanner of the standard library's `json`, used only if it behaves as expected."""

from __future__ import annotations

import json.decoder
from collections.abc import Callable
from typing import Any, TypeAlias

__all__ = ["StringScanner", "no_scanner", "string_scanner"]

# Takes a text and the index after a string's opening quote; returns the string and the index after its closing quote.
StringScanner: TypeAlias = Callable[[str, int], tuple[str, int]]

# Expected results; None means ValueError.
_KNOWN: tuple[tuple[str, int, tuple[str, int] | None], ...] = (
    (r'a\u00e9\n\"" b', 0, ('a\u00e9\n"', 12)),
    (r'["\ud83d\ude00"]', 2, ("\U0001f600", 15)),
    ('""', 1, ("", 2)),
    ("no end", 0, None),
    ('a\tb"', 0, None),
    (r'\x"', 0, None),
)


def no_scanner(text: str, start: int) -> tuple[str, int]:
    """Reject every string, so that all blocks are parsed as JSON."""
    raise ValueError(text[start:])


def string_scanner(module: Any = json.decoder) -> StringScanner:
    """Return `json.decoder.scanstring`, or `no_scanner` if it is missing or behaves differently.

    The function is undocumented. Tested with CPython 3.11, 3.12 and 3.13.
    """
    scan: StringScanner = getattr(module, "scanstring", no_scanner)
    return scan if all(_outcome(scan, text, start) == known for text, start, known in _KNOWN) else no_scanner


def _outcome(scan: StringScanner, text: str, start: int) -> object:
    try:
        return scan(text, start)
    except ValueError:
        return None
    except Exception as exc:  # not the expected function
        return exc
