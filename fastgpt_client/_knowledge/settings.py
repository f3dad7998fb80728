"""Validated settings of a sync."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastgpt_client._http.config import check_count, check_number
from fastgpt_client.knowledge import Directory, Source

from .plan import check_under, glob_pattern
from .results import ProgressHook

__all__ = ["RunSettings", "run_settings"]


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """The settings of a sync; `match` is the pattern that its paths must match, None for all."""

    source: Source
    match: re.Pattern[str] | None
    under: str
    settings: Mapping[str, Any] | None
    prune: bool
    max_delete: int | None
    concurrency: int
    wait: float | None
    stall: float
    progress: ProgressHook | None


def run_settings(
    source: Source | str | os.PathLike[str],
    match: str | Sequence[str] | None,
    under: str,
    settings: Mapping[str, Any] | None,
    prune: bool,
    max_delete: int | None,
    concurrency: int,
    wait: float | None,
    stall: float,
    progress: ProgressHook | None,
) -> RunSettings:
    """Return the settings of a sync; raise `ValidationError` for invalid ones."""
    patterns = [match] if isinstance(match, str) else match
    return RunSettings(
        source=Directory(source) if isinstance(source, (str, os.PathLike)) else source,
        match=None if patterns is None else glob_pattern(patterns),
        under=check_under(under),
        settings=settings,
        prune=prune,
        max_delete=max_delete,
        concurrency=check_count("concurrency", concurrency, 1),
        wait=None if wait is None else check_number("wait", wait),
        stall=check_number("stall", stall),
        progress=progress,
    )
