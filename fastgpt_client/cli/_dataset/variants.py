"""The ways of searching of `--compare`, and the bounds of `--fail-under`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.pairs import parse_pairs

__all__ = ["Bound", "parse_bounds", "parse_ks", "parse_variants"]

_MODES = {"embedding": "embedding", "fulltext": "fullTextRecall", "mixed": "mixedRecall"}
# Further settings of a search, and the greatest number of each.
_NUMBERS = {"similarity": 1.0, "embeddingWeight": 1.0, "rerankWeight": 1.0, "limit": 20_000.0}
_TEXTS = ("rerankModel",)
_MEASURE = re.compile(r"recall@([1-9][0-9]*)|mrr|rejected")


class Bound(NamedTuple):
    """The least value of a measure of the first way of searching."""

    measure: str
    least: float


def parse_variants(given: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the ways of searching by their names: `mixed`, `mixed+rerank`, `embedding:similarity=0.5`.

    Raises:
        CommandError: one is invalid, or is named twice.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in _split(given) or ["embedding"]:
        if name in found:
            raise CommandError(f"--compare: {name!r} is named twice", 2)
        found[name] = _variant(name)
    return found


def _split(given: Sequence[str]) -> list[str]:
    return [part.strip() for each in given for part in each.split(",")]


def _variant(name: str) -> dict[str, Any]:
    way, *options = name.split(":")
    mode, plus, rerank = way.partition("+")
    if mode not in _MODES or (plus and rerank != "rerank"):
        raise CommandError(f"--compare: {name!r} is not a way of searching: {', '.join(_MODES)}, each with +rerank", 2)
    found: dict[str, Any] = {"searchMode": _MODES[mode], **({"usingReRank": True} if rerank else {})}
    for key, value in (parse_pairs(f"--compare {way}:", options) or {}).items():
        greatest = _NUMBERS.get(key)
        if greatest is not None:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= greatest:
                raise CommandError(f"--compare: {key} is a number from 0 to {greatest:g}, not {value!r}", 2)
        elif key not in _TEXTS:
            raise CommandError(f"--compare: {key!r} is not one of {', '.join([*_NUMBERS, *_TEXTS])}", 2)
        found[key] = value if greatest is not None else str(value)
    return found


def parse_ks(given: str) -> list[int]:
    """Parse the numbers of hits to report recall for: `1,5`.

    Raises:
        CommandError: it is not a list of such numbers.
    """
    parts = [part.strip() for part in given.split(",")]
    if not all(part.isascii() and part.isdecimal() and int(part) for part in parts):
        raise CommandError(f"--k: {given!r} is not a list of numbers such as 1,5", 2)
    return sorted({int(part) for part in parts})


def parse_bounds(given: Sequence[str], ks: Sequence[int]) -> list[Bound]:
    """Parse bounds: `recall@5=0.9`, `mrr=0.7`, `rejected=1`.

    Raises:
        CommandError: one is invalid, or for a recall that --k does not include.
    """
    return [_bound(part, ks) for part in _split(given)]


def _bound(text: str, ks: Sequence[int]) -> Bound:
    measure, _, number = text.partition("=")
    matched = _MEASURE.fullmatch(measure.strip())
    try:
        least = float(number)
    except ValueError:
        least = -1.0
    if matched is None or not 0 <= least <= 1:
        raise CommandError(f"--fail-under takes recall@5=0.9, mrr=0.7 or rejected=1, not {text!r}", 2)
    if matched[1] and int(matched[1]) not in ks:
        raise CommandError(f"--fail-under: recall@{matched[1]} is not measured: add {matched[1]} to --k", 2)
    return Bound(measure.strip(), least)
